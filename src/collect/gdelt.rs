//! The GDELT DOC 2.0 article list: which articles of the world's press match a query.
//!
//! Builds the address of a request and reads the JSON that answers it. The service complains in plain
//! text or HTML with status 200; such an answer is an error that quotes it. A changed shape is an error
//! or a note that names the field. GDELT dates an article by when it saw it, in steps of fifteen
//! minutes; that instant stands in `published`, for want of the publisher's own.
//!
//! The list has no stable guarantee of being valid JSON: raw control characters and stray backslashes in
//! titles are mended once. Hostile input can give wrong entries, at most [`MAX_RECORDS`] of them.

use std::borrow::Cow;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde_json::Value;
use url::Url;

use super::{
    Entry, Parsed, SourceError,
    charset::decode,
    entry::{quoted, what_is},
    page::Base,
};
use crate::document::Published;

/// The most that GDELT gives at once.
pub const MAX_RECORDS: u16 = 250;

/// One request for a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GdeltQuery {
    /// Words and operators in GDELT's own language: `"debasement trade" sourcelang:english`.
    pub query: String,
    /// The time that is searched.
    pub window: GdeltWindow,
    /// How many articles, newest first: 1 to 250; more is cut.
    pub max_records: u16,
}

/// The time that a query searches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GdeltWindow {
    /// The last hours before the request.
    LastHours(u16),
    /// Between two instants; GDELT's list reaches back three months.
    Between {
        /// The earliest.
        from: Timestamp,
        /// The latest.
        to: Timestamp,
    },
}

impl GdeltQuery {
    /// The service. Any other address with the same answers will do, for tests and mirrors.
    pub const ENDPOINT: &str = "https://api.gdeltproject.org/api/v2/doc/doc";

    /// The address to ask; `None` when the endpoint is no absolute web address.
    pub fn url(&self, endpoint: &str) -> Option<String> {
        let mut url = Url::parse(&Base::new("").resolve(endpoint)?).ok()?;
        let records = self.max_records.clamp(1, MAX_RECORDS).to_string();
        url.query_pairs_mut().extend_pairs([
            ("query", self.query.as_str()),
            ("mode", "artlist"),
            ("format", "json"),
            ("maxrecords", &records),
            ("sort", "datedesc"),
        ]);
        let stamp = |at: Timestamp| at.to_zoned(TimeZone::UTC).strftime("%Y%m%d%H%M%S").to_string();
        match self.window {
            GdeltWindow::LastHours(hours) => {
                url.query_pairs_mut().append_pair("timespan", &format!("{}h", hours.max(1)));
            }
            GdeltWindow::Between { from, to } => {
                url.query_pairs_mut()
                    .append_pair("startdatetime", &stamp(from))
                    .append_pair("enddatetime", &stamp(to));
            }
        }
        Some(url.into())
    }
}

