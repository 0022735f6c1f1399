//! JSON Feed 1.0 and 1.1.
//!
//! Read as it streams: a value of an unexpected kind is nothing, unknown names are passed over without
//! being built, and when the text breaks off the items before stay. Items beyond the cap are passed over.

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

use crate::collect::Entry;

use super::{
    Feed, MAX_ENTRIES, MAX_FIELD_BYTES, cut,
    draft::{Draft, Form, LINK_ATTRIBUTE, LINK_PERMANENT, LINK_SAID},
    note, resolved,
    vocabulary::Field,
};

/// Reads a feed in JSON; `false` if the text is none.
pub(super) fn read(text: &str, base: &str, feed: &mut Feed) -> bool {
    let mut root = Root { feed, base, channel: Draft::default(), is_feed: false };
    let mut reader = serde_json::Deserializer::from_str(text);
    let broken = Node(&mut root).deserialize(&mut reader).err();
    let Root { feed, mut channel, is_feed, .. } = root;
    if let Some(broken) = broken {
        note(feed, &format!("the JSON is broken at line {} column {}", broken.line(), broken.column()));
    } else if reader.end().is_err() {
        note(feed, "something follows the JSON");
    }
    feed.title = channel.title();
    feed.link = channel.link();
    feed.language = channel.language();
    is_feed
}

/// The rest of a visitor: values of these kinds are nothing.
macro_rules! nothing_but {
    ($($visit:ident: $kind:ty),*) => {
        $(fn $visit<E>(self, _: $kind) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        })*

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("anything")
        }
    };
}

/// What reads the members of an object; everything that is no object is passed over.
trait Members {
    fn member<'de, A: MapAccess<'de>>(&mut self, name: &str, value: &mut A) -> Result<(), A::Error>;
}

struct Node<'n, M>(&'n mut M);

impl<'de, M: Members> DeserializeSeed<'de> for Node<'_, M> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, M: Members> Visitor<'de> for Node<'_, M> {
    type Value = ();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(name)) = map.next_key()? {
            self.0.member(&name.unwrap_or_default(), &mut map)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        while sequence.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    nothing_but!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);
}

struct Root<'f> {
    feed: &'f mut Feed,
    base: &'f str,
    channel: Draft,
    is_feed: bool,
}

impl Members for Root<'_> {
    fn member<'de, A: MapAccess<'de>>(&mut self, name: &str, value: &mut A) -> Result<(), A::Error> {
        match name {
            "version" => {
                let Text(version) = value.next_value()?;
                self.is_feed |= version.is_some_and(|version| version.contains("jsonfeed.org"));
            }
            "title" => offer(&mut self.channel, Field::Title(2), value)?,
            "language" => offer(&mut self.channel, Field::Language, value)?,
            "home_page_url" => {
                let Text(address) = value.next_value()?;
                self.channel.offer_link(LINK_SAID, resolved(self.base, &address.unwrap_or_default()));
            }
            "items" => {
                self.is_feed = true;
                value.next_value_seed(Items { feed: self.feed, base: self.base })?;
            }
            _ => {
                value.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

fn offer<'de, A: MapAccess<'de>>(draft: &mut Draft, field: Field, value: &mut A) -> Result<(), A::Error> {
    let Text(content) = value.next_value()?;
    draft.offer(field, &content.unwrap_or_default(), Form::Plain);
    Ok(())
}

struct Items<'f> {
    feed: &'f mut Feed,
    base: &'f str,
}

impl<'de> DeserializeSeed<'de> for Items<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Items<'_> {
    type Value = ();

    nothing_but!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        loop {
            if self.feed.entries.len() >= MAX_ENTRIES {
                note(self.feed, "more entries than are read");
                while items.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(());
            }
            let mut item = Item { base: self.base, draft: Draft::default(), unread: None };
            let read = items.next_element_seed(Node(&mut item));
            if let Some(unread) = item.unread.take() {
                note(self.feed, &format!("the date {unread:?} cannot be read"));
            }
            // An item that breaks off is kept as far as it goes.
            if !item.draft.is_empty() {
                let entry: Entry = item.draft.entry();
                self.feed.entries.push(entry);
            }
            if read?.is_none() {
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

struct Item<'f> {
    base: &'f str,
    draft: Draft,
    unread: Option<String>,
}

impl Members for Item<'_> {
    fn member<'de, A: MapAccess<'de>>(&mut self, name: &str, value: &mut A) -> Result<(), A::Error> {
        let (field, form) = match name {
            "title" => (Field::Title(2), Form::Plain),
            "summary" => (Field::Summary(3), Form::Plain),
            "content_html" => (Field::Text(4), Form::Html),
            "content_text" => (Field::Text(3), Form::Plain),
            "date_published" => (Field::Published(3), Form::Plain),
            "date_modified" => (Field::Updated(2), Form::Plain),
            "language" => (Field::Language, Form::Plain),
            "url" | "external_url" | "id" => {
                let Text(content) = value.next_value()?;
                let content = content.unwrap_or_default();
                let is_address = content.starts_with("http://") || content.starts_with("https://");
                match name {
                    "url" => self.draft.offer_link(LINK_SAID, resolved(self.base, &content)),
                    "external_url" => self.draft.offer_link(LINK_ATTRIBUTE, resolved(self.base, &content)),
                    _ if is_address => self.draft.offer_link(LINK_PERMANENT, content.clone()),
                    _ => {}
                }
                if name == "id" {
                    self.draft.offer(Field::Id, &content, Form::Plain);
                }
                return Ok(());
            }
            "author" => return value.next_value_seed(Node(&mut Author(&mut self.draft, 2))),
            "authors" => return value.next_value_seed(Authors(&mut self.draft)),
            _ => {
                value.next_value::<IgnoredAny>()?;
                return Ok(());
            }
        };
        let Text(content) = value.next_value()?;
        let unread = self.draft.offer(field, &content.unwrap_or_default(), form);
        self.unread = self.unread.take().or(unread);
        Ok(())
    }
}

/// A draft whose author is looked for, and how good this place is.
struct Author<'d>(&'d mut Draft, u8);

impl Members for Author<'_> {
    fn member<'de, A: MapAccess<'de>>(&mut self, name: &str, value: &mut A) -> Result<(), A::Error> {
        if name == "name" {
            return offer(self.0, Field::Author(self.1), value);
        }
        value.next_value::<IgnoredAny>()?;
        Ok(())
    }
}

struct Authors<'d>(&'d mut Draft);

impl<'de> DeserializeSeed<'de> for Authors<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Authors<'_> {
    type Value = ();

    nothing_but!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_seq<A: SeqAccess<'de>>(self, mut authors: A) -> Result<(), A::Error> {
        while authors.next_element_seed(Node(&mut Author(self.0, 3)))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// A string, a number as it is written, or nothing.
#[derive(Default)]
struct Text(Option<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    nothing_but!(visit_bool: bool);

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Ok(Text(Some(cut(text, MAX_FIELD_BYTES).to_owned())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Text, E> {
        Ok(Text(Some(number.to_string())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Text, E> {
        Ok(Text(Some(number.to_string())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Text, E> {
        Ok(Text(Some(number.to_string())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Text, A::Error> {
        while sequence.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Text(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text(None))
    }
}
