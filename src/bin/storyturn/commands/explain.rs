//! `explain`: one article, every mention marked, and the sum that is its score.
//!
//! Each sentence stands on a line of its own with what it adds to either pole in front of it; below
//! stand the totals, which are the score, and the rules that bent or left out a mention.

use anstyle::{AnsiColor, Style};
use anyhow::{Result, bail};
use storyturn::{
    document::Article,
    export::BeatenRecord,
    lexicon::Lexicons,
    pipeline::{Explained, Input, PipelineError, explain, find, read_articles},
    tag::{Contribution, Count, Direction, Field, Mention, Modality, Tagger, thousandths},
};

use super::{records::check_format, tag::with_mentions};
use crate::{
    args::{ExplainArgs, Format},
    console::{Console, plain},
    exit::Exit,
    output::{self, shortened},
    settings::Settings,
};

const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();
/// One colour a pole, and one for the narratives on neither.
const POLES: [Style; 2] = [AnsiColor::Blue.on_default().bold(), AnsiColor::Yellow.on_default().bold()];
const CONTEXT: Style = AnsiColor::Cyan.on_default();
/// Space for the numbers in front of a sentence, and for the file's name in front of an entry.
const MARGIN: usize = 29;
const ENTRY_MARGIN: usize = 34;

pub fn run(args: &ExplainArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let tagger = settings.tagger()?;
    let article = article(args, settings, console)?;
    let explained = explain(article, &tagger);
    if output::format(&args.table, Format::Table)? == Format::Table {
        output::write_text(&args.table, &shown(&explained, &tagger))?;
    } else {
        check_format(&args.table)?;
        let mut record = with_mentions(&explained.article, &explained.tagged, &tagger);
        record.beaten = Some(beaten(&explained, &tagger));
        output::write_data(&args.table, |out| {
            serde_json::to_writer_pretty(&mut *out, &record)
                .map_err(std::io::Error::from)
                .and_then(|()| writeln!(out))
                .map_err(|source| output::refused("the record", source))
        })?;
    }
    Ok(Exit::Done)
}

/// A file where there is one of this name, else the article in the store with this id.
fn article(args: &ExplainArgs, settings: &Settings, console: &Console) -> Result<Article> {
    let path = &args.article;
    if path.as_os_str() != "-" && !path.exists() {
        let id = path.to_string_lossy();
        // A mistyped path needs no store to be told from an id.
        if !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(PipelineError::Unknown(id.into_owned()).into());
        }
        return Ok(find(&settings.open_store(false)?, &id, settings.until())?.article);
    }
    let mut found = Vec::new();
    read_articles(
        &[Input::new(path)],
        &settings.config.extract,
        console,
        |read| read.article.clone(),
        |article| {
            found.push(article);
            Ok(())
        },
    )?;
    match <[_; 1]>::try_from(found) {
        Ok([Ok(article)]) => Ok(article),
        Ok([Err(reason)]) => bail!("{} cannot be explained: {reason}", path.display()),
        Err(many) => {
            bail!("{} holds {} articles: explain one, or `tag --mentions` all", path.display(), many.len())
        }
    }
}

fn shown(explained: &Explained, tagger: &Tagger) -> String {
    let Explained { id, article, tagged, .. } = explained;
    let lexicons = tagger.lexicons();
    let counts = &tagged.counts;
    let mut text = String::new();
    let title = if article.title.is_empty() { "(no title)" } else { &article.title };
    text.push_str(&format!("{BOLD}{}{BOLD:#}\n", plain(title)));
    let published = article.published.map_or_else(|| "no date".to_owned(), |published| published.to_string());
    let twice = if article.title.is_empty() { "" } else { ", the title counting as two" };
    let source = if article.source.is_empty() { "no source" } else { &article.source };
    text.push_str(&format!(
        "{DIM}{} · {published} · {} words · {} sentences{twice} · id {id} · lexicon {}{DIM:#}\n\n",
        plain(source),
        counts.words,
        counts.sentences,
        counts.lexicon,
    ));
    text.push_str(&format!("{DIM}{:>14}{:>12}{DIM:#}\n", "fear", "debasement"));
    let contributions = tagged.contributions(&lexicons.axis);
    for contribution in contributions.iter().filter(|contribution| contribution.sentences > 0) {
        text.push_str(&line(contribution, explained, tagger));
    }
    let total = |count: Count| format!("{:+.2}", thousandths(count.asserted) - thousandths(count.reversed));
    text.push_str(&format!(
        "{:>14}{:>12}   {BOLD}sentences in all, of {}{BOLD:#}\n\n",
        total(counts.poles[0]),
        total(counts.poles[1]),
        counts.sentences
    ));
    text.push_str(&sums(explained, lexicons));
    text.push_str(&rules(explained, tagger));
    text
}

