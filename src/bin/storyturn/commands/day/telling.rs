//! What of a story tells: its headline with the mentions marked, and the sentence that adds most to a pole.
//!
//! Both are of the story's first article, read again with the lexicon in force. Where that one adds nothing to
//! the pole, and only later tellers do, there is no sentence.

use anyhow::Result;
use storyturn::{
    document::Article,
    pipeline::{Explained, StoryView, explain},
    store::Store,
    tag::{Field, Mention, Sentence, Tagger},
};

use crate::{
    columns::{columns_of, shortened},
    console::plain,
    marked::{Tags, pieces, wrapped},
};

/// Lines that a headline or a sentence may take; longer ones are cut, and not marked.
const MOST_LINES: usize = 3;

/// The first article of a story, explained; `None` where the store no longer has it.
pub fn first_of(story: &StoryView, store: &Store, tagger: &Tagger) -> Result<Option<Explained>> {
    Ok(store.document(story.id)?.map(|document| explain(document.article, tagger)))
}

/// The headline, its mentions in their colours.
pub fn headline(explained: &Explained, tagger: &Tagger, room: usize, margin: usize) -> String {
    let title = &explained.article.title;
    let own = |mention: &&Mention| mention.field == Field::Title;
    marked(title, 0, &explained.tagged.mentions.iter().filter(own).collect::<Vec<_>>(), tagger, room, margin)
}

/// The sentence below the headline that adds most to a pole, the first of them; none where the headline
/// adds as much.
pub fn sentence(
    explained: &Explained,
    pole: usize,
    tagger: &Tagger,
    room: usize,
    margin: usize,
) -> Option<String> {
    let tagged = &explained.tagged;
    let mut most: Option<(i64, u32)> = None;
    for contribution in tagged.contributions(&tagger.lexicons().axis) {
        let count = contribution.poles[pole];
        let net = i64::from(count.asserted) - i64::from(count.reversed);
        // Of equals the first: a headline goes before what stands below it.
        if net > 0 && most.is_none_or(|(most, _)| net > most) {
            most = Some((net, contribution.sentence));
        }
    }
    let number = most?.1;
    let Sentence { field: Field::Text, start, end, .. } = *tagged.sentences.get(number as usize)? else {
        return None;
    };
    let own: Vec<&Mention> = tagged.mentions.iter().filter(|mention| mention.sentence == number).collect();
    let Article { text, .. } = &explained.article;
    Some(marked(&text[start..end], start, &own, tagger, room, margin))
}

fn marked(
    text: &str,
    start: usize,
    mentions: &[&Mention],
    tagger: &Tagger,
    room: usize,
    margin: usize,
) -> String {
    if columns_of(text) > room * MOST_LINES {
        return shortened(&plain(text), room);
    }
    wrapped(&pieces(text, start, mentions, tagger.lexicons(), Tags::LeftOut), room, margin)
}
