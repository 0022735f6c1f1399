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
/// A stamp is at most this long.
const MAX_STAMP_BYTES: usize = 40;

/// The first value of the most telling name.
pub(super) fn published(source: &str) -> Option<&str> {
    NAMES.iter().find_map(|name| value(source, name))
}

fn value<'a>(source: &'a str, name: &str) -> Option<&'a str> {
    source.match_indices(name).find_map(|(at, _)| {
        let quoted = |letter: char| matches!(letter, '"' | '\'' | '\\');
        let is_space = |letter: char| letter.is_ascii_whitespace();
        let rest = source[at + name.len()..].trim_start_matches(quoted).trim_start_matches(is_space);
        let rest = rest.strip_prefix([':', '='])?.trim_start_matches(is_space).trim_start_matches(quoted);
        let end = rest.find(['"', '\'', '\\', ',', '}', '<'])?;
        (8..=MAX_STAMP_BYTES).contains(&end).then(|| &rest[..end])
    })
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