/// One sentence: what it adds, and its words with the mentions marked.
fn line(contribution: &Contribution, explained: &Explained, tagger: &Tagger) -> String {
    let sentence = explained.tagged.sentences[contribution.sentence as usize];
    let within = match sentence.field {
        Field::Title => &explained.article.title,
        Field::Text => &explained.article.text,
    };
    let added = |count: Count| {
        let net = thousandths(count.asserted) - thousandths(count.reversed);
        if count.asserted == 0 && count.reversed == 0 { String::new() } else { format!("{net:+.2}") }
    };
    let [fear, debasement] = contribution.poles;
    let mut pieces: Vec<(usize, String)> = Vec::new();
    let mut at = sentence.start;
    // In order of sentences: each looks at its own, however many there are.
    let mentions = &explained.tagged.mentions;
    let first = mentions.partition_point(|mention| mention.sentence < contribution.sentence);
    for mention in mentions[first..].iter().take_while(|mention| mention.sentence == contribution.sentence) {
        // Two narratives may claim the same words: the first marks them, the others add their tag.
        if mention.start >= at {
            words(&within[at..mention.start], None, &mut pieces);
            words(&within[mention.start..mention.end], Some(style(mention, tagger.lexicons())), &mut pieces);
            at = mention.end;
        }
        let tag = tag_of(mention, tagger.lexicons());
        pieces.push((tag.chars().count(), format!("{DIM}{tag}{DIM:#}")));
    }
    words(&within[at..sentence.end], None, &mut pieces);
    let title = if sentence.field == Field::Title { " (counts twice)" } else { "" };
    let head = format!("{:>4}{:>10}{:>12}   ", contribution.sentence, added(fear), added(debasement));
    format!("{head}{}{DIM}{title}{DIM:#}\n", wrapped(&pieces))
}

/// Splits a stretch of text into words with their width and their form on the terminal.
fn words(text: &str, style: Option<Style>, pieces: &mut Vec<(usize, String)>) {
    for word in plain(text).split_whitespace() {
        let width = word.chars().count();
        pieces
            .push((width, style.map_or_else(|| word.to_owned(), |style| format!("{style}{word}{style:#}"))));
    }
}

fn wrapped(pieces: &[(usize, String)]) -> String {
    let room = usize::from(output::width()).saturating_sub(MARGIN).max(30);
    let mut text = String::new();
    let mut used = 0;
    for (width, piece) in pieces {
        if used > 0 && used + 1 + width > room {
            text.push('\n');
            text.push_str(&" ".repeat(MARGIN));
            used = 0;
        } else if used > 0 {
            text.push(' ');
            used += 1;
        }
        text.push_str(piece);
        used += width;
    }
    text
}

fn pole_of(mention: &Mention, lexicons: &Lexicons) -> Option<usize> {
    lexicons.axis.poles.iter().position(|pole| pole.narratives.contains(&mention.narrative))
}

fn style(mention: &Mention, lexicons: &Lexicons) -> Style {
    let style = pole_of(mention, lexicons).map_or(CONTEXT, |pole| POLES[pole]);
    match mention.direction {
        _ if mention.suppressed.is_some() => DIM,
        Direction::Asserted => style,
        Direction::Absent | Direction::Reversed => style.strikethrough(),
    }
}

/// `[+fear]`, `[-fear]` reversed, `[0 fear]` absent or doubted, `[+fear?]` expected, `[× fear]` left out.
fn tag_of(mention: &Mention, lexicons: &Lexicons) -> String {
    let name = &lexicons.narratives[mention.narrative];
    match (mention.direction, mention.modality) {
        _ if mention.suppressed.is_some() => format!("[× {name}]"),
        (_, Modality::Doubted) | (Direction::Absent, _) => format!("[0 {name}]"),
        (Direction::Reversed, _) => format!("[-{name}]"),
        (Direction::Asserted, Modality::Expected) => format!("[+{name}?]"),
        (Direction::Asserted, Modality::Realised) => format!("[+{name}]"),
    }
}

/// The score of each pole as the sum it is, and what it says in words.
fn sums(explained: &Explained, lexicons: &Lexicons) -> String {
    let counts = &explained.tagged.counts;
    let mut text = String::new();
    let mut scores = [0.0; 2];
    for (pole, name) in lexicons
        .axis
        .poles
        .iter()
        .map(|pole| pole.name.replace('_', " / ").replacen("fear / safe / haven", "fear / safe haven", 1))
        .enumerate()
    {
        let count = counts.poles[pole];
        scores[pole] = count.score(counts.sentences);
        let (asserted, reversed) = (thousandths(count.asserted), thousandths(count.reversed));
        let floor = if reversed > asserted { ", not below 0," } else { "" };
        text.push_str(&format!(
            "{}{name:<24}{:#} ({asserted:.2} assert − {reversed:.2} reverse{floor}) ÷ {} = {BOLD}{:.4}{BOLD:#}",
            POLES[pole], POLES[pole], counts.sentences, scores[pole]
        ));
        text.push('\n');
    }
    let balance = counts.balance();
    text.push_str(&format!(
        "{:<24} {:.4} − {:.4} = {BOLD}{balance:+.4}{BOLD:#}\n",
        "balance", scores[1], scores[0]
    ));
    text.push_str(&format!("\n{}\n", reading(explained, balance)));
    text
}

