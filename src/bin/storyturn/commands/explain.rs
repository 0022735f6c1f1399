//! `explain`: one article, every mention marked, and the sum that is its score.
//!
//! Each sentence stands on a line of its own with what it adds to either pole in front of it; below
//! stand the totals, which are the score, and the rules that bent or left out a mention.

use anyhow::{Result, bail};
use storyturn::{
    document::{Article, Given},
    export::{BeatenRecord, SentenceRecord},
    lexicon::Lexicons,
    pipeline::{Explained, Input, PipelineError, explain, find, language_of, read_articles},
    tag::{Contribution, Count, Field, Tagger, thousandths},
};

use super::{records::check_format, tag::with_mentions};
use crate::{
    args::{ExplainArgs, Format},
    columns::{Pad, columns_of, padded, shortened},
    console::{Console, counted, plain},
    exit::Exit,
    marked::{BOLD, DIM, POLES, Piece, Tags, pieces, pole_name, style, styled, tag_of, wrapped},
    output::{self, hanging, heading, items_within},
    page::width,
    settings::Settings,
};

/// Space for the numbers in front of a sentence.
const MARGIN: usize = 29;
/// On a narrower page a sentence stands below its numbers.
const BESIDE: usize = 76;
/// Columns of an entry that are shown whatever its file is called.
const LEAST_PHRASE: usize = 12;
/// Columns of its line between colons and before a blank, kept free however many it has.
const LINE: usize = 7;
/// Space for a pole's name before its sum.
const SUM_MARGIN: usize = 25;
/// Space before what a mention's line goes on with.
const MENTION_MARGIN: usize = 6;
/// Narrower than this no text is wrapped.
const LEAST_TEXT: usize = 24;
/// Columns of a mention's words and of what it says.
const MENTION_WORDS: usize = 32;
const MENTION_SAYS: usize = 22;
/// Sentences, mentions and beaten entries on a page: more are read by no one, and a book of them would fill
/// memory. The sum and json have all.
const MOST_SHOWN: usize = 1000;

pub fn run(args: &ExplainArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let tagger = settings.tagger()?;
    let (article, given) = article(args, &tagger, settings, console)?;
    let explained = explain(article, &tagger);
    let table = args.table();
    if output::format(&table, Format::Table)? == Format::Table {
        output::write_text(&table, &shown(&explained, &tagger))?;
    } else {
        let form = check_format(&table)?;
        let (article, tagged) = (&explained.article, &explained.tagged);
        let mut record = with_mentions(article, &given, tagged, &tagger);
        record.title = Some(article.title.clone());
        record.by_sentence =
            Some(SentenceRecord::all(tagged, &article.title, &article.text, tagger.lexicons()));
        record.beaten = Some(beaten(&explained, &tagger));
        output::write_data(&table, |out| {
            let written = if form == Format::Json {
                serde_json::to_writer_pretty(&mut *out, &record)
            } else {
                serde_json::to_writer(&mut *out, &record)
            };
            written
                .map_err(std::io::Error::from)
                .and_then(|()| writeln!(out))
                .map_err(|source| output::refused("the record", source))
        })?;
    }
    Ok(Exit::Done)
}

