//! Bytes of sitemaps and section pages to text, just well enough to find addresses.
//!
//! Byte order mark, then UTF-8 where it is valid, then the encoding that the first bytes name, then the
//! web's default. Articles get the careful decoding of `extract`; addresses are ASCII in practice.
//! Hostile bytes can make the text wrong, nothing else: what is invalid becomes U+FFFD.

use std::borrow::Cow;

use encoding_rs::{Encoding, WINDOWS_1252};

/// XML declarations and `<meta charset>` stand in the first bytes.
const DECLARATION_WINDOW: usize = 2 << 10;

/// The text, without a byte order mark.
pub(super) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        // One broken letter, or one cut at the end, does not make another encoding.
        Err(_)
            if declared(bytes).is_none_or(|encoding| encoding == encoding_rs::UTF_8)
                && mostly_utf8(bytes) =>
        {
            String::from_utf8_lossy(bytes)
        }
        Err(_) => {
            declared(bytes)
                .filter(|encoding| *encoding != encoding_rs::UTF_8)
                .unwrap_or(WINDOWS_1252)
                .decode_without_bom_handling(bytes)
                .0
        }
    }
}

/// Whether most letters beyond ASCII are UTF-8.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|char| !char.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    good > bad
}

/// The encoding named by `encoding="…"` or `charset=…`.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(DECLARATION_WINDOW)].to_ascii_lowercase();
    let head = String::from_utf8_lossy(&head);
    ["encoding=", "charset="].iter().find_map(|key| {
        let (_, value) = head.split_once(key)?;
        let value = value.trim_start_matches(['"', '\'', ' ']);
        let end = value.find(|char: char| !(char.is_ascii_alphanumeric() || "-_:".contains(char)));
        Encoding::for_label(&value.as_bytes()[..end.unwrap_or(value.len())])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(decoded(bytes), expected, "{bytes:?}");
    }

    #[test]
    fn marks_validity_and_declarations_decide_in_that_order() {
        check("\u{feff}é".as_bytes(), "é");
        check(b"\xff\xfe<\0a\0", "<a");
        check("<meta charset=latin1>é".as_bytes(), "<meta charset=latin1>é");
        check(
            b"<?xml version='1.0' encoding='ISO-8859-2'?>\xb1",
            "<?xml version='1.0' encoding='ISO-8859-2'?>ą",
        );
        check(b"<meta charset=\"windows-1251\">\xe0", "<meta charset=\"windows-1251\">а");
        check(b"caf\xe9", "café");
        check(b"\xc3\xa9\xc3\xa9\xc3", "éé\u{fffd}");
        check(b"", "");
    }
}
