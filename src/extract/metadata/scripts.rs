//! What the scripts of a page call its publication: the last resort where nothing else says when.
//!
//! Pages drawn by a script carry their article as data: `"datePublished":"2024-03-12T10:30:00Z"`. The
//! first value of a telling name is taken; the data is not parsed, only looked through once for each
//! name. Anything may stand there; whether it is a date is decided by `dates`.

/// Names under which publishing systems keep the first publication, most telling first.
const NAMES: [&str; 12] = [
    "datePublished",
    "publishedFirst",
    "first-publication",
    "firstPublished",
    "first_publish_date",
    "publishedDate",
    "published_at",
    "publishedAt",
    "publicationDate",
    "publication_date",
    "publish_date",
    "publishDate",
];
/// A stamp is at least and at most this long.
const MIN_STAMP_BYTES: usize = 8;
const MAX_STAMP_BYTES: usize = 40;

/// What all names have in common, so that one pass finds any.
const STEM: &str = "ubli";

/// The first value of the most telling name.
pub(super) fn published(source: &str) -> Option<&str> {
    let mut best: Option<(usize, &str)> = None;
    for (at, _) in source.match_indices(STEM) {
        let names = NAMES.iter().take(best.map_or(NAMES.len(), |(rank, _)| rank));
        for (rank, name) in names.enumerate() {
            let rest =
                name.find(STEM).and_then(|stem| source.get(at.checked_sub(stem)?..)?.strip_prefix(name));
            if let Some(value) = rest.and_then(value) {
                best = Some((rank, value));
                break;
            }
        }
    }
    best.map(|(_, value)| value)
}

/// The value that follows a name.
fn value(rest: &str) -> Option<&str> {
    let quoted = |letter: char| matches!(letter, '"' | '\'' | '\\');
    let is_space = |letter: char| letter.is_ascii_whitespace();
    let rest = rest.trim_start_matches(quoted).trim_start_matches(is_space);
    let rest = rest.strip_prefix([':', '='])?.trim_start_matches(is_space).trim_start_matches(quoted);
    // What is no stamp is not looked through.
    let end = rest
        .bytes()
        .take(MAX_STAMP_BYTES + 1)
        .position(|byte| matches!(byte, b'"' | b'\'' | b'\\' | b',' | b'}' | b'<'))?;
    (end >= MIN_STAMP_BYTES).then(|| &rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_publication_in_data() {
        let check =
            |source: &str, expected: Option<&str>| assert_eq!(published(source), expected, "{source}");
        check(r#"{"datePublished":"2024-03-12T10:30:00Z"}"#, Some("2024-03-12T10:30:00Z"));
        check(r#"x = {\"published_at\": \"2024-03-12\"}"#, Some("2024-03-12"));
        check("publishDate: '2024-03-12', published_at: '2024-03-13'", Some("2024-03-13"));
        check(r#""publishedAt":1710239400000,"#, Some("1710239400000"));
        check("publish_date", None);
        check("publish_date: x", None);
        check(r#"{"datePublished":null,"datePublished":"2024-03-12"}"#, Some("2024-03-12"));
    }
}
