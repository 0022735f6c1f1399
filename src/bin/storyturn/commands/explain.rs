//! `explain`: one article, every mention marked, and the sum that is its score.
//!
//! Each sentence stands on a line of its own with what it adds to either pole in front of it; below
//! stand the totals, which are the score, and the rules that bent or left out a mention.

use anstyle::{AnsiColor, Style};
use anyhow::{Result, bail};
use storyturn::{
    document::{Article, Given},
    export::{BeatenRecord, SentenceRecord},
    lexicon::Lexicons,
    pipeline::{Explained, Input, PipelineError, explain, find, language_of, read_articles},
    tag::{Contribution, Count, Direction, Field, Mention, Modality, Tagger, thousandths},
};

use super::{records::check_format, tag::with_mentions};
use crate::{
    args::{ExplainArgs, Format},
    columns::{Cut, Pad, columns, columns_of, fitted, padded},
    console::{Console, counted, plain},
    exit::Exit,
    output,
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
/// Space before what a mention's line goes on with.
const MENTION_MARGIN: usize = 6;
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
    let width = usize::from(output::width());
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
    text.push_str(&format!("{DIM}{:>14}{:>12}{DIM:#}\n", "fear", "debasement"));
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
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = sentence.start;
    // In order of sentences: each looks at its own, however many there are.
    let mentions = &explained.tagged.mentions;
    let first = mentions.partition_point(|mention| mention.sentence < contribution.sentence);
    let own = mentions[first..].iter().take_while(|mention| mention.sentence == contribution.sentence);
    for (mention, others) in drawn(&own.collect::<Vec<_>>()) {
        words(&within[at..mention.start], None, &mut pieces);
        words(&within[mention.start..mention.end], Some(style(mention, tagger.lexicons())), &mut pieces);
        at = mention.end;
        for one in [mention].into_iter().chain(others) {
            let tag = tag_of(one, tagger.lexicons());
            let width = columns_of(&tag);
            pieces.push(Piece { width, text: format!("{DIM}{tag}{DIM:#}"), is_glued: false });
        }
    }
    words(&within[at..sentence.end], None, &mut pieces);
    let title = if sentence.field == Field::Title { " (counts twice)" } else { "" };
    let head = format!("{:>4}{:>10}{:>12}   ", contribution.sentence, added(fear), added(debasement));
    format!("{head}{}{DIM}{title}{DIM:#}\n", wrapped(&pieces))
}

/// The mentions that mark their words, in order of place, each with those that claim some of the same words
/// and add their tag alone. What counts goes before what is left out, then the first before later ones.
fn drawn<'a>(mentions: &[&'a Mention]) -> Vec<(&'a Mention, Vec<&'a Mention>)> {
    let mut drawn: Vec<(&Mention, Vec<&Mention>)> = Vec::new();
    for is_counted in [true, false] {
        for mention in mentions.iter().filter(|one| one.suppressed.is_none() == is_counted) {
            let after = drawn.partition_point(|(one, _)| one.end <= mention.start);
            match drawn.get_mut(after) {
                Some((one, others)) if one.start < mention.end => others.push(mention),
                _ => drawn.insert(after, (mention, Vec::new())),
            }
        }
    }
    drawn
}

/// A word or tag: its columns, its form on the terminal, and whether no blank stands before it.
struct Piece {
    width: usize,
    text: String,
    is_glued: bool,
}

/// Splits a stretch of text into words, and what is written without spaces into its characters.
fn words(text: &str, style: Option<Style>, pieces: &mut Vec<Piece>) {
    let styled =
        |word: &str| style.map_or_else(|| word.to_owned(), |style| format!("{style}{word}{style:#}"));
    for word in plain(text).split_whitespace() {
        let mut start = 0;
        for (at, letter) in word.char_indices() {
            let end = at + letter.len_utf8();
            // A line may end after a wide character, but not before a sign that follows one.
            let is_end = word[end..].chars().next().is_none_or(|next| {
                columns(letter) == 2 && next.is_alphanumeric() || columns(next) == 2 && next.is_alphanumeric()
            });
            if is_end {
                let piece = &word[start..end];
                pieces.push(Piece { width: columns_of(piece), text: styled(piece), is_glued: start > 0 });
                start = end;
            }
        }
    }
}

fn wrapped(pieces: &[Piece]) -> String {
    let room = usize::from(output::width()).saturating_sub(MARGIN).max(30);
    let mut text = String::new();
    let mut used = 0;
    for Piece { width, text: piece, is_glued } in pieces {
        let blank = usize::from(!is_glued);
        if used > 0 && used + blank + width > room {
            text.push('\n');
            text.push_str(&" ".repeat(MARGIN));
            used = 0;
        } else if used > 0 && !is_glued {
            text.push(' ');
            used += 1;
        }
        text.push_str(piece);
        used += width;
    }
    text
}

/// Items with a point between, in lines that break between items.
fn items_within(items: &[String], width: usize) -> String {
    let mut lines = vec![String::new()];
    for item in items {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(item);
        } else if columns_of(line) + 3 + columns_of(item) <= width {
            line.push_str(" · ");
            line.push_str(item);
        } else {
            lines.push(item.clone());
        }
    }
    lines.iter().map(|line| output::fold(line, width.max(1))).collect::<Vec<_>>().join("\n")
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
    let told = format!("Told as still to come: {}.", told.collect::<Vec<_>>().join(", "));
    format!("{text}.\n{}", output::fold(&told, usize::from(output::width())))
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
        let line = mention_line(mention.sentence, [&words, &says, &plain(&why)], output::width().into());
        text.push_str(&format!("{line}\n      {DIM}{place}{DIM:#}\n"));
    }
    text.push_str(&left_out(explained.tagged.mentions.len(), "more mention", "more mentions"));
    if !explained.beaten.is_empty() {
        text.push_str(&format!(
            "\n{BOLD}Beaten{BOLD:#} {DIM}by a longer match of their narrative, or parted by a clause{DIM:#}\n"
        ));
    }
    for (sentence, entry) in explained.beaten.iter().take(MOST_SHOWN) {
        let place = place(article.language.as_deref(), *entry, tagger);
        text.push_str(&format!("{sentence:>4}  {DIM}{place}{DIM:#}\n"));
    }
    text.push_str(&left_out(explained.beaten.len(), "more entry", "more entries"));
    if text.is_empty() {
        return text;
    }
    format!(
        "\n{BOLD}Mentions{BOLD:#} {DIM}sentence, words, what they say, weight, rule; below, file and entry\n      \
         [+x] asserted, [+x?] expected, [-x] reversed, [0 x] absent or doubted, [× x] left out{DIM:#}\n{text}"
    )
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
    let room = usize::from(output::width()).saturating_sub(ENTRY_MARGIN).max(40);
    let cut = || fitted(phrase, room - 1, Cut::End) + "…";
    let phrase = if columns_of(phrase) <= room { phrase.to_owned() } else { cut() };
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

#[cfg(test)]
mod tests;