/// Reads a list.
pub fn read_gdelt(bytes: &[u8]) -> Result<Parsed, SourceError> {
    let text = decode(bytes, None).text;
    let not_this = |found: String| SourceError::NotThis { expected: "a GDELT article list", found };
    let found = what_is(text.as_bytes());
    if found != "JSON" {
        return Err(not_this(found));
    }
    let mut parsed = Parsed::default();
    let value = serde_json::from_str::<Value>(&text).or_else(|_| {
        let mended = serde_json::from_str(&mended(&text));
        parsed.notes.extend(mended.is_ok().then(|| "the JSON is not valid and was mended".to_owned()));
        mended
    });
    let value = value.map_err(|error| {
        not_this(format!("JSON that breaks at line {} column {}", error.line(), error.column()))
    })?;
    let Value::Object(fields) = &value else { return Err(not_this("a JSON list".to_owned())) };
    let articles = match fields.get("articles") {
        Some(Value::Array(articles)) => articles,
        // This is how GDELT says that nothing matches.
        None if fields.is_empty() => return Ok(parsed),
        None => {
            let names = fields.keys().take(5).map(String::as_str).collect::<Vec<_>>().join(", ");
            return Err(not_this(format!("JSON without the field articles (it has {})", quoted(&names))));
        }
        Some(_) => return Err(not_this("JSON whose field articles is no list".to_owned())),
    };

    let base = Base::new("");
    let (mut no_url, mut no_title, mut no_date) = (0, 0, 0);
    for article in articles.iter().take(MAX_RECORDS.into()) {
        let field =
            |name: &str| article.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
        let Some(url) = field("url").and_then(|url| base.resolve(url)) else {
            no_url += 1;
            continue;
        };
        let title = field("title").map(spaced);
        let published = field("seendate").and_then(seen);
        no_title += usize::from(title.is_none());
        no_date += usize::from(published.is_none());
        let language = field("language").map(|language| language_code(language).into_owned());
        parsed.entries.push(Entry { url, title, published, language, ..Entry::default() });
    }
    if parsed.entries.is_empty() && no_url > 0 {
        return Err(not_this("articles without the field url".to_owned()));
    }
    for (count, what) in
        [(no_url, "a usable url"), (no_title, "the field title"), (no_date, "a readable field seendate")]
    {
        if count > 0 {
            parsed.notes.push(format!("{count} articles lack {what}"));
        }
    }
    Ok(parsed)
}

/// `20260123T081500Z`.
fn seen(text: &str) -> Option<Published> {
    let at = DateTime::strptime("%Y%m%dT%H%M%SZ", text.trim()).ok()?.to_zoned(TimeZone::UTC).ok()?;
    // Read again for its check of the year.
    Published::parse(&at.timestamp().to_string())
}

/// GDELT parts punctuation with blanks: `Gold , silver : a record`.
fn spaced(title: &str) -> String {
    let mut spaced = String::with_capacity(title.len());
    for word in title.split_whitespace() {
        let closes = word.len() == 1 && word.starts_with([',', ':', ';', '!', '?', '.', '%', ')']);
        if !spaced.is_empty() && !closes {
            spaced.push(' ');
        }
        spaced.push_str(word);
    }
    spaced
}

/// GDELT writes languages as English words.
fn language_code(language: &str) -> Cow<'_, str> {
    const CODES: &[(&str, &str)] = &[
        ("Arabic", "ar"),
        ("Chinese", "zh"),
        ("Czech", "cs"),
        ("Danish", "da"),
        ("Dutch", "nl"),
        ("English", "en"),
        ("Finnish", "fi"),
        ("French", "fr"),
        ("German", "de"),
        ("Greek", "el"),
        ("Hebrew", "he"),
        ("Hindi", "hi"),
        ("Hungarian", "hu"),
        ("Indonesian", "id"),
        ("Italian", "it"),
        ("Japanese", "ja"),
        ("Korean", "ko"),
        ("Norwegian", "no"),
        ("Polish", "pl"),
        ("Portuguese", "pt"),
        ("Romanian", "ro"),
        ("Russian", "ru"),
        ("Spanish", "es"),
        ("Swedish", "sv"),
        ("Turkish", "tr"),
        ("Ukrainian", "uk"),
        ("Vietnamese", "vi"),
    ];
    let known = CODES.iter().find(|(name, _)| name.eq_ignore_ascii_case(language.trim()));
    known.map_or(Cow::Borrowed(language), |(_, code)| Cow::Borrowed(*code))
}

