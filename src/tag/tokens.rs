//! Words, clauses and sentences with byte offsets, in one pass and without allocation for plain words.
//!
//! First step of the room: [`scan`] pushes what it sees into a [`Sink`]. Words are Unicode words in
//! lower case, hyphens part them, curly and straight punctuation are equal, a possessive 's belongs
//! to no word, a dotted acronym is one word without dots, a number keeps its separators and unit.
//! A sentence ends at `. ! ?` or a line end, but not after an abbreviation, an initial or before a
//! lower-case letter. The short lists of abbreviations are English and cost other languages nothing.
//! Where a language is written without spaces, [`Writing::Characters`], `han` takes part.
//!
//! Hostile text: no recursion and one pass; every byte is looked at a bounded number of times, a
//! sentence of more than [`MOST_WORDS`] words is cut, so memory per sentence is bounded. Offsets
//! always lie on character boundaries. Left out on purpose: finding words in scripts without spaces.

mod han;
mod stops;
#[cfg(test)]
mod tests;
mod words;

pub(super) use words::{pack, unpack};

/// A sentence is cut here. The longest real ones have about a hundred words; tables and lists of
/// tickers have more.
pub(super) const MOST_WORDS: usize = 256;

/// Words of at most this many bytes are passed as two integers.
pub(super) const PACKED_BYTES: usize = 16;
/// A quotation of fewer words is a name or scare quotes ("panic" buying) and parts no clause.
const SHORTEST_QUOTATION: usize = 4;

/// Up to sixteen bytes of a lower-case word, the first in the lowest place, zero-padded.
pub(super) type Packed = [u64; 2];

/// What a scan reports, in order of place.
pub(super) trait Sink {
    /// A word of ASCII letters, as most are.
    fn word(&mut self, start: usize, end: usize, packed: Packed);
    /// A number with separators, unit and percent sign.
    fn number(&mut self, start: usize, end: usize);
    /// Any other word: in lower case, and in its own case, both without dots and ignorables.
    fn unusual(&mut self, start: usize, end: usize, lower: &str, exact: &str);
    /// The clause ends here.
    fn boundary(&mut self, boundary: Boundary);
    /// The sentence ends before this byte.
    fn sentence(&mut self, end: usize);
}

/// How a clause ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Boundary {
    /// At the end of a quotation: cues do not reach over it, phrases do.
    Soft,
    /// At a comma, colon, dash: nothing reaches over it.
    Hard,
    /// A bracket opens: a clause inside a clause.
    Open,
    /// It closes, and the outer clause goes on.
    Close,
}

/// Whether the text is one sentence or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// A title: what would end a sentence ends a clause.
    One,
    /// A text.
    Several,
}

/// How a language parts its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// By spaces.
    Spaced,
    /// Not at all: each Chinese character is a word.
    Characters,
}

/// Reads `text` from a byte on; `from` lies on a character boundary.
pub(super) fn scan<S: Sink>(text: &str, from: usize, extent: Extent, writing: Writing, sink: &mut S) {
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        at: from,
        extent,
        writing,
        characters_end: usize::MAX,
        words: 0,
        last_word: (0, 0),
        quotation: None,
        single_quotation: None,
        lower: String::new(),
        exact: String::new(),
    };
    scanner.run(sink);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Skip,
    Letter,
    Digit,
    Line,
    Stop,
    Part,
    Colon,
    Open,
    Close,
    Quote,
    Apostrophe,
    Hyphen,
    High,
}

const KINDS: [Kind; 256] = kinds();

const fn kinds() -> [Kind; 256] {
    let mut kinds = [Kind::Skip; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => Kind::Letter,
            b'0'..=b'9' => Kind::Digit,
            b'\n' | 0x0b | 0x0c => Kind::Line,
            b'.' | b'!' | b'?' => Kind::Stop,
            b',' | b';' | b'|' => Kind::Part,
            b':' => Kind::Colon,
            b'(' | b'[' | b'{' => Kind::Open,
            b')' | b']' | b'}' => Kind::Close,
            b'"' => Kind::Quote,
            b'\'' | b'`' => Kind::Apostrophe,
            b'-' => Kind::Hyphen,
            0x80.. => Kind::High,
            _ => Kind::Skip,
        };
        byte += 1;
    }
    kinds
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    extent: Extent,
    writing: Writing,
    /// Where the last Chinese character ended.
    characters_end: usize,
    /// Words of this sentence so far.
    words: usize,
    last_word: (usize, usize),
    /// `words` when the open quotation began.
    quotation: Option<usize>,
    single_quotation: Option<usize>,
    lower: String,
    exact: String,
}