/// What the numbers say, as a sentence: where the text leans now, and what it tells as yet to come.
fn reading(explained: &Explained, balance: f64) -> String {
    let counts = &explained.tagged.counts;
    let [fear, debasement] = counts.poles;
    if fear.asserted == 0 && debasement.asserted == 0 {
        return "It tells neither story.".to_owned();
    }
    let share = |count: Count| f64::from(count.expected) / f64::from(count.asserted.max(1));
    let leaning = if balance < 0.0 {
        "It leans to fear / safe haven"
    } else if balance > 0.0 {
        "It leans to debasement / liquidity"
    } else {
        "It leans to neither"
    };
    let mut text = leaning.to_owned();
    if balance < 0.0 && share(debasement) > share(fear) {
        text.push_str(" now, with debasement / liquidity as the later phase");
    }
    let told = [(fear, "fear / safe haven"), (debasement, "debasement / liquidity")];
    let told = told.iter().filter(|(count, _)| count.asserted > 0).map(|(count, name)| {
        let (expected, asserted) = (thousandths(count.expected), thousandths(count.asserted));
        format!("{expected:.2} of {asserted:.2} sentences of {name}")
    });
    format!("{text}.\nTold as still to come: {}.", told.collect::<Vec<_>>().join(", "))
}

/// Every mention: where, what it says, its weight and the rule that bent it or left it out, and below
/// it the lexicon's entry.
fn rules(explained: &Explained, tagger: &Tagger) -> String {
    let article = &explained.article;
    let mut text = String::new();
    for mention in &explained.tagged.mentions {
        let within = if mention.field == Field::Title { &article.title } else { &article.text };
        let words = format!("“{}”", plain(&within[mention.start..mention.end]));
        let place = place(article.language.as_deref(), mention.entry, tagger);
        let weight = thousandths(u32::from(mention.weight));
        let why = match (&mention.suppressed, &mention.cue) {
            (Some(rule), _) => format!("left out: {rule}"),
            (None, Some(cue)) => cue.clone(),
            (None, None) => String::new(),
        };
        let says = tag_of(mention, tagger.lexicons());
        let line =
            format!("{:>4}  {words:<32} {says:<22} weight {weight:.2}  {}", mention.sentence, plain(&why));
        text.push_str(&format!("{}\n      {DIM}{place}{DIM:#}\n", line.trim_end()));
    }
    if !explained.beaten.is_empty() {
        text.push_str(&format!(
            "\n{BOLD}Beaten{BOLD:#} {DIM}by a longer match of their narrative, or parted by a clause{DIM:#}\n"
        ));
    }
    for (sentence, entry) in &explained.beaten {
        let place = place(article.language.as_deref(), *entry, tagger);
        text.push_str(&format!("{sentence:>4}  {DIM}{place}{DIM:#}\n"));
    }
    if text.is_empty() {
        return text;
    }
    format!(
        "\n{BOLD}Mentions{BOLD:#} {DIM}sentence, words, what they say, weight, rule; below, file and entry\n      \
         [+x] asserted, [+x?] expected, [-x] reversed, [0 x] absent or doubted, [× x] left out{DIM:#}\n{text}"
    )
}

/// An entry as a reader finds it: file, line and phrase.
fn place(language: Option<&str>, entry: u32, tagger: &Tagger) -> String {
    let (phrase, file) = tagger.entry(language, entry);
    let line = line_of(language, entry, tagger);
    let phrase = shortened(phrase, usize::from(output::width()).saturating_sub(ENTRY_MARGIN).max(40));
    format!("{}:{line}: {phrase}", plain(file))
}

fn line_of(language: Option<&str>, entry: u32, tagger: &Tagger) -> usize {
    tagger.lexicons().for_language(language).entries.get(entry as usize).map_or(0, |entry| entry.phrase.line)
}

fn beaten(explained: &Explained, tagger: &Tagger) -> Vec<BeatenRecord> {
    let language = explained.article.language.as_deref();
    let lexicon = tagger.lexicons().for_language(language);
    let record = |(sentence, number): &(u32, u32)| {
        let entry = lexicon.entries.get(*number as usize)?;
        let family = &lexicon.families[entry.family];
        Some(BeatenRecord {
            sentence: *sentence,
            narrative: tagger.lexicons().narratives[family.narrative].clone(),
            entry: entry.phrase.text.clone(),
            file: family.file.clone(),
            line: entry.phrase.line,
        })
    };
    explained.beaten.iter().filter_map(record).collect()
}
