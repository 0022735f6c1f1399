//! Bytes of a listing to text: which encoding it is in, decided once, before anything else reads it.
//!
//! The order of trust is that of RFC 7303 (byte order mark, the header's charset, the XML declaration,
//! then a page's `<meta>`, then UTF-8) with the corrections experience asks for: a wide encoding shows in
//! the first bytes; bytes that are valid UTF-8 are UTF-8 where a one-byte alphabet was claimed; and what
//! claims UTF-8 and is far from it is guessed by `chardetng`. Hostile bytes can make the text wrong, never
//! make this fail: every invalid sequence becomes U+FFFD. Articles have a decoder of their own in
//! `extract`, which mends what readers see; here headlines and addresses are looked for.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

/// A text, the name of its encoding, and what was odd about it.
pub(super) struct Decoded<'a> {
    pub text: Cow<'a, str>,
    pub charset: &'static str,
    pub note: Option<String>,
}

/// How far into the bytes their declaration is looked for: it must come first, but comments and blank
/// lines before it are common.
const DECLARATION_WINDOW: usize = 4096;
/// How many bytes the guess looks at: enough for any alphabet, and a bound on its time.
const GUESS_WINDOW: usize = 256 << 10;

/// Text in whatever encoding, without a byte order mark.
pub(super) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    if let Some((order, skip)) = utf_32(bytes) {
        return Decoded {
            text: Cow::Owned(from_utf_32(&bytes[skip..], order)),
            charset: "UTF-32",
            note: None,
        };
    }
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return decoded(&bytes[length..], encoding, None);
    }
    if let Some(encoding) = wide(bytes) {
        return decoded(bytes, encoding, None);
    }
    let declared = declared_by_header(content_type).or_else(|| declared_inside(bytes));
    let label =
        declared.as_deref().map(|label| (label, Encoding::for_label_no_replacement(label.as_bytes())));
    let (claimed, unknown) = match label {
        // Bytes that were looked through above are not wide, whatever they claim.
        Some((_, Some(encoding))) if encoding == UTF_16LE || encoding == UTF_16BE => (None, None),
        Some((_, Some(encoding))) => (Some(encoding), None),
        Some((label, None)) if !is_wide_label(label) => (None, Some(label)),
        _ => (None, None),
    };
    let note = unknown.map(|label| format!("the encoding {label:?} is unknown"));
    let valid = std::str::from_utf8(bytes).is_ok();
    match claimed {
        Some(encoding) if encoding == ISO_2022_JP => decoded(bytes, encoding, note),
        Some(encoding) if encoding.is_single_byte() && valid && !bytes.is_ascii() => {
            let note = format!("declared as {}, but written in UTF-8", encoding.name());
            decoded(bytes, UTF_8, Some(note))
        }
        Some(encoding) if encoding != UTF_8 => decoded(bytes, encoding, note),
        _ if valid || mostly_utf_8(bytes) => decoded(bytes, UTF_8, note),
        _ => {
            let guess = guess(bytes);
            let note = note.unwrap_or_else(|| format!("no UTF-8: read as {}", guess.name()));
            decoded(bytes, guess, Some(note))
        }
    }
}

fn decoded<'a>(bytes: &'a [u8], encoding: &'static Encoding, note: Option<String>) -> Decoded<'a> {
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    let note = note.or_else(|| broken.then(|| format!("some bytes are no {}", encoding.name())));
    Decoded { text, charset: encoding.name(), note }
}

/// The charset parameter of a media type.
fn declared_by_header(content_type: Option<&str>) -> Option<String> {
    content_type?.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']).trim();
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    })
}

/// The encoding that an XML declaration names, or a page's `<meta>`.
fn declared_inside(bytes: &[u8]) -> Option<String> {
    let window = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION_WINDOW)]);
    declared_by_xml(&window).or_else(|| declared_by_meta(&window))
}

/// In `<meta charset="…">`, or in a media type: `<meta … content="text/html; charset=…">`.
fn declared_by_meta(window: &str) -> Option<String> {
    let window = window.to_ascii_lowercase();
    window.split("<meta").skip(1).find_map(|meta| {
        let (_, value) = meta.split('>').next()?.split_once("charset=")?;
        let value = value.trim_start_matches(['"', '\'', ' ']);
        let end = value.find(|char: char| !(char.is_ascii_alphanumeric() || "-_:".contains(char)));
        let label = &value[..end.unwrap_or(value.len())];
        (!label.is_empty()).then(|| label.to_owned())
    })
}

fn declared_by_xml(window: &str) -> Option<String> {
    let (_, declaration) = window.split_once("<?xml")?;
    let (declaration, _) = declaration.split_once("?>")?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let (label, _) = value[1..].split_once(quote)?;
    Some(label.trim().to_owned())
}

fn is_wide_label(label: &str) -> bool {
    let label = label.to_ascii_lowercase();
    ["utf-16", "utf_16", "utf16", "utf-32", "utf_32", "utf32", "ucs-", "iso-10646"]
        .iter()
        .any(|wide| label.starts_with(wide))
}

/// Two bytes a character, told by the zeros beside `<` and what follows it, or white space before it.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0, b'<' | b'\n' | b'\r' | b' ' | b'{', 0, next, ..] if *next != 0 => Some(UTF_16BE),
        [b'<' | b'\n' | b'\r' | b' ' | b'{', 0, next, 0, ..] if *next != 0 => Some(UTF_16LE),
        _ => None,
    }
}

#[derive(Clone, Copy)]
enum Order {
    Big,
    Little,
}

/// Four bytes a character, which no browser and no `encoding_rs` knows any more, but old feeds have.
fn utf_32(bytes: &[u8]) -> Option<(Order, usize)> {
    match bytes {
        [0, 0, 0xfe, 0xff, ..] => Some((Order::Big, 4)),
        [0xff, 0xfe, 0, 0, ..] => Some((Order::Little, 4)),
        [0, 0, 0, b'<', ..] => Some((Order::Big, 0)),
        [b'<', 0, 0, 0, ..] => Some((Order::Little, 0)),
        _ => None,
    }
}

fn from_utf_32(bytes: &[u8], order: Order) -> String {
    let character = |four: &[u8]| {
        let four = [four[0], four[1], four[2], four[3]];
        let code = match order {
            Order::Big => u32::from_be_bytes(four),
            Order::Little => u32::from_le_bytes(four),
        };
        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
    };
    bytes.chunks_exact(4).map(character).collect()
}

/// A feed cut in the middle of a character, or with a few damaged ones, is still UTF-8: another
/// alphabet hardly ever has two valid sequences to an invalid one.
fn mostly_utf_8(bytes: &[u8]) -> bool {
    const MIN_VALID_PER_INVALID: usize = 2;
    let (mut invalid, mut valid) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|char| !char.is_ascii()).count();
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    invalid * MIN_VALID_PER_INVALID <= valid
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(GUESS_WINDOW)], true);
    detector.guess(None, Utf8Detection::Allow)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(decode(bytes, None).text, expected, "{bytes:?}");
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
        let typed = "<META http-equiv=x content='text/html; charset=Windows-1251'>";
        check(&[typed.as_bytes(), b"\xe0"].concat(), &format!("{typed}а"));
        check(b"caf\xe9", "café");
        check(b"\xc3\xa9\xc3\xa9\xc3", "éé\u{fffd}");
        check(b"", "");
    }
}
