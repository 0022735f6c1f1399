//! Names and values inside a tag, read as a browser reads them.
//!
//! For `guard` alone. What becomes of a tag is decided there; a name or value never reaches past the
//! end of the source, and each byte is looked at once.

use memchr::memchr;

/// Attributes some later stage reads.
pub(super) const ATTRIBUTES: [&str; 22] = [
    "class",
    "id",
    "itemprop",
    "itemtype",
    "itemscope",
    "property",
    "name",
    "content",
    "href",
    "rel",
    "datetime",
    "role",
    "hidden",
    "aria-hidden",
    "style",
    "lang",
    "title",
    "http-equiv",
    "data-testid",
    "data-component",
    "data-qa",
    "data-type",
];

/// Where a tag's or an end tag's name ends.
pub(super) fn name_end(bytes: &[u8], from: usize) -> usize {
    let is_name = |byte: &&u8| !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'>');
    from + bytes.get(from..).unwrap_or_default().iter().take_while(is_name).count()
}

/// The value after an attribute's name, and where reading goes on.
pub(super) fn attribute_value(source: &str, from: usize) -> (&str, usize) {
    let bytes = source.as_bytes();
    let skip_space = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        at
    };
    let equals = skip_space(from);
    if bytes.get(equals) != Some(&b'=') {
        return ("", from);
    }
    let start = skip_space(equals + 1);
    match bytes.get(start) {
        Some(quote @ (b'"' | b'\'')) => {
            let value = &source[start + 1..];
            match memchr(*quote, value.as_bytes()) {
                Some(length) => (&value[..length], start + length + 2),
                None => (value, source.len()),
            }
        }
        _ => {
            let length = bytes[start..]
                .iter()
                .take_while(|byte| !byte.is_ascii_whitespace() && **byte != b'>')
                .count();
            (&source[start..start + length], start + length)
        }
    }
}
