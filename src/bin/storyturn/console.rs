//! Progress, warnings, hints and errors: everything that goes to standard error.
//!
//! Progress bars are drawn only on a terminal. Text that came from outside is stripped of control and
//! bidirectional characters before it is shown. Standard output is not touched here: it is for data.

use std::{
    fmt::Display,
    io::{IsTerminal, Write},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};
use storyturn::{document::Skip, pipeline::Progress};

use crate::{
    args::{ColorChoice, Shared},
    exit::hint_for,
};

/// Skips shown one by one before the rest is only counted.
const SKIPS_SHOWN: u64 = 8;

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Volume {
    /// Errors only.
    Quiet,
    /// Warnings and summaries.
    Usual,
    /// Every skipped input.
    Verbose,
}

/// The tool's voice on standard error.
pub struct Console {
    pub volume: Volume,
    bar: Mutex<Option<ProgressBar>>,
    skips: AtomicU64,
}

impl Console {
    /// Decides colours and volume from the flags.
    pub fn new(shared: &Shared) -> Self {
        let choice = match shared.color {
            Some(ColorChoice::Always) => anstream::ColorChoice::Always,
            Some(ColorChoice::Never) => anstream::ColorChoice::Never,
            Some(ColorChoice::Auto) | None => anstream::ColorChoice::Auto,
        };
        choice.write_global();
        let volume = match (shared.quiet, shared.verbose) {
            (true, _) => Volume::Quiet,
            (_, true) => Volume::Verbose,
            _ => Volume::Usual,
        };
        Self { volume, bar: Mutex::new(None), skips: AtomicU64::new(0) }
    }

    /// A line of summary. Names in it may come from outside.
    pub fn say(&self, line: impl Display) {
        if self.volume >= Volume::Usual {
            self.line(&plain(&line.to_string()));
        }
    }

    /// A line for those who asked for more.
    pub fn detail(&self, line: impl Display) {
        if self.volume >= Volume::Verbose {
            self.line(&plain(&line.to_string()));
        }
    }

    /// What to do next.
    pub fn hint(&self, hint: impl Display) {
        if self.volume >= Volume::Usual {
            self.line(&format!("{HINT}hint:{HINT:#} {}", plain(&hint.to_string())));
        }
    }

    /// The chain of causes, then what to do about it.
    pub fn error(&self, error: &anyhow::Error) {
        // The stage that failed did not come to its end.
        self.end();
        let mut text = format!("{ERROR}error:{ERROR:#} {}", plain(&error.to_string()));
        let mut last = error.to_string();
        for cause in error.chain().skip(1) {
            let cause = cause.to_string();
            if !last.ends_with(&cause) {
                text.push_str(&format!("\n  because {}", plain_lines(&cause)));
            }
            last = cause;
        }
        self.line(&text);
        if let Some(hint) = hint_for(error) {
            self.line(&format!("{HINT}hint:{HINT:#} {}", plain(&hint)));
        }
    }

    /// Says how many skips were not shown.
    pub fn finish_skips(&self) {
        let skips = self.skips.load(Ordering::Relaxed);
        if self.volume == Volume::Usual && skips > SKIPS_SHOWN {
            self.line(&format!("  … and {} more; -v shows all", skips - SKIPS_SHOWN));
        }
    }

    fn line(&self, line: &str) {
        let write = || {
            // Nothing can be said about a standard error that is gone.
            let _ = writeln!(anstream::stderr(), "{line}");
        };
        match &*self.bar.lock().expect("no thread panics while it holds the bar") {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

impl Progress for Console {
    fn begin(&self, stage: &str, total: Option<u64>) {
        if self.volume == Volume::Quiet || !std::io::stderr().is_terminal() {
            return;
        }
        let bar = total.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        let form = if total.is_some() {
            "{msg} {wide_bar} {pos}/{len} {eta}"
        } else {
            "{spinner} {msg}: {pos} in {elapsed}"
        };
        if let Ok(style) = ProgressStyle::with_template(form) {
            bar.set_style(style);
        }
        bar.set_message(plain(stage));
        bar.enable_steady_tick(Duration::from_millis(120));
        *self.bar.lock().expect("no thread panics while it holds the bar") = Some(bar);
    }

    fn advance(&self, by: u64) {
        if let Some(bar) = &*self.bar.lock().expect("no thread panics while it holds the bar") {
            bar.inc(by);
        }
    }

    fn end(&self) {
        if let Some(bar) = self.bar.lock().expect("no thread panics while it holds the bar").take() {
            bar.finish_and_clear();
        }
    }

    fn skip(&self, skip: &Skip) {
        let before = self.skips.fetch_add(1, Ordering::Relaxed);
        if self.volume == Volume::Verbose || (self.volume == Volume::Usual && before < SKIPS_SHOWN) {
            let (subject, reason) = (plain(&skip.subject), plain(&skip.reason));
            self.line(&format!("{WARNING}skipped:{WARNING:#} {subject}: {reason}"));
        }
    }

    fn warn(&self, warning: &str) {
        if self.volume >= Volume::Usual {
            self.line(&format!("{WARNING}warning:{WARNING:#} {}", plain(warning)));
        }
    }
}

/// `1 file`, `2 files`.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Text from outside as it may be shown on a terminal: no control characters, which could move the
/// cursor or change the title, and no bidirectional marks, which could turn a line around.
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|character| if character == '\n' || character == '\t' { ' ' } else { character })
        .filter(|character| !is_unsafe(*character))
        .collect()
}

/// The same, with line ends kept.
pub fn plain_lines(text: &str) -> String {
    text.chars().filter(|character| *character == '\n' || !is_unsafe(*character)).collect()
}

fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
