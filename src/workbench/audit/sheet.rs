//! The two tables of an audit: rows to write, and what comes back from a reader's spreadsheet.
//!
//! Spreadsheets guard, re-quote and re-separate what they save: a leading `'` is taken off, runs of
//! blanks are one, commas, semicolons and tabs are told from the header. What would make a figure wrong is
//! refused with file and line: another text under an id, an unknown or repeated id, a label that is none.
//! Any bytes may come; they cost linear time and at worst are refused.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use super::{Drawn, Stratum, field_name};
use crate::tag::Field;

/// What a reader says of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// `-1`: the story is told as easing, refused or taken back.
    Reversed,
    /// `0`: it is not told.
    Neither,
    /// `1`: it is told as present or growing.
    Told,
}

/// What is known of a drawn sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyRow {
    /// As in the sheet.
    pub id: String,
    /// What the tagger made of it when it was drawn.
    pub stratum: Stratum,
    /// Sentences of its stratum.
    pub stratum_size: u64,
    /// Title or text.
    pub field: Field,
    /// The article's language, where it is known.
    pub language: Option<String>,
    /// Sixteen digits of the checksum of its text.
    pub checksum: String,
}

/// A key: what was drawn, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// The pole or narrative.
    pub target: String,
    /// The lexicons it was drawn with.
    pub lexicon: String,
    /// One a sentence.
    pub rows: Vec<KeyRow>,
}

/// A sheet that came back.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// The file's name.
    pub name: String,
    /// By position in [`Key::rows`]: the text, and the label where there is one.
    pub rows: Vec<Option<(String, Option<Label>)>>,
}

/// What is wrong with a sheet or key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct SheetError {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// One lower-case clause.
    pub what: String,
    /// What to do about it, for a `hint:` line.
    pub hint: &'static str,
}

/// Columns of a sheet.
pub const SHEET_COLUMNS: [&str; 5] = ["id", "label", "text", "context", "note"];
/// Columns of a key.
pub const KEY_COLUMNS: [&str; 14] = [
    "id",
    "target",
    "stratum",
    "stratum_size",
    "stratum_drawn",
    "weight",
    "said",
    "field",
    "language",
    "mentions",
    "sha256_16",
    "seed",
    "lexicon",
    "text",
];

/// The cells of a sheet, in the order of [`SHEET_COLUMNS`]; label and note are the reader's.
pub fn sheet_rows(drawn: &[Drawn]) -> Vec<[String; 5]> {
    let row = |one: &Drawn| {
        let unit = &one.unit;
        [unit.id.clone(), String::new(), unit.text.clone(), unit.context.clone(), String::new()]
    };
    drawn.iter().map(row).collect()
}

/// The cells of a key, in the order of [`KEY_COLUMNS`].
pub fn key_rows(drawn: &[Drawn], target: &str, lexicon: &str, seed: u64) -> Vec<[String; 14]> {
    let row = |one: &Drawn| {
        let unit = &one.unit;
        [
            unit.id.clone(),
            target.to_owned(),
            one.stratum.as_str().to_owned(),
            one.stratum_size.to_string(),
            one.stratum_drawn.to_string(),
            format!("{:.4}", one.weight()),
            one.stratum.verdict().to_string(),
            field_name(unit.field).to_owned(),
            unit.language.clone().unwrap_or_default(),
            unit.mentions.clone(),
            checksum(&unit.text),
            seed.to_string(),
            lexicon.to_owned(),
            unit.text.clone(),
        ]
    };
    drawn.iter().map(row).collect()
}

/// Sixteen digits that stand for a text, whatever a spreadsheet did to its blanks.
fn checksum(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Sha256::digest(text)[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Takes off the `'` that keeps a spreadsheet from running a cell.
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => cell,
    }
}

/// A table with its columns by name, and the lines of its rows.
struct Rows {
    file: String,
    columns: Vec<String>,
    rows: Vec<(u64, Vec<String>)>,
}

impl Rows {
    fn read(file: &str, text: &str) -> Result<Self, SheetError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let header = text.lines().next().unwrap_or_default();
        let separators = [b',', b';', b'\t'];
        let often = |separator: &u8| header.bytes().filter(|byte| byte == separator).count();
        // Of equals the last wins: the comma.
        let separator = separators.into_iter().rev().max_by_key(often).unwrap_or(b',');
        let mut reader =
            csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text.as_bytes());
        let broken = |error: &csv::Error| SheetError {
            file: file.to_owned(),
            line: error.position().map_or(1, csv::Position::line),
            what: "it is no table".to_owned(),
            hint: "save the sheet as CSV in UTF-8",
        };
        let headers = reader.headers().map_err(|error| broken(&error))?;
        let columns = headers.iter().map(|name| name.trim().to_lowercase()).collect();
        let mut rows = Vec::new();
        let (mut line, mut counted) = (1, 0);
        for record in reader.records() {
            let record = record.map_err(|error| broken(&error))?;
            // A record's place may lie before the line end that parts it from the last, so its line is
            // counted to its first letter.
            let at = record.position().map_or(0, |place| place.byte() as usize).max(counted);
            let is_end = |byte: &&u8| matches!(byte, b'\r' | b'\n');
            let ends = text.as_bytes().get(at..).unwrap_or_default().iter().take_while(is_end).count();
            line += line_ends(&text.as_bytes()[counted..at + ends]);
            counted = at + ends;
            rows.push((line, record.iter().map(str::to_owned).collect()));
        }
        Ok(Self { file: file.to_owned(), columns, rows })
    }

    fn column(&self, name: &str) -> Result<usize, SheetError> {
        let hint = "the first line names the columns; keep it as it was written";
        let missing = || self.error(1, format!("it has no column {name:?}"), hint);
        self.columns.iter().position(|column| column == name).ok_or_else(missing)
    }

    fn error(&self, line: u64, what: String, hint: &'static str) -> SheetError {
        SheetError { file: self.file.clone(), line, what, hint }
    }
}