impl Scanner<'_> {
    fn run<S: Sink>(&mut self, sink: &mut S) {
        while let Some(&byte) = self.bytes.get(self.at) {
            // Asked apart, and of the byte itself, so that it is a branch of its own: most are letters,
            // which a jump by table is told too late.
            if byte.is_ascii_alphabetic() {
                self.word(sink);
                continue;
            }
            match KINDS[usize::from(byte)] {
                Kind::Skip | Kind::Letter => self.at += 1,
                Kind::Digit => self.number(sink),
                Kind::Line => {
                    self.end(self.at, sink);
                    self.at += 1;
                }
                Kind::Stop => self.stop(sink),
                Kind::Part => self.boundary(1, Boundary::Hard, sink),
                Kind::Colon => self.colon(sink),
                Kind::Open => self.boundary(1, Boundary::Open, sink),
                Kind::Close => self.boundary(1, Boundary::Close, sink),
                Kind::Quote => {
                    if self.quotation.is_none() {
                        self.quotation = Some(self.words);
                    } else {
                        self.close_quotation(sink);
                    }
                    self.at += 1;
                }
                Kind::Apostrophe => self.apostrophe(1, sink),
                Kind::Hyphen => self.dash(1, false, sink),
                Kind::High => self.high(sink),
            }
        }
        if self.words > 0 || self.extent == Extent::One {
            sink.sentence(self.bytes.len());
        }
    }

    /// After a word was passed on.
    #[inline]
    fn counted<S: Sink>(&mut self, start: usize, end: usize, sink: &mut S) {
        self.at = end;
        self.last_word = (start, end);
        self.words += 1;
        if self.words == MOST_WORDS {
            self.words = 0;
            self.quotation = None;
            self.single_quotation = None;
            sink.sentence(end);
        }
    }

    fn boundary<S: Sink>(&mut self, bytes: usize, boundary: Boundary, sink: &mut S) {
        self.at += bytes;
        sink.boundary(boundary);
    }

    /// Ends the sentence, where there is one.
    fn end<S: Sink>(&mut self, at: usize, sink: &mut S) {
        match self.extent {
            Extent::One => sink.boundary(Boundary::Hard),
            Extent::Several if self.words > 0 => {
                self.words = 0;
                self.quotation = None;
                self.single_quotation = None;
                sink.sentence(at);
            }
            Extent::Several => {}
        }
    }

    fn colon<S: Sink>(&mut self, sink: &mut S) {
        if self.bytes[self.at..].starts_with(b"://") {
            // An address is no prose: skipped to the next space.
            let rest = &self.bytes[self.at..];
            self.at += rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
        } else {
            self.boundary(1, Boundary::Hard, sink);
        }
    }

    fn apostrophe<S: Sink>(&mut self, bytes: usize, sink: &mut S) {
        let opens = self.at == 0 || self.bytes[self.at - 1].is_ascii_whitespace();
        if opens {
            self.single_quotation = Some(self.words);
        } else if let Some(since) = self.single_quotation.take()
            && self.words.saturating_sub(since) >= self.shortest_quotation()
        {
            sink.boundary(Boundary::Soft);
        }
        self.at += bytes;
    }

    fn close_quotation<S: Sink>(&mut self, sink: &mut S) {
        if let Some(since) = self.quotation.take()
            && self.words.saturating_sub(since) >= self.shortest_quotation()
        {
            sink.boundary(Boundary::Soft);
        }
    }

    /// A hyphen parts words; a dash parts clauses: a long one, a doubled one, one between spaces.
    fn dash<S: Sink>(&mut self, bytes: usize, long: bool, sink: &mut S) {
        let space = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_whitespace);
        let before = self.at == 0 || space(self.bytes.get(self.at - 1)) || self.bytes[self.at - 1] == b'-';
        let next = self.bytes.get(self.at + bytes);
        if long || before && (space(next) || next == Some(&b'-')) {
            sink.boundary(Boundary::Hard);
        }
        self.at += bytes;
    }

    fn high<S: Sink>(&mut self, sink: &mut S) {
        let Some(letter) = self.text[self.at..].chars().next() else {
            self.at = self.bytes.len();
            return;
        };
        let bytes = letter.len_utf8();
        if self.writing == Writing::Characters && self.character(letter, sink) {
            return;
        }
        match letter {
            '\u{2018}' => {
                self.single_quotation = Some(self.words);
                self.at += bytes;
            }
            '\u{2019}' | '\u{02bc}' | '\u{ff07}' => self.apostrophe(bytes, sink),
            '\u{201c}' | '\u{201e}' | '\u{00ab}' => {
                self.quotation = Some(self.words);
                self.at += bytes;
            }
            '\u{201d}' | '\u{00bb}' => {
                self.close_quotation(sink);
                self.at += bytes;
            }
            '\u{2014}' | '\u{2015}' => self.dash(bytes, true, sink),
            '\u{2010}'..='\u{2013}' | '\u{2212}' => self.dash(bytes, false, sink),
            '\u{85}' | '\u{2028}' | '\u{2029}' => {
                self.end(self.at, sink);
                self.at += bytes;
            }
            '\u{3002}' | '\u{ff01}' | '\u{ff1f}' | '\u{0964}' => {
                self.at += bytes;
                self.end(self.at, sink);
            }
            '\u{2026}' => {
                let following = self.following(self.at + bytes);
                self.at += bytes;
                if following.is_some_and(|(_, first)| first.is_lowercase()) {
                    sink.boundary(Boundary::Hard);
                } else {
                    self.end(self.at, sink);
                }
            }
            '\u{3001}' | '\u{ff0c}' | '\u{ff1a}' | '\u{ff1b}' => self.boundary(bytes, Boundary::Hard, sink),
            letter if in_word(letter) => self.slow_word(sink),
            _ => self.at += bytes,
        }
    }
}

fn in_word(letter: char) -> bool {
    letter.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&letter) || is_ignorable(letter)
}

/// Invisible: soft hyphen, zero-width spaces and joiners.
fn is_ignorable(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '\u{2019}' | '\u{2018}' | '\u{02bc}' | '\u{ff07}')
}
