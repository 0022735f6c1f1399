//! Bytes to text: which encoding a page is written in, decided once, before anything else reads it.
//!
//! The order of trust is that of the HTML standard (byte order mark, header, `<meta>`, XML
//! declaration, then a guess by `chardetng`) with corrections that experience asks for: bytes beyond
//! ASCII that are valid UTF-8 are UTF-8, whatever a header claims; a page that claims UTF-8 but is not,
//! or an encoding that gives other letters than it has, is guessed; what was encoded twice is read
//! once. Hostile bytes can make the text wrong, never make this fail: every
//! invalid sequence becomes U+FFFD. Decompression is left out on purpose: `collect` does it.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::memchr_iter;

/// How far into the page a declaration is looked for. The standard says 1024 bytes; real pages put
/// long comments and scripts first, and looking further costs nothing.
const DECLARATION_WINDOW: usize = 8192;
/// How many bytes the guess looks at: enough for any alphabet, and a bound on its time.
const GUESS_WINDOW: usize = 256 << 10;
/// A script beyond Latin is told from this many neighbouring bytes beyond ASCII: a few lines.
const MIN_FOREIGN_BYTES: usize = 200;
/// Runs of letters that were encoded twice, below which a page is left as it is.
const MIN_TWICE: usize = 5;
/// First bytes of formats that are served in place of pages: PDF, PNG, GIF, JPEG, gzip, ZIP, zstd, Ogg, RIFF.
const BINARY_MAGIC: [&[u8]; 10] = [
    b"%PDF-",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"\x28\xb5\x2f\xfd",
    b"OggS",
    b"RIFF",
    b"\x7fELF",
];
/// Media types that are never a page.
const BINARY_TYPES: [&str; 8] = [
    "image/",
    "audio/",
    "video/",
    "font/",
    "application/pdf",
    "application/zip",
    "application/gzip",
    "application/x-gzip",
];

/// A short note may have these many, whatever its length.
const FEW_CONTROLS: usize = 8;
/// Text has at most one control character in so many bytes.
const MAX_CONTROL_EVERY: usize = 100;

/// The text of a page or note, without a byte order mark; `None` when it is not text at all.
pub(super) fn decode<'a>(body: &'a [u8], content_type: Option<&str>) -> Option<Cow<'a, str>> {
    let declared_type = content_type.unwrap_or_default().trim_start().to_ascii_lowercase();
    if BINARY_TYPES.iter().any(|binary| declared_type.starts_with(binary))
        || BINARY_MAGIC.iter().any(|magic| body.starts_with(magic))
    {
        return None;
    }
    if let Some((encoding, length)) = Encoding::for_bom(body) {
        return Some(encoding.decode_without_bom_handling(&body[length..]).0);
    }
    let encoding = wide(body).unwrap_or_else(|| choose(body, &declared_type));
    let text = if encoding == UTF_8 { mended(body) } else { encoding.decode_without_bom_handling(body).0 };
    let text = once_encoded(&text).map_or(text, Cow::Owned);
    // A control character in every hundred is damage, more is not text; among random bytes it is every tenth.
    let controls = text.bytes().filter(|byte| *byte < b' ' && !byte.is_ascii_whitespace()).count();
    (controls <= FEW_CONTROLS.max(text.len() / MAX_CONTROL_EVERY)).then_some(text)
}

fn choose(body: &[u8], declared_type: &str) -> &'static Encoding {
    let declared = from_content_type(declared_type).or_else(|| from_markup(body));
    if std::str::from_utf8(body).is_ok() {
        // Only one encoding in use writes other letters in plain ASCII bytes.
        return declared.filter(|encoding| *encoding == ISO_2022_JP).unwrap_or(UTF_8);
    }
    match declared {
        Some(encoding) if encoding != UTF_8 && !is_belied(encoding, body) => encoding,
        _ if mostly_utf8(body) => UTF_8,
        _ => guess(body),
    }
}

/// Whether the bytes are plainly in another encoding than the one that is claimed: most letters would be
/// others. A server that claims Latin letters for every page, a template older than its articles. Told
/// only of scripts beyond Latin, for of these there is enough to tell.
fn is_belied(claimed: &'static Encoding, body: &[u8]) -> bool {
    let window = &body[..body.len().min(GUESS_WINDOW)];
    let runs = window.windows(2).filter(|pair| pair[0] >= 0x80 && pair[1] >= 0x80).count();
    let high = window.iter().filter(|byte| **byte >= 0x80).count();
    if runs < MIN_FOREIGN_BYTES || runs * 2 < high {
        return false;
    }
    let guessed = guess(body);
    if guessed == claimed {
        return false;
    }
    let letters = |encoding: &'static Encoding| encoding.decode_without_bom_handling(window).0;
    let (claimed, guessed) = (letters(claimed), letters(guessed));
    let (mut same, mut other) = (0_usize, 0_usize);
    for (one, two) in claimed.chars().zip(guessed.chars()).filter(|(one, _)| !one.is_ascii()) {
        if one == two { same += 1 } else { other += 1 }
    }
    other > same
}

