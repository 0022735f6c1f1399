//! The page that is written on: how wide it is, and whether pictures are drawn on it.
//!
//! Settled once, from the flag and the terminal. A terminal has its own width and pictures as they fit. What
//! goes into a pipe or a file is 100 columns wide and has no pictures, so that it does not change with the
//! window it was made in; `--width` says otherwise, for all of them.

use std::{ffi::OsString, io::IsTerminal, sync::OnceLock};

use terminal_size::{Width, terminal_size_of};

use crate::{args::TableArgs, picture::Ink};

/// Columns of a page that is not a terminal, or of one that does not say how wide it is.
const USUAL_WIDTH: u16 = 100;

static PAGE: OnceLock<Page> = OnceLock::new();

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Page {
    width: u16,
    /// What pictures are drawn with.
    ink: Ink,
    /// Whether standard output shows them.
    is_drawn: bool,
    /// Whether they were asked for wherever the page goes.
    is_asked: bool,
}

impl Page {
    fn new(asked: Option<u16>, is_terminal: bool, found: Option<u16>, ink: Ink) -> Self {
        let width = asked.or(found.filter(|_| is_terminal)).unwrap_or(USUAL_WIDTH);
        Self { width, ink, is_drawn: is_terminal || asked.is_some(), is_asked: asked.is_some() }
    }
}

/// Decides on the page, once, from the width asked for, the terminal and the environment.
pub fn settle(width: Option<u16>) {
    let out = std::io::stdout();
    let found = terminal_size_of(&out).map(|(Width(width), _)| width);
    let ink = ink(|name| std::env::var_os(name));
    // A second page would be a mistake of the tool's; the first one holds.
    let _ = PAGE.set(Page::new(width, out.is_terminal(), found, ink));
}

fn page() -> Page {
    *PAGE.get_or_init(|| Page::new(None, false, None, Ink::Blocks))
}

/// How wide text may be, in columns.
pub fn width() -> usize {
    page().width.into()
}

/// What to draw pictures with, where they are to be drawn on what these flags write.
pub fn pictures(args: &TableArgs) -> Option<Ink> {
    if to_file(args) && !page().is_asked { None } else { drawn() }
}

/// What to draw pictures with on standard output, where they are to be drawn there.
pub fn drawn() -> Option<Ink> {
    let page = page();
    page.is_drawn.then_some(page.ink)
}

/// Whether these flags write into a file.
fn to_file(args: &TableArgs) -> bool {
    args.output.as_deref().is_some_and(|path| path.as_os_str() != "-")
}

/// Block elements, but for a dumb terminal and where the locale names a character set without them. Where
/// none is named, as in most containers, terminals have them all the same.
fn ink(environment: impl Fn(&str) -> Option<OsString>) -> Ink {
    let named = |name: &str| environment(name).filter(|value| !value.is_empty());
    if named("TERM").is_some_and(|term| term == "dumb") {
        return Ink::Ascii;
    }
    let Some(locale) = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(named) else { return Ink::Blocks };
    let locale = locale.to_string_lossy().to_ascii_lowercase();
    if locale.contains("utf-8") || locale.contains("utf8") { Ink::Blocks } else { Ink::Ascii }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_goes_before_the_terminal_and_pipes_have_no_pictures() {
        let check = |asked, is_terminal, found, expected| {
            let page = Page::new(asked, is_terminal, found, Ink::Blocks);
            assert_eq!((page.width, page.is_drawn, page.is_asked), expected);
        };
        check(None, true, Some(80), (80, true, false));
        check(None, true, None, (100, true, false));
        check(None, false, Some(80), (100, false, false));
        check(Some(140), false, None, (140, true, true));
        check(Some(60), true, Some(200), (60, true, true));
    }

    #[test]
    fn blocks_are_drawn_where_they_can_be_shown() {
        let check = |set: &[(&str, &str)], expected| {
            let found =
                |name: &str| set.iter().find(|(other, _)| *other == name).map(|(_, value)| value.into());
            assert_eq!(ink(found), expected, "{set:?}");
        };
        check(&[], Ink::Blocks);
        check(&[("TERM", "xterm"), ("LANG", "de_CH.UTF-8")], Ink::Blocks);
        check(&[("TERM", "dumb"), ("LANG", "de_CH.UTF-8")], Ink::Ascii);
        check(&[("LANG", "de_CH.ISO-8859-1")], Ink::Ascii);
        check(&[("LANG", "C.utf8"), ("LC_ALL", "")], Ink::Blocks);
        check(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "C")], Ink::Ascii);
    }
}