/// A file where there is one of this name, else the article in the store with this id; and what a record's
/// title and text were before they were cleaned.
fn article(
    args: &ExplainArgs,
    tagger: &Tagger,
    settings: &Settings,
    console: &Console,
) -> Result<(Article, Given)> {
    let path = &args.article;
    if path.as_os_str() != "-" && !path.exists() {
        let id = path.to_string_lossy();
        // A mistyped path needs no store to be told from an id.
        if !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(PipelineError::Unknown(id.into_owned()).into());
        }
        let found = find(&settings.open_store(false)?, &id, settings.until())?;
        return Ok((found.article, Given::default()));
    }
    let mut found = Vec::new();
    read_articles(
        &[Input::new(path)],
        &settings.config.extract,
        console,
        |read| {
            read.article.clone().and_then(|article| match language_of(&article, tagger.lexicons()).err() {
                None => Ok((article, read.given.clone())),
                Some(unread) => Err(unread.to_string()),
            })
        },
        |article| {
            found.push(article);
            Ok(())
        },
    )?;
    match <[_; 1]>::try_from(found) {
        Ok([Ok(found)]) => Ok(found),
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
    let width = width();
    text.push_str(&format!("{BOLD}{}{BOLD:#}\n", output::fold(&plain(title), width)));
    let published = article.published.map_or_else(|| "no date".to_owned(), |published| published.to_string());
    let twice = if article.title.is_empty() { "" } else { ", the title counting as two" };
    let source = if article.source.is_empty() { "no source" } else { &article.source };
    let items = [
        plain(source),
        published,
        format!("{} words", counts.words),
        format!("{} sentences{twice}", counts.sentences),
        format!("id {id}"),
        format!("lexicon {}", counts.lexicon),
    ];
    let about = items_within(&items, width);
    text.push_str(&format!("{DIM}{about}{DIM:#}\n\n"));
    let [fear, debasement] = POLES;
    text.push_str(&format!("{:10}{fear}fear{fear:#}  {debasement}debasement{debasement:#}\n", ""));
    let contributions = tagged.contributions(&lexicons.axis);
    let told = contributions.iter().filter(|contribution| contribution.sentences > 0);
    for contribution in told.clone().take(MOST_SHOWN) {
        text.push_str(&line(contribution, explained, tagger));
    }
    text.push_str(&left_out(told.count(), "more sentence", "more sentences"));
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
    // In order of sentences: each looks at its own, however many there are.
    let mentions = &explained.tagged.mentions;
    let first = mentions.partition_point(|mention| mention.sentence < contribution.sentence);
    let own = mentions[first..].iter().take_while(|mention| mention.sentence == contribution.sentence);
    let within = &within[sentence.start..sentence.end];
    let mut told = pieces(within, sentence.start, &own.collect::<Vec<_>>(), tagger.lexicons(), Tags::Shown);
    if sentence.field == Field::Title {
        told.extend(styled("(counts twice)", DIM));
    }
    let head = format!("{:>4}{:>10}{:>12}", contribution.sentence, added(fear), added(debasement));
    let (head, margin) = if width() < BESIDE {
        (format!("{}\n{:MENTION_MARGIN$}", head.trim_end(), ""), MENTION_MARGIN)
    } else {
        (format!("{head}   "), MARGIN)
    };
    let room = width().saturating_sub(margin).max(LEAST_TEXT);
    format!("{head}{}\n", wrapped(&told, room, margin))
}

/// Says how much of a long list the page leaves out.
fn left_out(count: usize, one: &str, many: &str) -> String {
    match count.saturating_sub(MOST_SHOWN) {
        0 => String::new(),
        more => {
            format!("  {DIM}… and {}; --format json has all{DIM:#}\n", counted(more as u64, one, many))
        }
    }
}

