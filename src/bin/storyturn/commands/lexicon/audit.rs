//! `lexicon audit`: a sample to label, and what the labels say.
//!
//! Two files are written, a sheet for the reader and a key that stays closed while it is labelled. A
//! sheet that is there is never written over: it may hold a day's labels.

use std::path::{Path, PathBuf};

use anyhow::Result;
use storyturn::{
    export::{Cell, Column, CsvText, ExportError, Table, write_csv, write_whole},
    pipeline::{Progress, draw_sample, read_labels},
    tag::Field,
    workbench::{
        KEY_COLUMNS, Key, Label, Measure, SHEET_COLUMNS, Sheet, Stratum, StratumCount, Target, agreement,
        judge, key_rows, sheet_rows, verdict, verdicts,
    },
};

use super::{Source, in_force, selection, target};
use crate::{
    args::{Format, LexiconAuditArgs},
    console::{Console, counted},
    exit::{Exit, UsageError},
    output,
    settings::Settings,
};

/// An interval wider than this does not tell a good recall from a bad one.
const WIDE: f64 = 0.3;

pub fn run(args: &LexiconAuditArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    match &args.target {
        Some(name) => draw(name, args, settings, console),
        None => read(args, settings, console),
    }
}

fn draw(name: &str, args: &LexiconAuditArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let Some(sheet) = args.table.output.as_ref().filter(|path| path.as_os_str() != "-") else {
        let error = UsageError::new("a sample is drawn into two files, a sheet and its key")
            .hint("name the sheet with -o, for example -o fear.csv; the key goes to fear.key.csv");
        return Err(error.into());
    };
    if output::format(&args.table, Format::Csv)? != Format::Csv {
        return Err(UsageError::new("a sheet to label is CSV").hint("name it .csv").into());
    }
    let key = args.key.clone().unwrap_or_else(|| key_beside(sheet));
    if let Some(there) = [sheet, &key].into_iter().find(|path| path.exists()) {
        let error = UsageError::new(format!("{} is already there and may hold labels", there.display()))
            .hint("name another file, or move this one away");
        return Err(error.into());
    }
    let tagger = settings.tagger()?;
    let target = target(name, tagger.lexicons())?;
    let feed = &args.feed;
    let selection = selection(&feed.selection, settings)?;
    let source = Source::of(feed, settings)?;
    let chance = (args.seed, usize::from(args.size));
    let sample = draw_sample(source.commentary(settings), &selection, &tagger, target, chance, console)?;
    console.finish_skips();
    if sample.drawn.is_empty() {
        return Err(UsageError::new("there is no sentence to draw from").into());
    }
    let text = if args.table.csv_raw { CsvText::Raw } else { CsvText::Guarded };
    let lexicon = in_force(tagger.lexicons());
    console.say(format_args!("drawn with lexicon {lexicon}"));
    write(&key, &KEY_COLUMNS, &key_rows(&sample.drawn, name, &lexicon, args.seed), text)?;
    write(sheet, &SHEET_COLUMNS, &sheet_rows(&sample.drawn), text)?;
    for (stratum, size) in Stratum::ALL.into_iter().zip(sample.counts) {
        let drawn = sample.drawn.iter().filter(|one| one.stratum == stratum).count();
        console.say(format_args!("  {:<9} {drawn:>5} of {size:>8}  {}", stratum.as_str(), about(stratum)));
    }
    console.say(format_args!(
        "{} to label in {}; leave {} closed until you have",
        counted(sample.drawn.len() as u64, "sentence", "sentences"),
        sheet.display(),
        key.display()
    ));
    console
        .hint(format_args!("label 1, 0, -1 or ?, then `storyturn lexicon audit --read {}`", sheet.display()));
    Ok(Exit::Done)
}

fn about(stratum: Stratum) -> &'static str {
    match stratum {
        Stratum::Told => "the tagger says it is told",
        Stratum::Reversed => "told as easing or refused",
        Stratum::Silent => "words of it that count for nothing",
        Stratum::Near => "words of other narratives only",
        Stratum::Rest => "none",
    }
}

/// `fear.csv` to `fear.key.csv`.
fn key_beside(sheet: &Path) -> PathBuf {
    sheet.with_extension("key.csv")
}

