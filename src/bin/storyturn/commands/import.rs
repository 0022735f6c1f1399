//! `import`: articles from files into the store.

use anyhow::Result;
use storyturn::pipeline::{ImportOptions, ImportSummary, Input, import};

use super::{Nothing, bring_up_to_date, days_of, records::inputs_of};
use crate::{
    args::ImportArgs,
    console::{Console, counted},
    exit::Exit,
    settings::Settings,
};

pub fn run(args: &ImportArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    settings.shows_no_evening("articles are taken in now", "leave --as-of out")?;
    let mut inputs = inputs_of(&args.inputs)?;
    for input in &mut inputs {
        input.source.clone_from(&args.source);
        input.published = args.published;
    }
    let tagger = settings.tagger()?;
    // A path that is not there must not leave an empty store behind.
    inputs.iter().filter(|input| !input.listed).try_for_each(Input::exists)?;
    let mut store = settings.open_store(true)?;
    let options = ImportOptions { now: settings.now, extract: settings.config.extract.clone() };
    let summary = import(&mut store, &tagger, &inputs, &options, console)?;
    console.finish_skips();
    say(&summary, console);
    bring_up_to_date(&mut store, &tagger, settings, console)?;
    if summary.added > 0 {
        if days_of(&mut store, &tagger, settings)?.is_empty() {
            Nothing::of(&store, settings, false)?.say(console);
        } else {
            console.hint("`storyturn days --last 14` shows the scores per day");
        }
    }
    Ok(status(&summary))
}

/// One line of what an import did.
pub fn say(summary: &ImportSummary, console: &Console) {
    let ImportSummary { unchanged_files, read, added, known, changed, skipped, skipped_before, passed_over } =
        *summary;
    let mut line = format!("articles: {read} read, {added} new, {known} known");
    if changed > 0 {
        line.push_str(&format!(", {changed} known with another text (the first version is kept)"));
    }
    if skipped > 0 {
        line.push_str(&format!(", {skipped} skipped"));
    }
    if passed_over > 0 {
        line.push_str(&format!(
            "; passed over as no pages: {} of web archives",
            counted(passed_over, "record", "records")
        ));
    }
    if unchanged_files > 0 {
        line.push_str(&format!("; {} unchanged since read", counted(unchanged_files, "file", "files")));
    }
    if skipped_before > 0 {
        line.push_str(&format!(", with {} then", counted(skipped_before, "skip", "skips")));
    }
    console.say(line);
}

/// 3 where something was skipped, 0 otherwise.
pub fn status(summary: &ImportSummary) -> Exit {
    if summary.skipped > 0 { Exit::Skipped } else { Exit::Done }
}
