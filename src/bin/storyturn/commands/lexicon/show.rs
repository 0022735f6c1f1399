//! `lexicon show`: the entries of a narrative or pole, a group's words, or the cues.
//!
//! A page has a table where it has room for it, else a block for each entry: a phrase is never cut, since it
//! is what a reader came to see.

use anyhow::Result;
use storyturn::{
    export::{Cell, Column, Table},
    lexicon::{
        BaseDirection, BaseModality, Cue, CueRole, Family, Group, Lexicon, Lexicons, Phrase, Scope, Side,
    },
};

use crate::{
    args::{Format, LexiconShowArgs},
    console::plain,
    exit::{Exit, UsageError},
    output, page,
    settings::Settings,
};

const COLUMNS: [&str; 10] =
    ["narrative", "phrase", "match", "weight", "says", "unless", "needs", "file", "line", "language"];
/// What all cues together are called.
const CUES: &str = "cues";
/// Space before what is said of a phrase.
const MARGIN: usize = 4;

pub fn run(args: &LexiconShowArgs, settings: &Settings) -> Result<Exit> {
    let lexicons = settings.lexicons()?;
    let rows = match args.narrative.as_deref() {
        None => entries(&lexicons, |_| true),
        Some(name) => named(name, &lexicons).ok_or_else(|| unknown(name, &lexicons))?,
    };
    let table = Table { columns: COLUMNS.map(|name| Column::new(name, "", "")).to_vec(), rows };
    if output::format(&args.table, Format::Table)? == Format::Table {
        let width = page::width();
        let shown = output::shown(&table, None);
        if shown.lines().any(|line| crate::columns::columns_of(line) > width) {
            output::write_text(&args.table, &blocks(&table, width))?;
        } else {
            output::write_text(&args.table, &(shown + "\n"))?;
        }
    } else {
        output::write_table(&args.table, Format::Table, &table)?;
    }
    Ok(Exit::Done)
}

fn unknown(name: &str, lexicons: &Lexicons) -> UsageError {
    let poles = lexicons.axis.poles.iter().map(|pole| pole.name.as_str());
    let known: Vec<&str> = poles.chain(lexicons.narratives.iter().map(String::as_str)).collect();
    let known = known.join(", ");
    UsageError::new(format!("there is no narrative {name:?}; there are {known}"))
        .hint("`cues` lists what bends a meaning; the name of a group, as `needs` has it, lists its words")
}

/// The rows under a name: a narrative's entries, those of a pole, all cues, or a group's words.
fn named(name: &str, lexicons: &Lexicons) -> Option<Vec<Vec<Cell>>> {
    if let Some(narrative) = lexicons.narrative(name) {
        return Some(entries(lexicons, |id| id == narrative));
    }
    if let Some(pole) = lexicons.axis.poles.iter().find(|pole| pole.name == name) {
        return Some(entries(lexicons, |id| pole.narratives.contains(&id)));
    }
    let mut rows = Vec::new();
    for lexicon in &lexicons.languages {
        if name == CUES {
            rows.extend(lexicon.cues.iter().map(|cue| cue_row(cue, lexicon, lexicons)));
        }
        for group in lexicon.groups.iter().filter(|group| group.name == name) {
            rows.extend(group.phrases.iter().map(|phrase| group_row(group, phrase, lexicon)));
        }
    }
    (!rows.is_empty()).then_some(rows)
}

fn entries(lexicons: &Lexicons, is_wanted: impl Fn(usize) -> bool) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for lexicon in &lexicons.languages {
        for (place, name) in lexicons.narratives.iter().enumerate().filter(|(place, _)| is_wanted(*place)) {
            let entries = lexicon.entries_of(place);
            rows.extend(entries.map(|(entry, family)| row(name, &entry.phrase, family, lexicon)));
        }
    }
    rows
}

