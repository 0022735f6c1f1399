//! Where records and quoted fields of a table begin and end, by line.
//!
//! `csv-core` forgives everything and does not say where it is; this follows the same bytes by the same
//! rules, for messages and to notice what forgiving hides. It decides nothing about fields.

/// Follows the bytes that the parser reads, by the same rules, to know on which line things begin.
#[derive(Debug)]
pub(super) struct Watch {
    separator: u8,
    state: State,
    /// The line of the next byte, from 1.
    pub line: u64,
    after_carriage_return: bool,
    /// The line on which the record in hand begins.
    pub record_line: u64,
    /// The line on which its latest quoted field opens.
    opened: u64,
    /// A quoted field over several lines that goes on after its closing quote: opened, closed.
    torn: Option<(u64, u64)>,
    /// The line on which the record's last field ends.
    last_line: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    RecordStart,
    FieldStart,
    Plain,
    Quoted,
    QuoteInQuoted,
}

impl Watch {
    pub fn new(separator: u8, line: u64) -> Self {
        let state = State::RecordStart;
        Self {
            separator,
            state,
            line,
            after_carriage_return: false,
            record_line: line,
            opened: 0,
            torn: None,
            last_line: line,
        }
    }

    pub fn start(&mut self) {
        self.torn = None;
    }

    pub fn see(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.step(byte);
        }
    }

    fn step(&mut self, byte: u8) {
        let ends_line = matches!(byte, b'\n' | b'\r');
        if self.state == State::RecordStart && !ends_line {
            self.record_line = self.line;
            self.state = State::FieldStart;
        }
        self.state = match self.state {
            State::RecordStart => State::RecordStart,
            State::Quoted if byte == b'"' => State::QuoteInQuoted,
            State::Quoted => State::Quoted,
            State::QuoteInQuoted if byte == b'"' => State::Quoted,
            State::FieldStart if byte == b'"' => {
                self.opened = self.line;
                State::Quoted
            }
            _ if byte == self.separator => State::FieldStart,
            _ if ends_line => {
                self.last_line = self.line;
                State::RecordStart
            }
            State::QuoteInQuoted => {
                if self.line > self.opened && self.torn.is_none() {
                    self.torn = Some((self.opened, self.line));
                }
                State::Plain
            }
            State::FieldStart | State::Plain => State::Plain,
        };
        // A carriage return and the newline after it are one end of line.
        if ends_line && !(byte == b'\n' && self.after_carriage_return) {
            self.line += 1;
        }
        self.after_carriage_return = byte == b'\r';
    }

    /// What a lenient parser would hide in the record just read.
    pub fn damage(&self, at_end: bool) -> Option<String> {
        if at_end && self.state == State::Quoted {
            let (opened, last) = (self.opened, self.line);
            return Some(format!(
                "the quoted field that opens on line {opened} is never closed, lines {opened} to {last} are lost"
            ));
        }
        let (opened, closed) = self.torn?;
        Some(format!(
            "the quoted field that opens on line {opened} goes on after its closing quote on line {closed}, the lines between are lost"
        ))
    }

    /// For a message about a record over several lines.
    pub fn span(&self) -> String {
        if self.last_line > self.record_line {
            format!(", the row ends on line {}", self.last_line)
        } else {
            String::new()
        }
    }
}