/// UTF-8 that was taken for Windows-1252 and encoded again (`GrÃ¶ÃŸe`), put right; `None` for text that
/// was not. Runs of letters that read as UTF-8 come about by chance, so nearly all must.
fn once_encoded(text: &str) -> Option<String> {
    // How accented letters, quotation marks, dashes and Cyrillic begin when encoded twice: Â, Ã, Ð, Ñ, â and
    // another letter beyond ASCII. Most pages hold none of these.
    let bytes = text.as_bytes();
    let begins = |at: usize| {
        matches!(bytes.get(at + 1), Some(0x82 | 0x83 | 0x90 | 0x91 | 0xa2))
            && bytes.get(at + 2).is_some_and(|byte| *byte >= 0x80)
    };
    if !memchr_iter(0xc3, bytes).any(begins) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let (mut twice, mut once) = (0_usize, 0_usize);
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| !letter.is_ascii()) {
        let end = rest[start..].find(|letter: char| letter.is_ascii()).map_or(rest.len(), |end| start + end);
        out.push_str(&rest[..start]);
        match decoded_run(&rest[start..end]) {
            Some(run) => {
                twice += 1;
                out.push_str(&run);
            }
            None => {
                once += 1;
                out.push_str(&rest[start..end]);
            }
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    (twice >= MIN_TWICE && once * 10 <= twice).then_some(out)
}

/// The characters whose UTF-8, read as Windows-1252 or Latin-1, is this run.
fn decoded_run(run: &str) -> Option<String> {
    let byte = |letter: char| {
        // Read as Latin-1 it gives control characters, which are bytes themselves.
        if ('\u{80}'..'\u{a0}').contains(&letter) {
            return u8::try_from(u32::from(letter)).ok();
        }
        let mut utf8 = [0; 4];
        let (bytes, _, unknown) = WINDOWS_1252.encode(letter.encode_utf8(&mut utf8));
        (!unknown && bytes.len() == 1).then(|| bytes[0])
    };
    String::from_utf8(run.chars().map(byte).collect::<Option<Vec<u8>>>()?).ok()
}

/// A page cut in the middle of a character, or with a few damaged ones, is still UTF-8: fewer than
/// one bad sequence in ten.
fn mostly_utf8(body: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in body.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    bad * 10 <= good
}

/// UTF-8 with stray bytes of an older encoding, as when a template and its articles were saved
/// differently: a lone byte beyond ASCII reads as Windows-1252, a cut character as U+FFFD.
fn mended(body: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(body) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(body.len());
    let mut chunks = body.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        text.push_str(chunk.valid());
        match chunk.invalid() {
            [] => {}
            [lone] if *lone >= 0xa0 && chunks.peek().is_some() => {
                text.push_str(&WINDOWS_1252.decode_without_bom_handling(&[*lone]).0);
            }
            _ => text.push(char::REPLACEMENT_CHARACTER),
        }
    }
    Cow::Owned(text)
}

fn guess(body: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // Markup is ASCII and says nothing: start where other bytes start.
    let start = body.iter().position(|byte| *byte >= 0x80).unwrap_or(0).saturating_sub(64);
    detector.feed(&body[start..body.len().min(start + GUESS_WINDOW)], true);
    let guessed = detector.guess(None, Utf8Detection::Allow);
    if guessed == UTF_8 && !mostly_utf8(body) { WINDOWS_1252 } else { guessed }
}

/// UTF-16 without a byte order mark, seen by the zero bytes beside the first characters.
fn wide(body: &[u8]) -> Option<&'static Encoding> {
    let head = &body[..body.len().min(64) & !1];
    if head.len() < 16 {
        return None;
    }
    let zeros = |offset: usize| head.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let most = head.len() / 2 * 3 / 4;
    if odd >= most && even == 0 {
        Some(UTF_16LE)
    } else if even >= most && odd == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn from_content_type(content_type: &str) -> Option<&'static Encoding> {
    let value = content_type.split_once("charset=")?.1;
    Encoding::for_label(value.trim_matches(['"', '\'', ' ']).split([';', ' ', ',', '"']).next()?.as_bytes())
}

/// `<meta charset>`, `<meta http-equiv content>` and `<?xml encoding?>`.
fn from_markup(body: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&body[..body.len().min(DECLARATION_WINDOW)]).to_ascii_lowercase();
    let label = |text: &str| {
        let text = text.trim_start_matches([' ', '\t', '\n', '\r', '=', '"', '\'']);
        let end = text.find(['"', '\'', ' ', ';', '>', '/', '?']).unwrap_or(text.len());
        Encoding::for_label(text[..end].trim().as_bytes())
    };
    let declared = head.match_indices("<meta").find_map(|(at, _)| {
        let tag = &head[at..];
        let tag = &tag[..tag.find('>').unwrap_or(tag.len())];
        label(&tag[tag.find("charset")? + "charset".len()..])
    });
    let xml = || {
        let start = head.trim_start();
        let end = start.starts_with("<?xml").then(|| start.find("?>"))??;
        label(&start[start[..end].find("encoding")? + "encoding".len()..end])
    };
    // A declaration that could be read as ASCII cannot be UTF-16: the standard reads it as UTF-8.
    declared.or_else(xml).map(
        |encoding| {
            if [UTF_16BE, UTF_16LE].contains(&encoding) { UTF_8 } else { encoding }
        },
    )
}