fn row(narrative: &str, phrase: &Phrase, family: &Family, lexicon: &Lexicon) -> Vec<Cell> {
    let says = match (family.direction, family.modality) {
        (BaseDirection::Reversed, _) => "reversed",
        (BaseDirection::Asserted, BaseModality::Expected) => "expected",
        (BaseDirection::Asserted, BaseModality::Realised) => "asserted",
    };
    let unless: Vec<&str> = family.unless.iter().map(|phrase| phrase.text.as_str()).collect();
    let needs = family.needs.as_ref().map_or_else(String::new, |needs| {
        let names = |groups: &[usize]| {
            groups.iter().map(|group| lexicon.groups[*group].name.as_str()).collect::<Vec<_>>().join(" or ")
        };
        let within = if needs.within == Scope::Clause { "clause" } else { "sentence" };
        let asked = format!("{} in the {within}", names(&needs.groups));
        if needs.when.is_empty() { asked } else { format!("{asked} beside {}", names(&needs.when)) }
    });
    vec![
        Cell::text(narrative),
        Cell::text(phrase.text.as_str()),
        Cell::text(family.matching.as_str()),
        Cell::Number(f64::from(family.weight) / 1000.0),
        Cell::text(says),
        Cell::text(unless.join("; ")),
        Cell::text(needs),
        Cell::text(family.file.as_str()),
        Cell::Count(phrase.line as i64),
        Cell::text(lexicon.id.language.as_str()),
    ]
}

fn cue_row(cue: &Cue, lexicon: &Lexicon, lexicons: &Lexicons) -> Vec<Cell> {
    let side = match cue.side {
        Side::Before => "before",
        Side::After => "after",
        Side::Either => "before or after",
    };
    let says = if cue.role == CueRole::Break {
        "ends a clause".to_owned()
    } else {
        let within = cue.within.as_str();
        let names = lexicons.narratives.iter().zip(&cue.applies).filter(|(_, applies)| **applies);
        let names: Vec<&str> = names.map(|(name, _)| name.as_str()).collect();
        let names =
            if names.len() == lexicons.narratives.len() { "all".to_owned() } else { names.join(", ") };
        format!("{} {side} within {} words of a {within}, for {names}", cue.role.as_str(), cue.reach)
    };
    bare_row(format!("cue {}", cue.role.as_str()), says, &cue.phrase, &cue.file, lexicon)
}

fn group_row(group: &Group, phrase: &Phrase, lexicon: &Lexicon) -> Vec<Cell> {
    bare_row(format!("group {}", group.name), String::new(), phrase, &group.file, lexicon)
}

/// A row of what is no entry: it has no weight and no exceptions.
fn bare_row(kind: String, says: String, phrase: &Phrase, file: &str, lexicon: &Lexicon) -> Vec<Cell> {
    let missing = || Cell::Missing;
    vec![
        Cell::text(kind),
        Cell::text(phrase.text.as_str()),
        missing(),
        missing(),
        Cell::text(says),
        missing(),
        missing(),
        Cell::text(file),
        Cell::Count(phrase.line as i64),
        Cell::text(lexicon.id.language.as_str()),
    ]
}

/// A block for each row: its phrase, and below it what is said of it.
fn blocks(table: &Table, width: usize) -> String {
    let mut text = String::new();
    for row in &table.rows {
        let cell = |name: &str| {
            let place = COLUMNS.iter().position(|column| *column == name)?;
            row[place].written().map(|written| plain(&written))
        };
        let mut about: Vec<String> =
            ["narrative", "language", "match"].into_iter().filter_map(cell).collect();
        about.extend(cell("weight").map(|weight| format!("weight {weight}")));
        about.extend(cell("says"));
        about.push(format!("{}:{}", cell("file").unwrap_or_default(), cell("line").unwrap_or_default()));
        let mut lines = vec![(0, cell("phrase").unwrap_or_default()), (MARGIN, about.join(" · "))];
        lines.extend(cell("unless").map(|unless| (MARGIN, format!("unless {unless}"))));
        lines.extend(cell("needs").map(|needs| (MARGIN, format!("needs {needs}"))));
        for (margin, line) in lines {
            for folded in output::fold(&line, width.saturating_sub(margin).max(20)).lines() {
                text.push_str(&format!("{:margin$}{folded}\n", ""));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_phrase_is_cut_and_no_line_is_too_wide() {
        let lexicons = Lexicons::built_in();
        for name in ["fear", "debasement_liquidity", "cues", "joins"] {
            let rows = named(name, &lexicons).expect("it is there");
            let table = Table { columns: COLUMNS.map(|name| Column::new(name, "", "")).to_vec(), rows };
            let text = blocks(&table, 60);
            assert!(text.lines().all(|line| crate::columns::columns_of(line) <= 60), "{name}");
            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            let whole = squeezed(&text);
            for row in &table.rows {
                assert!(row[1].written().is_some_and(|phrase| whole.contains(&squeezed(&phrase))), "{row:?}");
            }
        }
        assert!(named("joy", &lexicons).is_none());
    }
}
