//! Feeds in markup: one walk over the events of a lenient XML reader, well formed or not.
//!
//! `quick-xml` gives tags, text and references; what is open, which names are bound and where a text
//! begins and ends is kept here, so that wrong end tags, unbound prefixes, undeclared entities and cut
//! ends cost a note and not the feed. After a syntax error the walk goes on behind it, a few
//! times. Only what is kept grows with the input: open elements and bindings are capped.

mod gather;

use std::borrow::Cow;

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{
    Feed,
    capture::Capture,
    draft::Draft,
    entities::Entities,
    note, resolved,
    text::unescaped,
    vocabulary::{Family, Holder},
};

/// Elements open at once; deeper ones are only counted.
const MAX_DEPTH: usize = 1000;
/// Bound prefixes at once; a feed has ten.
const MAX_BINDINGS: usize = 100;
/// Attributes read of one element.
const MAX_ATTRIBUTES: usize = 100;
/// Syntax errors the walk goes on behind; each may cost a look to the end of the text.
const MAX_RECOVERIES: usize = 16;
/// How many open elements an end tag may close besides its own.
const MAX_CLOSED_AT_ONCE: usize = 20;
/// How far up it is looked for whom it belongs to: a bound on the time of each.
const MAX_LOOKED_AT: usize = 200;
/// Elements of HTML that have no end tag.
const VOID: [&str; 8] = ["br", "img", "hr", "input", "meta", "link", "embed", "wbr"];
/// Elements of RSS that are no markup of a text.
const RSS_ONLY: [&str; 7] =
    ["item", "description", "pubDate", "guid", "dc:date", "dc:creator", "content:encoded"];
/// Roots of pages: no feed is looked for inside.
const PAGES: [&str; 5] = ["html", "head", "body", "div", "script"];

/// Reads a feed in markup; `false` if the text is none.
pub(super) fn read(text: &str, base: &str, feed: &mut Feed) -> bool {
    let mut walk = Walk::new(base, feed);
    let mut rest = text;
    for _ in 0..=MAX_RECOVERIES {
        match walk.events(rest) {
            None => break,
            Some(broken) => rest = rest.get(broken..).map_or("", |broken| walk.behind(broken)),
        }
    }
    walk.end()
}

/// What an open element is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Holder(Holder),
    /// The field that is being read.
    Field,
    /// What stands inside an aside.
    Aside,
    /// Markup inside a field, or an element that means nothing.
    Other,
}

struct Open {
    name: String,
    part: Part,
    /// Set where the element has its own.
    base: Option<String>,
    language: Option<String>,
    bound: usize,
}

struct Walk<'f> {
    feed: &'f mut Feed,
    base: String,
    open: Vec<Open>,
    too_deep: usize,
    bindings: Vec<(String, Family)>,
    entities: Entities,
    channel: Draft,
    entry: Option<Draft>,
    capture: Option<Capture>,
    /// An item's identity that may serve as its address.
    permanent: bool,
    root: Option<String>,
    is_feed: bool,
    /// Nothing more is read.
    is_full: bool,
}

impl<'f> Walk<'f> {
    fn new(base: &str, feed: &'f mut Feed) -> Self {
        Self {
            feed,
            base: base.to_owned(),
            open: Vec::new(),
            too_deep: 0,
            bindings: Vec::new(),
            entities: Entities::default(),
            channel: Draft::default(),
            entry: None,
            capture: None,
            permanent: true,
            root: None,
            is_feed: false,
            is_full: false,
        }
    }