/// Line ends of any system.
fn line_ends(bytes: &[u8]) -> u64 {
    let feeds = bytes.iter().filter(|byte| **byte == b'\n').count();
    let returns = bytes.iter().filter(|byte| **byte == b'\r').count();
    let both = bytes.windows(2).filter(|pair| pair == b"\r\n").count();
    (feeds + returns - both) as u64
}

fn cell(row: &[String], column: usize) -> &str {
    unguarded(row.get(column).map_or("", |cell| cell.trim()))
}

/// Reads a key as `lexicon audit` wrote it.
pub fn read_key(file: &str, text: &str) -> Result<Key, SheetError> {
    let table = Rows::read(file, text)?;
    let at = |name: &str| table.column(name);
    let (id, stratum, size) = (at("id")?, at("stratum")?, at("stratum_size")?);
    let (field, language, sum) = (at("field")?, at("language")?, at("sha256_16")?);
    let (target, lexicon) = (at("target")?, at("lexicon")?);
    const AS_WRITTEN: &str =
        "the key must stay as `lexicon audit` wrote it; draw the sample again with its seed";
    let mut key = Key { target: String::new(), lexicon: String::new(), rows: Vec::new() };
    let mut known = HashSet::new();
    let mut sizes = [None; 5];
    for (line, row) in &table.rows {
        let wrong = |what: String| table.error(*line, what, AS_WRITTEN);
        let named = cell(row, stratum);
        let stratum = Stratum::ALL.into_iter().find(|one| one.as_str() == named);
        let stratum = stratum.ok_or_else(|| wrong(format!("stratum {named:?} is unknown")))?;
        let given = cell(row, size);
        let stratum_size: u64 =
            given.parse().map_err(|_| wrong(format!("stratum_size {given:?} is no number")))?;
        if *sizes[stratum.place()].get_or_insert(stratum_size) != stratum_size {
            return Err(wrong(format!("stratum {named:?} has two sizes")));
        }
        let own = (cell(row, target), cell(row, lexicon));
        if key.rows.is_empty() {
            (key.target, key.lexicon) = (own.0.to_owned(), own.1.to_owned());
        } else if own != (key.target.as_str(), key.lexicon.as_str()) {
            return Err(wrong("it mixes two samples".to_owned()));
        }
        let id = cell(row, id).to_owned();
        if !known.insert(id.clone()) {
            return Err(wrong(format!("id {id:?} stands there twice")));
        }
        key.rows.push(KeyRow {
            id,
            stratum,
            stratum_size,
            field: if cell(row, field) == field_name(Field::Title) { Field::Title } else { Field::Text },
            language: Some(cell(row, language).to_owned()).filter(|code| !code.is_empty()),
            checksum: cell(row, sum).to_owned(),
        });
    }
    if key.rows.is_empty() {
        return Err(table.error(1, "the key holds no sentence".to_owned(), AS_WRITTEN));
    }
    Ok(key)
}

/// Reads a labelled sheet against its key.
pub fn read_sheet(file: &str, text: &str, key: &Key) -> Result<Sheet, SheetError> {
    let table = Rows::read(file, text)?;
    let (id, label, words) = (table.column("id")?, table.column("label")?, table.column("text")?);
    let places: HashMap<&str, usize> =
        key.rows.iter().enumerate().map(|(place, row)| (row.id.as_str(), place)).collect();
    let mut sheet = Sheet { name: file.to_owned(), rows: vec![None; key.rows.len()] };
    let mut is_empty = true;
    for (line, row) in &table.rows {
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let named = cell(row, id);
        let Some(&place) = places.get(named) else {
            let hint = "a sheet is read with the key that was written beside it; --key names another";
            return Err(table.error(*line, format!("id {named:?} is not in the key"), hint));
        };
        let said = cell(row, words);
        if checksum(said) != key.rows[place].checksum {
            let hint = "labels hold for the text that was drawn: put it back, or drop the row";
            return Err(table.error(
                *line,
                format!("the text of {named} is not the one that was drawn"),
                hint,
            ));
        }
        if sheet.rows[place].is_some() {
            let hint = "keep one of the two rows";
            return Err(table.error(*line, format!("id {named:?} stands there twice"), hint));
        }
        is_empty &= cell(row, label).is_empty();
        let label = match cell(row, label) {
            "" | "?" => None,
            "1" | "+1" | "1.0" | "1,0" => Some(Label::Told),
            "0" | "0.0" | "-0.0" | "0,0" => Some(Label::Neither),
            "-1" | "\u{2212}1" | "\u{2013}1" | "-1.0" | "-1,0" => Some(Label::Reversed),
            other => {
                let hint =
                    "write 1 (told), 0 (not told), -1 (told as easing or refused), or ? where you cannot say";
                return Err(table.error(*line, format!("label {other:?} is not 1, 0, -1 or ?"), hint));
            }
        };
        sheet.rows[place] = Some((said.to_owned(), label));
    }
    if is_empty {
        let hint = "write 1, 0, -1 or ? into the column label, save the sheet as CSV and read it again";
        return Err(table.error(1, "no row has a label yet".to_owned(), hint));
    }
    Ok(sheet)
}