/// The score of each pole as the sum it is, and what it says in words.
fn sums(explained: &Explained, lexicons: &Lexicons) -> String {
    let counts = &explained.tagged.counts;
    let mut text = String::new();
    let mut scores = [0.0; 2];
    for (pole, name) in lexicons.axis.poles.iter().map(|pole| pole_name(&pole.name)).enumerate() {
        let count = counts.poles[pole];
        scores[pole] = count.score(counts.sentences);
        let (asserted, reversed) = (thousandths(count.asserted), thousandths(count.reversed));
        let floor = if reversed > asserted { ", not below 0," } else { "" };
        let style = POLES[pole];
        let sum = format!("({asserted:.2} assert − {reversed:.2} reverse{floor}) ÷ {}", counts.sentences);
        let mut lines = hanging("", &format!("{sum} = {:.4}", scores[pole]), SUM_MARGIN).join("\n");
        lines.replace_range(..SUM_MARGIN, &format!("{style}{name:<SUM_MARGIN$}{style:#}"));
        text.push_str(&lines);
        text.push('\n');
    }
    let balance = counts.balance();
    text.push_str(&format!(
        "{:<SUM_MARGIN$}{:.4} − {:.4} = {BOLD}{balance:+.4}{BOLD:#}\n",
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
    let told = format!("Told as still to come: {}.", told.collect::<Vec<_>>().join(", "));
    format!("{text}.\n{}", output::fold(&told, width()))
}

/// Every mention: where, what it says, its weight and the rule that bent it or left it out, and below
/// it the lexicon's entry.
fn rules(explained: &Explained, tagger: &Tagger) -> String {
    let article = &explained.article;
    let mut text = String::new();
    for mention in explained.tagged.mentions.iter().take(MOST_SHOWN) {
        let within = if mention.field == Field::Title { &article.title } else { &article.text };
        let words = format!("“{}”", plain(&within[mention.start..mention.end]));
        let place = place(article.language.as_deref(), mention.entry, tagger);
        let weight = thousandths(u32::from(mention.weight));
        let why = match (&mention.suppressed, &mention.cue) {
            (Some(rule), _) => format!("left out: {rule}"),
            (None, Some(cue)) => cue.clone(),
            (None, None) => String::new(),
        };
        let says = format!(
            "{} weight {weight:.2}",
            padded(&tag_of(mention, tagger.lexicons()), MENTION_SAYS, Pad::After)
        );
        let line = mention_line(mention.sentence, [&words, &says, &plain(&why)], width());
        let style = style(mention, tagger.lexicons());
        let line = line.replacen(&words, &format!("{style}{words}{style:#}"), 1);
        text.push_str(&format!("{line}\n      {DIM}{place}{DIM:#}\n"));
    }
    text.push_str(&left_out(explained.tagged.mentions.len(), "more mention", "more mentions"));
    if !explained.beaten.is_empty() {
        text.push('\n');
        text.push_str(&heading("Beaten", "by a longer match of their narrative, or parted by a clause"));
    }
    for (sentence, entry) in explained.beaten.iter().take(MOST_SHOWN) {
        let place = place(article.language.as_deref(), *entry, tagger);
        text.push_str(&format!("{sentence:>4}  {DIM}{place}{DIM:#}\n"));
    }
    text.push_str(&left_out(explained.beaten.len(), "more entry", "more entries"));
    if text.is_empty() {
        return text;
    }
    let struck = DIM.strikethrough();
    let legend = [
        ("[+x] asserted, [+x?] expected, [-x]", DIM),
        ("reversed,", struck),
        ("[0 x]", DIM),
        ("absent or doubted,", struck),
        ("[× x] left out", DIM),
    ];
    let legend: Vec<Piece> = legend.into_iter().flat_map(|(text, style)| styled(text, style)).collect();
    let legend = wrapped(&legend, width().saturating_sub(MENTION_MARGIN), MENTION_MARGIN);
    let head = heading("Mentions", "sentence, words, what they say, weight, rule; below, file and entry");
    format!("\n{head}{:MENTION_MARGIN$}{legend}\n{text}", "")
}

/// The words of a mention, what it says and why; what has no room goes on below.
fn mention_line(sentence: u32, [words, says, why]: [&str; 3], width: usize) -> String {
    let mut text = format!("{sentence:>4}  {}", padded(words, MENTION_WORDS, Pad::After));
    let mut used = columns_of(&text);
    for (part, gap) in [(says, 1), (why, 2)] {
        if part.is_empty() {
            continue;
        }
        if used + gap + columns_of(part) <= width {
            text.push_str(&" ".repeat(gap));
            text.push_str(part);
            used += gap + columns_of(part);
            continue;
        }
        let blanks = " ".repeat(MENTION_MARGIN);
        let folded = output::fold(part, width.saturating_sub(MENTION_MARGIN).max(20));
        for line in folded.lines() {
            text.truncate(text.trim_end().len());
            text.push_str(&format!("\n{blanks}{line}"));
            used = MENTION_MARGIN + columns_of(line);
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// An entry as a reader finds it: file, line and phrase.
fn place(language: Option<&str>, entry: u32, tagger: &Tagger) -> String {
    let (phrase, file) = tagger.entry(language, entry);
    let line = line_of(language, entry, tagger);
    let file = plain(file);
    let room = width().saturating_sub(MENTION_MARGIN + columns_of(&file) + LINE).max(LEAST_PHRASE);
    format!("{file}:{line}: {}", shortened(phrase, room))
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

#[cfg(test)]
mod tests;