    /// Walks to the end (`None`) or to a syntax error, whose place comes back.
    fn events(&mut self, text: &str) -> Option<usize> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        while !self.is_full {
            match reader.read_event() {
                Ok(Event::Start(tag)) => self.start(&tag),
                Ok(Event::Empty(tag)) => {
                    let open = self.open.len() + self.too_deep;
                    self.start(&tag);
                    if self.open.len() + self.too_deep > open {
                        self.close();
                    }
                }
                Ok(Event::End(tag)) => self.end_tag(tag.name().as_ref()),
                Ok(Event::Text(text)) => self.text(&text),
                Ok(Event::CData(text)) => self.text(&text),
                Ok(Event::GeneralRef(name)) => self.reference(&name),
                Ok(Event::DocType(declaration)) => self.entities.declare(&declaration),
                Ok(Event::Comment(_) | Event::PI(_) | Event::Decl(_)) => {}
                Ok(Event::Eof) => return None,
                Err(quick_xml::Error::IllFormed(_)) => note(self.feed, "the markup is not well formed"),
                Err(_) => return usize::try_from(reader.error_position()).ok(),
            }
        }
        None
    }

    /// Where to go on after markup that never ends: its first `>`, or the text of an open CDATA section.
    fn behind<'t>(&mut self, broken: &'t str) -> &'t str {
        note(self.feed, "the markup is broken");
        if let Some(text) = broken.strip_prefix("<![CDATA[") {
            self.text(text);
            return "";
        }
        broken.split_once('>').map_or("", |(_, rest)| rest)
    }

    fn start(&mut self, tag: &BytesStart<'_>) {
        if self.too_deep > 0 || self.open.len() >= MAX_DEPTH {
            self.too_deep += 1;
            note(self.feed, "elements are nested too deep");
            return;
        }
        let raw_name = tag.name();
        let raw_name: &str = raw_name.as_ref();
        self.end_what_was_left_open(raw_name);
        let attributes = attributes(tag);
        let mut open =
            Open { name: raw_name.to_owned(), part: Part::Other, base: None, language: None, bound: 0 };
        for (name, value) in &attributes {
            let prefix = name.strip_prefix("xmlns:").or_else(|| (name == "xmlns").then_some(""));
            if let Some(prefix) = prefix.filter(|_| self.bindings.len() < MAX_BINDINGS) {
                self.bindings.push((prefix.to_owned(), Family::of_address(value)));
                open.bound += 1;
            } else if name == "xml:base" {
                open.base = Some(resolved(self.base_here(), value));
            } else if name == "xml:lang" {
                open.language = Some(value.clone());
            }
        }
        if let Some(capture) = &mut self.capture {
            capture.start(raw_name);
            // Those who write HTML into a feed as it is do not close what HTML leaves open.
            if VOID.iter().any(|void| raw_name.eq_ignore_ascii_case(void)) {
                self.bindings.truncate(self.bindings.len() - open.bound);
            } else {
                self.open.push(open);
            }
            return;
        }
        let (prefix, local) = raw_name.split_once(':').unwrap_or(("", raw_name));
        let local = local.to_ascii_lowercase();
        let prefix = prefix.to_ascii_lowercase();
        let family = self.family(&prefix);
        if self.root.is_none() {
            self.root = Some(local.clone());
            self.is_full = PAGES.contains(&local.as_str());
            // A root that is named like a feed's is one, whatever address its names are bound to.
            let is_feed = matches!(local.as_str(), "rss" | "feed" | "channel");
            if is_feed && family == Family::Other {
                let unknown = self.bindings.iter_mut().filter(|(bound, _)| *bound == prefix);
                unknown.for_each(|(_, family)| *family = Family::Feed);
                note(self.feed, "the feed's namespace is unknown");
            }
        }
        self.open.push(open);
        let part = self.part(family, &local, &attributes);
        if let Some(open) = self.open.last_mut() {
            open.part = part;
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(capture) = &mut self.capture
            && !capture.push(text)
        {
            note(self.feed, "a field is too long and was cut");
        }
    }

    fn reference(&mut self, name: &str) {
        if self.capture.is_none() {
            return;
        }
        match self.entities.resolve(name).map(Cow::into_owned) {
            Some(text) => self.text(&text),
            None => {
                note(self.feed, "an entity is unknown or used too often, and stays as it is");
                self.text(&format!("&{name};"));
            }
        }
    }

    fn end_tag(&mut self, name: &str) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let name = name.trim_end();
        let inside = self.open.iter().rev().enumerate();
        // Near by anything is closed, farther up only a field, an entry or the feed.
        let named = |(up, open): &(usize, &Open)| {
            open.name == name && (*up < MAX_CLOSED_AT_ONCE || !matches!(open.part, Part::Other | Part::Aside))
        };
        match inside.take(MAX_LOOKED_AT).find(named).map(|(up, _)| up) {
            Some(up) => {
                if up > 0 {
                    note(self.feed, "an end tag is missing");
                }
                for _ in 0..=up {
                    self.close();
                }
            }
            None => note(self.feed, "an end tag belongs to no start tag"),
        }
    }

    /// Elements of RSS that HTML does not know end a field that is still being read, and an item ends
    /// the one before: their end tags were forgotten.
    fn end_what_was_left_open(&mut self, name: &str) {
        if self.capture.as_ref().is_some_and(Capture::holds_no_elements)
            && RSS_ONLY.iter().any(|begins| name.eq_ignore_ascii_case(begins))
        {
            note(self.feed, "an end tag is missing");
            while self.capture.is_some() && !self.open.is_empty() {
                self.close();
            }
        }
        let is_item = |open: &Open| open.part == Part::Holder(Holder::Entry) && open.name == name;
        if name.eq_ignore_ascii_case("item") && self.open.last().is_some_and(is_item) {
            note(self.feed, "an end tag is missing");
            self.close();
        }
    }

    /// Closes the innermost element.
    fn close(&mut self) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let Some(open) = self.open.last() else { return };
        match open.part {
            Part::Field => self.finish_field(),
            Part::Holder(Holder::Entry) => self.finish_entry(),
            Part::Other | Part::Aside | Part::Holder(_) => {
                if let Some(capture) = &mut self.capture {
                    capture.end(&open.name);
                }
            }
        }
        if let Some(open) = self.open.pop() {
            self.bindings.truncate(self.bindings.len() - open.bound);
        }
    }

    fn family(&self, prefix: &str) -> Family {
        let bound = self.bindings.iter().rev().find(|(bound, _)| bound == prefix);
        bound.map_or_else(|| Family::of_prefix(prefix), |(_, family)| *family)
    }

    fn base_here(&self) -> &str {
        self.open.iter().rev().find_map(|open| open.base.as_deref()).unwrap_or(&self.base)
    }

    fn language_here(&self) -> Option<&str> {
        self.open.iter().rev().find_map(|open| open.language.as_deref())
    }
}

/// Attributes with their names in lower case and their values unescaped; what is malformed is left out.
fn attributes(tag: &BytesStart<'_>) -> Vec<(String, String)> {
    let mut attributes = tag.html_attributes();
    // Repeated names are looked for in quadratic time, and the first of them is what we take.
    let attributes = attributes.with_checks(false).take(MAX_ATTRIBUTES).flatten();
    attributes
        .map(|attribute| {
            let name: &str = attribute.key.as_ref();
            (name.to_ascii_lowercase(), unescaped(&attribute.value).into_owned())
        })
        .collect()
}