fn write<const N: usize>(
    path: &Path,
    columns: &[&'static str; N],
    rows: &[[String; N]],
    text: CsvText,
) -> Result<()> {
    let table = Table {
        columns: columns.map(|name| Column::new(name, "text", "")).to_vec(),
        rows: rows
            .iter()
            .map(|row| {
                let cells = columns.iter().zip(row);
                cells
                    .map(|(name, value)| if *name == "said" { said(value) } else { Cell::text(value) })
                    .collect()
            })
            .collect(),
    };
    write_whole::<ExportError>(path, |out| write_csv(&table, text, out))?;
    Ok(())
}

/// A verdict is a number: `-1` is no formula that a spreadsheet would run.
fn said(value: &str) -> Cell {
    value.parse().map_or_else(|_| Cell::text(value), Cell::Count)
}

fn read(args: &LexiconAuditArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let key = args.key.clone().unwrap_or_else(|| key_beside(&args.read[0]));
    if !key.exists() {
        let error = UsageError::new(format!("there is no key {}", key.display()))
            .hint("--key names the file that was written beside the sheet");
        return Err(error.into());
    }
    let (key, sheets) = read_labels(&key, &args.read)?;
    let mut rows = Vec::new();
    for sheet in &sheets {
        rows.extend(measures(&sheet.name, &key, &verdicts(&[sheet]), console));
    }
    let refs: Vec<&Sheet> = sheets.iter().collect();
    if sheets.len() > 1 {
        rows.extend(measures("where all agree", &key, &verdicts(&refs), console));
    }
    for (at, one) in sheets.iter().enumerate() {
        for other in &sheets[at + 1..] {
            let readers = format!("{}, {}", one.name, other.name);
            match agreement(&verdicts(&[one]), &verdicts(&[other])) {
                None => console.say(format_args!("{readers}: no row has both labels")),
                Some(agreed) => {
                    let row = |measure: &str, found: Option<(f64, (f64, f64))>| {
                        let (value, interval) = found.unzip();
                        row(&readers, measure, value, interval, agreed.rows)
                    };
                    rows.push(row("agreement", Some(agreed.raw)));
                    rows.push(row("kappa", agreed.kappa));
                }
            }
        }
    }
    let columns = [
        ("reader", "text", "whose labels"),
        ("measure", "text", "weighted to the whole feed, but agreement and kappa"),
        ("value", "share", ""),
        ("low", "share", "the lower end of the 95 % interval"),
        ("high", "share", "the upper end"),
        ("labels", "count", "labelled sentences it rests on"),
    ];
    let table =
        Table { columns: columns.map(|(name, unit, about)| Column::new(name, unit, about)).to_vec(), rows };
    output::write_table(&args.table, Format::Table, &table)?;
    now(&key, &refs, settings, console)?;
    Ok(Exit::Done)
}

fn row(
    reader: &str,
    measure: &str,
    value: Option<f64>,
    interval: Option<(f64, f64)>,
    labels: u64,
) -> Vec<Cell> {
    let (low, high) = interval.unzip();
    vec![
        Cell::text(reader),
        Cell::text(measure),
        Cell::number(value),
        Cell::number(low),
        Cell::number(high),
        Cell::Count(labels as i64),
    ]
}

fn measures(reader: &str, key: &Key, labels: &[Option<Label>], console: &Console) -> Vec<Vec<Cell>> {
    let judged = judge(key, labels);
    console.say(format_args!(
        "{reader}: {} of {} rows labelled",
        labels.len() as u64 - judged.unlabelled,
        labels.len()
    ));
    for one in &judged.strata {
        console.say(format_args!(
            "  {:<9} {:>5} labelled of {:>8}: {} told, {} reversed",
            one.stratum.as_str(),
            one.labelled,
            one.size,
            one.told,
            one.reversed
        ));
        if one.labelled == 0 {
            console.say("            without a label here, recall cannot be told");
        }
    }
    let recall = judged.estimates.iter().find(|one| one.measure == Measure::Recall);
    let is_wide = recall.and_then(|one| one.interval).is_some_and(|(low, high)| high - low > WIDE);
    // What one labelled sentence stands for says where a miss would weigh most.
    let weight = |one: &&StratumCount| one.size / one.labelled.max(1);
    if let Some(rarest) = judged.strata.iter().max_by_key(weight).filter(|_| is_wide) {
        console.hint(format_args!(
            "recall is unsure since a label in {} stands for {} sentences; a larger --size narrows it",
            rarest.stratum.as_str(),
            weight(&rarest)
        ));
    }
    let estimates = judged.estimates.iter();
    estimates.map(|one| row(reader, one.measure.as_str(), one.value, one.interval, one.labelled)).collect()
}

/// Where the lexicon has changed since the draw: what the labels say of the one in force. The sample was
/// drawn by the old one, so this holds without an interval, and flatters whoever wrote entries looking at it.
fn now(key: &Key, sheets: &[&Sheet], settings: &Settings, console: &Console) -> Result<()> {
    let tagger = settings.tagger()?;
    let in_force = in_force(tagger.lexicons());
    if in_force == key.lexicon {
        console.say(format_args!("drawn with lexicon {in_force}, judged with the same"));
        return Ok(());
    }
    console.warn(&format!(
        "drawn with lexicon {}, judged with {in_force}: the table is of the first, what follows of the second",
        key.lexicon
    ));
    let Some(target) = Target::named(&key.target, tagger.lexicons()) else {
        console.say(format_args!("the lexicons in force have no {:?}", key.target));
        return Ok(());
    };
    let labels = verdicts(sheets);
    let (mut hit, mut told, mut wanted, mut changed) = (0.0, 0.0, 0.0, 0);
    for (place, row) in key.rows.iter().enumerate() {
        let text = sheets.iter().find_map(|sheet| sheet.rows[place].as_ref().map(|(text, _)| text.as_str()));
        let (Some(text), Some(label)) = (text, labels[place]) else { continue };
        let labelled = key
            .rows
            .iter()
            .zip(&labels)
            .filter(|(other, label)| other.stratum == row.stratum && label.is_some())
            .count();
        let weight = row.stratum_size as f64 / labelled.max(1) as f64;
        let (title, body) = if row.field == Field::Title { (text, "") } else { ("", text) };
        let said = verdict(target.count(&tagger.count(title, body, row.language.as_deref())));
        changed += u64::from(said != row.stratum.verdict());
        told += if said == 1 { weight } else { 0.0 };
        wanted += if label == Label::Told { weight } else { 0.0 };
        hit += if said == 1 && label == Label::Told { weight } else { 0.0 };
    }
    let share = |part: f64, whole: f64| {
        if whole > 0.0 { format!("{:.3}", part / whole) } else { "unknown".to_owned() }
    };
    console.say(format_args!(
        "the lexicon changed since the draw: {} judged otherwise now; {} {}, {} {}, {} {}",
        counted(changed, "sentence is", "sentences are"),
        Measure::Precision.as_str(),
        share(hit, told),
        Measure::Recall.as_str(),
        share(hit, wanted),
        Measure::F1.as_str(),
        share(2.0 * hit, told + wanted)
    ));
    console
        .say("  if entries were written looking at this sample, that flatters: draw another to judge them");
    Ok(())
}
