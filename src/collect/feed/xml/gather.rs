//! What elements give to the feed and its entries, as the walk comes to them and leaves them.
//!
//! The walk knows what is open; here is decided what an element is for where it stands, and what a field
//! was worth once it is read.

use super::{Part, Walk};
use crate::collect::feed::{
    MAX_ENTRIES,
    capture::{Capture, Coding, Said},
    draft::{Draft, LINK_ABOUT, LINK_ATTRIBUTE, LINK_PERMANENT, LINK_SAID},
    note, resolved,
    vocabulary::{Family, Field, Holder},
};

impl Walk<'_> {
    /// What an element is for, where it stands; a field begins here.
    pub(super) fn part(&mut self, family: Family, name: &str, attributes: &[(String, String)]) -> Part {
        // The element itself is open already. Fields stand right inside what they tell of: a title in
        // the midst of a picture or an unknown element is that one's.
        let around = self.open.iter().rev().nth(1).map(|open| open.part);
        let get = |wanted: &str| {
            attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
        };
        if matches!(around, Some(Part::Holder(Holder::Aside) | Part::Aside)) {
            return Part::Aside;
        }
        if let Some(holder) = Holder::of(family, name) {
            match holder {
                Holder::Feed => {
                    self.is_feed = true;
                    let language = self.language_here().unwrap_or_default().to_owned();
                    self.channel.offer_language(1, &language);
                }
                Holder::Entry if self.entry.is_some() => return Part::Other,
                Holder::Entry => {
                    self.is_feed = true;
                    self.permanent = true;
                    let mut draft = Draft::default();
                    let language = self.language_here().unwrap_or_default().to_owned();
                    draft.offer_language(1, &language);
                    self.entry = Some(draft);
                }
                Holder::Aside => return Part::Holder(holder),
            }
            let about = get("rdf:about").or_else(|| get("about")).or_else(|| get("href"));
            if let Some(about) = about {
                let address = resolved(self.base_here(), about);
                let draft = self.entry.as_mut().unwrap_or(&mut self.channel);
                draft.offer_about(about);
                draft.offer_link(LINK_ABOUT, address);
            }
            return Part::Holder(holder);
        }
        let is_inside = matches!(around, Some(Part::Holder(_)));
        let Some(field) = Field::of(family, name).filter(|_| is_inside) else { return Part::Other };
        if field == Field::Link {
            let rel = get("rel").unwrap_or("alternate").trim().to_ascii_lowercase();
            if !(rel.is_empty() || rel == "alternate" || rel.ends_with("/alternate")) {
                return Part::Other;
            }
            if let Some(href) = get("href") {
                let address = resolved(self.base_here(), href);
                let is_own = !self.is_atom() && self.open.last().is_some_and(|open| open.name == name);
                let draft = self.entry.as_mut().unwrap_or(&mut self.channel);
                if is_own {
                    draft.put_link(address);
                } else {
                    draft.offer_link(LINK_ATTRIBUTE, address);
                }
                return Part::Other;
            }
        }
        if field == Field::Id {
            self.permanent = get("ispermalink").is_none_or(|value| !value.eq_ignore_ascii_case("false"));
        }
        if matches!(field, Field::Text(_)) && get("src").is_some() {
            return Part::Other;
        }
        let said = Said { kind: get("type"), mode: get("mode") };
        match said.coding(field, name, self.is_atom()) {
            Some(coding) => self.begin(field, coding),
            None => Part::Other,
        }
    }

    fn begin(&mut self, field: Field, coding: Coding) -> Part {
        self.capture = Some(Capture::new(field, coding));
        Part::Field
    }

    pub(super) fn finish_field(&mut self) {
        let Some(capture) = self.capture.take() else { return };
        let address = (matches!(capture.field, Field::Link | Field::Id))
            .then(|| resolved(self.base_here(), &capture.text));
        let is_address = |address: &String| address.starts_with("http://") || address.starts_with("https://");
        let is_atom = self.is_atom();
        let draft = self.entry.as_mut().unwrap_or(&mut self.channel);
        match (capture.field, address) {
            (Field::Link, Some(address)) if is_atom => draft.offer_link(LINK_SAID, address),
            (Field::Link, Some(address)) => draft.put_link(address),
            (Field::Id, Some(address)) if self.permanent && is_address(&address) => {
                draft.offer_link(LINK_PERMANENT, address);
            }
            _ => {}
        }
        if let Some(unread) = capture.offer(draft) {
            note(self.feed, &format!("the date {unread:?} cannot be read"));
        }
    }

    pub(super) fn finish_entry(&mut self) {
        let Some(draft) = self.entry.take() else { return };
        if self.feed.entries.len() >= MAX_ENTRIES {
            note(self.feed, "more entries than are read");
            self.is_full = true;
        } else {
            self.feed.entries.push(draft.entry());
        }
    }

    /// What is open is closed, and the feed is told; `false` if none was found.
    pub(super) fn end(mut self) -> bool {
        if !self.is_full && !self.open.is_empty() {
            note(self.feed, "the feed is cut off");
        }
        self.too_deep = 0;
        while !self.open.is_empty() {
            self.close();
        }
        self.feed.title = self.channel.title();
        self.feed.link = self.channel.link();
        self.feed.language = self.channel.language();
        // Another family's document may have a `channel` somewhere; entries are seldom a coincidence.
        let is_root = self
            .root
            .as_deref()
            .is_some_and(|root| matches!(Holder::of(Family::Feed, root), Some(Holder::Feed | Holder::Entry)));
        self.is_feed && (is_root || !self.feed.entries.is_empty())
    }

    fn is_atom(&self) -> bool {
        self.root.as_deref() == Some("feed")
    }
}
