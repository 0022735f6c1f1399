//! `tag`: texts in, scores out as JSON lines; no store.

use anyhow::Result;
use storyturn::{
    document::{Article, DocumentId, Given, Skip},
    export::{MentionRecord, ScoreRecord},
    pipeline::{explain, language_of},
    tag::{Mention, Tagged, Tagger},
};

use super::records;
use crate::{args::TagArgs, console::Console, exit::Exit, settings::Settings};

pub fn run(args: &TagArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    settings.shows_no_evening("`tag` shows nothing of the store", "leave --as-of out")?;
    let tagger = settings.tagger()?;
    records::print(&args.inputs, &args.records.table(), settings, console, |read| {
        let skip = |reason: String| (None, Some(Skip { subject: read.subject.clone(), reason }));
        let article = match &read.article {
            Ok(article) => article,
            Err(reason) => return skip(reason.clone()),
        };
        let language = match language_of(article, tagger.lexicons()) {
            Ok(language) => language,
            Err(unread) => return skip(unread.to_string()),
        };
        let mut record = if args.mentions {
            let explained = explain(article.clone(), &tagger);
            with_mentions(&explained.article, &read.given, &explained.tagged, &tagger)
        } else {
            let counts = tagger.count(&article.title, &article.text, language);
            about(ScoreRecord::of(&counts, tagger.lexicons()), article)
        };
        if let Some(id) = &read.given_id {
            record.id = Some(id.clone());
        }
        (Some(record), None)
    })
}

/// The record of a tagged article with its mentions, in title and text as they were given.
pub fn with_mentions(article: &Article, given: &Given, tagged: &Tagged, tagger: &Tagger) -> ScoreRecord {
    let lexicon = tagger.lexicons().for_language(article.language.as_deref());
    let mention = |mention: &Mention| {
        let entry = &lexicon.entries[mention.entry as usize];
        let file = lexicon.families[entry.family].file.as_str();
        let entry = (&entry.phrase, file);
        MentionRecord::of(mention, &article.title, &article.text, entry, tagger.lexicons()).within(given)
    };
    let record = ScoreRecord::of(&tagged.counts, tagger.lexicons());
    ScoreRecord { mentions: Some(tagged.mentions.iter().map(mention).collect()), ..about(record, article) }
}

fn about(record: ScoreRecord, article: &Article) -> ScoreRecord {
    ScoreRecord {
        id: Some(DocumentId::of(article).to_string()),
        published: article.published.map(|published| published.to_string()),
        source: Some(article.source.clone()).filter(|source| !source.is_empty()),
        ..record
    }
}