#[cfg(test)]
mod tests {
    use encoding_rs::{ISO_8859_2, SHIFT_JIS, WINDOWS_1251};

    use super::*;

    fn check(body: &[u8], content_type: Option<&str>, expected: &str) {
        assert_eq!(decode(body, content_type).as_deref(), Some(expected), "{body:?}");
    }

    #[test]
    fn declarations_are_believed_in_order() {
        check(b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe", Some("text/html; charset=iso-8859-1"), "Grüße");
        check(b"\xff\xfeA\0b\0", None, "Ab");
        check(b"Gr\xfc\xdfe", Some("text/html; charset=ISO-8859-1"), "Grüße");
        check(b"<meta charset=windows-1251>\xcf\xf0", None, "<meta charset=windows-1251>Пр");
        check(
            b"<META HTTP-EQUIV=x CONTENT='text/html; charset=windows-1251'>\xcf",
            None,
            "<META HTTP-EQUIV=x CONTENT='text/html; charset=windows-1251'>П",
        );
        check(
            b"<?xml version='1.0' encoding='koi8-r'?>\xf0",
            None,
            "<?xml version='1.0' encoding='koi8-r'?>П",
        );
    }

    #[test]
    fn valid_utf8_is_utf8_whatever_is_claimed() {
        check("Grüße “quoted”".as_bytes(), Some("text/html; charset=iso-8859-1"), "Grüße “quoted”");
        check("<meta charset=utf-16>Grüße".as_bytes(), None, "<meta charset=utf-16>Grüße");
    }

    #[test]
    fn a_false_claim_of_utf8_is_guessed() {
        check(b"caf\xe9 d\xe9j\xe0 vu", Some("text/html; charset=utf-8"), "café déjà vu");
    }

    #[test]
    fn a_cut_character_spoils_nothing_else() {
        check(b"Gr\xc3\xbc\xc3\x9fe aus K\xc3\xb6ln, \xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3", Some("text/html; charset=utf-8"), "Grüße aus Köln, äöüäöüäöüäöüäöüäö\u{fffd}");
    }

    #[test]
    fn stray_bytes_of_an_older_encoding_are_mended() {
        let mut body = "äöüäöüäöüäöü und ".as_bytes().to_vec();
        body.extend(b"k\xf6nnen");
        check(&body, None, "äöüäöüäöüäöü und können");
    }

    #[test]
    fn a_claim_that_the_letters_belie_is_guessed() {
        let text =
            "Серебро выросло до рекорда, потому что инвесторы искали защиту от падающих валют. ".repeat(5);
        let bytes = WINDOWS_1251.encode(&text).0;
        for claimed in ["koi8-r", "iso-8859-1", "windows-1251", "shift_jis", "utf-8"] {
            check(&bytes, Some(&format!("text/html; charset={claimed}")), &text);
        }
        let text = "金は過去最高値まで上昇した。ビットコインは追随していない。".repeat(9);
        check(&SHIFT_JIS.encode(&text).0, Some("text/html; charset=iso-8859-1"), &text);
        // Too little to tell, or letters of the claimed script.
        check(b"\xc0\xc1\xc2", Some("text/html; charset=koi8-r"), "юаб");
        let polish = "Żółć i gęś, łąka, świerszcz. ".repeat(20);
        check(&ISO_8859_2.encode(&polish).0, Some("text/html; charset=iso-8859-2"), &polish);
    }

    #[test]
    fn what_was_encoded_twice_is_read_once() {
        let text = "Größe, Übung, “Straßen” — für Bäume: €5. ";
        let twice = WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0;
        check(twice.as_bytes(), None, text);
        let latin: String = text.bytes().map(char::from).collect();
        check(latin.as_bytes(), None, text);
        for once in ["PÃO e AÇÚCAR: “CORAÇÃO” — “AVÓ”, SÃO, NÃO, Ó”", "Ã© alone", text]
        {
            check(once.as_bytes(), None, once);
        }
    }

    #[test]
    fn wide_characters_without_a_mark() {
        let body: Vec<u8> = "<html><p>Grüße</p>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&body, None, "<html><p>Grüße</p>");
    }

    #[test]
    fn what_is_not_text() {
        assert_eq!(decode(b"%PDF-1.7 ...", None), None);
        assert_eq!(decode(b"<p>text</p>", Some("image/png")), None);
        assert_eq!(decode(&[0, 1, 2, 0, 0, 3, 0, 0, 0, 4, 5, 6, 0, 0, 0, 0, 1, 2], None), None);
    }
}