/// Control characters become blanks, a backslash that begins no escape becomes two.
fn mended(text: &str) -> String {
    let mut mended = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match (char, chars.peek()) {
            ('\\', Some(next @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u'))) => {
                mended.push('\\');
                mended.push(*next);
                chars.next();
            }
            ('\\', _) => mended.push_str("\\\\"),
            (char, _) if char.is_control() => mended.push(' '),
            (char, _) => mended.push(char),
        }
    }
    mended
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"{"articles": [ {"url": "https://a.b/1", "url_mobile": "", "title": "Gold , silver : a record", "seendate": "20260123T081500Z", "socialimage": "", "domain": "a.b", "language": "English", "sourcecountry": "United States"} ] }"#;

    #[test]
    fn a_list_gives_its_articles() {
        let parsed = read_gdelt(LIST.as_bytes()).unwrap();
        let [entry] = parsed.entries.as_slice() else { panic!("{parsed:?}") };
        assert_eq!(entry.url, "https://a.b/1");
        assert_eq!(entry.title.as_deref(), Some("Gold, silver: a record"));
        assert_eq!(entry.published.unwrap().to_string(), "2026-01-23T08:15:00Z");
        assert_eq!(entry.language.as_deref(), Some("en"));
        assert!(parsed.notes.is_empty());
    }

    fn check_not(answer: &str, found: &str) {
        let error = read_gdelt(answer.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), format!("{found} where a GDELT article list was expected"), "{answer}");
    }

    #[test]
    fn complaints_are_quoted_and_changed_shapes_name_the_field() {
        check_not(
            "Your query was too short or too long.\n",
            "the text \"Your query was too short or too long.\"",
        );
        check_not("<!DOCTYPE html><title>429</title>", "HTML");
        check_not("", "an empty answer");
        check_not("[]", "a JSON list");
        check_not("{\"articles\": [", "JSON that breaks at line 1 column 14");
        check_not("{\"items\":[],\"n\":1}", "JSON without the field articles (it has \"items, n\")");
        check_not("{\"articles\":{}}", "JSON whose field articles is no list");
        check_not("{\"articles\":[{\"link\":\"https://a.b/1\"}]}", "articles without the field url");
    }

    fn check_notes(answer: &str, notes: &[&str]) {
        assert_eq!(read_gdelt(answer.as_bytes()).unwrap().notes, notes, "{answer}");
    }

    #[test]
    fn what_is_wrong_but_survivable_is_noted() {
        check_notes("{}", &[]);
        check_notes("{\"articles\":[]}", &[]);
        check_notes(
            "{\"articles\":[{\"url\":\"https://a.b/1\"},{\"url\":7},7,null]}",
            &[
                "3 articles lack a usable url",
                "1 articles lack the field title",
                "1 articles lack a readable field seendate",
            ],
        );
        check_notes(
            "{\"articles\":[{\"url\":\"https://a.b/1\",\"title\":\"it\\'s a\ttab\\\\\",\"seendate\":\"20260123T081500Z\"}]}",
            &["the JSON is not valid and was mended"],
        );
        check_notes(&LIST.replace("20260123T", "99990123T"), &["1 articles lack a readable field seendate"]);
    }

    fn query(window: GdeltWindow) -> GdeltQuery {
        GdeltQuery { query: "\"debasement trade\" OR (gold & silver)".to_owned(), window, max_records: 9_999 }
    }

    #[test]
    fn requests_are_encoded() {
        let asked = "https://api.gdeltproject.org/api/v2/doc/doc?query=%22debasement+trade%22+OR+%28gold+%26+silver%29\
                     &mode=artlist&format=json&maxrecords=250&sort=datedesc&";
        let last = query(GdeltWindow::LastHours(24)).url(GdeltQuery::ENDPOINT).unwrap();
        assert_eq!(last, format!("{asked}timespan=24h"));
        let (from, to) = ("2026-01-23T00:00:00Z".parse().unwrap(), "2026-01-24T00:00:00Z".parse().unwrap());
        let between = query(GdeltWindow::Between { from, to }).url(GdeltQuery::ENDPOINT).unwrap();
        assert_eq!(between, format!("{asked}startdatetime=20260123000000&enddatetime=20260124000000"));
        assert_eq!(query(GdeltWindow::LastHours(1)).url("not an address"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_survived(text in "[\\{\\[\\]}\":,a\\\\\t]{0,40}") {
            let _ = read_gdelt(text.as_bytes());
            let _ = read_gdelt(format!("{{\"articles\":[{{\"url\":\"https://a.b/\",\"title\":\"{text}").as_bytes());
        }
    }
}
