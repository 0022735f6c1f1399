//! An entry, or the feed itself, while it is read: several elements may tell one thing.
//!
//! Each is offered with its rank and the best stays. Texts arrive as content with what is known of its
//! form and leave as plain text; addresses arrive resolved.

use crate::{collect::Entry, document::Published};

use super::{
    MAX_URL_BYTES,
    date::date,
    said,
    text::{html_text, looks_like_html, one_line, plain_text},
    vocabulary::Field,
};

/// What is known of the form of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Text as it stands.
    Plain,
    /// HTML, escaped or inline.
    Html,
    /// The feed does not say: RSS.
    Unsaid,
}

/// A value and how good it is.
#[derive(Debug)]
struct Best<T> {
    rank: u8,
    value: Option<T>,
}

impl<T> Default for Best<T> {
    fn default() -> Self {
        Self { rank: 0, value: None }
    }
}

impl<T> Best<T> {
    /// The first of equal rank stays.
    fn offer(&mut self, rank: u8, value: Option<T>) {
        if value.is_some() && rank > self.rank {
            *self = Self { rank, value };
        }
    }

    /// The last of equal rank stays.
    fn put(&mut self, rank: u8, value: Option<T>) {
        if value.is_some() && rank >= self.rank {
            *self = Self { rank, value };
        }
    }
}

/// Fields gathered so far.
#[derive(Debug, Default)]
pub(super) struct Draft {
    title: Best<String>,
    link: Best<String>,
    id: Best<String>,
    summary: Best<String>,
    text: Best<String>,
    published: Best<Published>,
    updated: Best<Published>,
    author: Best<String>,
    language: Best<String>,
}

/// Ranks of the ways to give an address: said to be it, said without more, an identity that is one.
pub(super) const LINK_SAID: u8 = 4;
pub(super) const LINK_ATTRIBUTE: u8 = 3;
pub(super) const LINK_PERMANENT: u8 = 2;
pub(super) const LINK_ABOUT: u8 = 1;

impl Draft {
    /// A date that was there but could not be read comes back, for a note.
    pub(super) fn offer(&mut self, field: Field, content: &str, form: Form) -> Option<String> {
        match field {
            Field::Title(rank) => self.title.offer(rank, said(title(content, form))),
            Field::Summary(rank) => {
                let text = said(body(content, form));
                // `description` and `summary` in one item: a teaser and a text, in whatever order.
                let is_second = rank == self.summary.rank;
                let to = if is_second { &mut self.text } else { &mut self.summary };
                to.offer(if is_second { 1 } else { rank }, text);
            }
            Field::Text(rank) => self.text.offer(rank, said(body(content, form))),
            Field::Id => self.id.offer(2, said(one_line(content)).filter(|id| id.len() <= MAX_URL_BYTES)),
            Field::Author(rank) => self.author.offer(rank, said(person(&one_line(&html_text(content))))),
            Field::Language => self.offer_language(2, content),
            Field::Link => {}
            Field::Published(rank) => return put_date(&mut self.published, rank, content),
            Field::Updated(rank) => return put_date(&mut self.updated, rank, content),
            // One date for all that can happen to a document.
            Field::Date => {
                self.updated.put(1, date(content));
                return put_date(&mut self.published, 2, content);
            }
        }
        None
    }

    pub(super) fn offer_link(&mut self, rank: u8, address: String) {
        self.link.offer(rank, said(address));
    }

    /// An address of RSS, which has one: of several the last stays, as other readers have it.
    pub(super) fn put_link(&mut self, address: String) {
        self.link.put(LINK_SAID, said(address));
    }

    /// RDF's `about`: an identity where no other is given.
    pub(super) fn offer_about(&mut self, address: &str) {
        self.id.offer(1, said(one_line(address)));
    }

    /// An element's own language, or the one it is written within.
    pub(super) fn offer_language(&mut self, rank: u8, language: &str) {
        self.language.offer(rank, said(one_line(language)).filter(|language| language.len() <= 35));
    }

    pub(super) fn is_empty(&self) -> bool {
        let Self { title, link, id, summary, text, .. } = self;
        [title, link, id, summary, text].iter().all(|best| best.value.is_none())
    }

    pub(super) fn title(&mut self) -> Option<String> {
        self.title.value.take()
    }

    pub(super) fn link(&mut self) -> Option<String> {
        self.link.value.take()
    }

    pub(super) fn language(&mut self) -> Option<String> {
        self.language.value.take()
    }

    pub(super) fn entry(self) -> Entry {
        Entry {
            url: self.link.value.unwrap_or_default(),
            title: self.title.value,
            published: self.published.value,
            updated: self.updated.value,
            summary: self.summary.value,
            text: self.text.value,
            author: self.author.value,
            language: self.language.value,
            id: self.id.value,
        }
    }
}

/// The last of equal dates stays, as other readers have it.
fn put_date(best: &mut Best<Published>, rank: u8, content: &str) -> Option<String> {
    let read = date(content);
    best.put(rank, read);
    (read.is_none() && !content.trim().is_empty()).then(|| one_line(content).chars().take(40).collect())
}

/// A headline in one line.
pub(super) fn title(content: &str, form: Form) -> String {
    match form {
        Form::Html => one_line(&html_text(content)),
        Form::Unsaid if looks_like_html(content) => one_line(&html_text(content)),
        Form::Plain | Form::Unsaid => one_line(content),
    }
}

/// Paragraphs.
pub(super) fn body(content: &str, form: Form) -> String {
    match form {
        Form::Html | Form::Unsaid => html_text(content),
        Form::Plain => plain_text(content),
    }
}

/// RSS writes `desk@example.org (The Desk)` where a name was meant, others `The Desk (desk@example.org)`.
fn person(text: &str) -> String {
    if let Some((before, inside)) = text.split_once('(') {
        let inside = inside.trim_end_matches(')').trim();
        let before = before.trim();
        if before.contains('@') && !inside.is_empty() {
            return inside.to_owned();
        }
        if inside.contains('@') {
            return before.to_owned();
        }
    }
    text.to_owned()
}
