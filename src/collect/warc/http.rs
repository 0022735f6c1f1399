//! From a record's block to the page in it, its codings undone; or the reason why it is none.
//!
//! Above `record`, below the front page. What an archive holds besides pages (pictures, scripts,
//! redirects, questions, notes of the crawler) is passed over, which is no fault. `Content-Length` of the
//! answer is not looked at: the block ends where the record does. Hostile answers can make a page wrong
//! or unusable; they cannot make it larger than the limit.

use super::{
    Media,
    header::{Fields, RecordHeader, fields_end},
};
use crate::collect::coding::{CodingError, dechunk, decode};

/// What a record gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Payload {
    /// A page or a text.
    Page {
        /// The header as it is.
        content_type: Option<String>,
        /// The body, codings undone.
        body: Vec<u8>,
    },
    /// A page that cannot be used.
    Unusable(CodingError),
    /// No page.
    Other,
}

/// What is known before the body is looked at: whether a record is a page, and where its body begins.
struct Page<'a> {
    content_type: Option<String>,
    encodings: Option<String>,
    chunked: bool,
    body: &'a [u8],
}

/// The page in a record.
pub(super) fn payload(header: &RecordHeader, block: &[u8], media: Media, limit: usize) -> Payload {
    let Some(page) = page(header, block, media) else { return Payload::Other };
    let Page { content_type, encodings, chunked, body } = page;
    let joined = if chunked { dechunk(body) } else { None };
    let encodings = encodings.as_deref().unwrap_or_default();
    let body = match joined {
        Some(joined) if encodings.is_empty() => Ok(joined.bytes),
        Some(joined) => decode(encodings, &joined.bytes, limit).map(|decoded| decoded.bytes),
        None => decode(encodings, body, limit).map(|decoded| decoded.bytes),
    };
    match body {
        Ok(body) if body.len() > limit => Payload::Unusable(CodingError::TooLarge { limit }),
        Ok(body) => Payload::Page { content_type, body },
        Err(error) => Payload::Unusable(error),
    }
}

/// Whether a record whose block begins so is a page.
pub(super) fn is_page(header: &RecordHeader, start_of_block: &[u8], media: Media) -> bool {
    page(header, start_of_block, media).is_some()
}

fn page<'a>(header: &RecordHeader, block: &'a [u8], media: Media) -> Option<Page<'a>> {
    if media == Media::Pages && !is_of_the_web(header.target.as_deref()) {
        return None;
    }
    match header.kind.as_str() {
        "response" if block.starts_with(b"HTTP/") => answer(header, block, media),
        "resource" => {
            let content_type = header.content_type.clone().or_else(|| header.identified_type.clone());
            let page = Page { content_type, encodings: None, chunked: false, body: block };
            is_readable(page.content_type.as_deref(), block, media).then_some(page)
        }
        // A revisit's page lies elsewhere. A conversion (WET) is all the text of a page, menus and notices
        // included, without its date: the WARC of the same crawl has the page.
        _ => None,
    }
}

/// An HTTP answer with status 200 and a page.
fn answer<'a>(header: &RecordHeader, block: &'a [u8], media: Media) -> Option<Page<'a>> {
    let (end, body) = fields_end(block)?;
    let head = &block[..end];
    let (line, fields) =
        head.split_at(head.iter().position(|byte| *byte == b'\n').map_or(head.len(), |end| end + 1));
    let status = line.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty()).nth(1)?;
    if status != b"200" {
        return None;
    }
    let mut page = Page { content_type: None, encodings: None, chunked: false, body: &block[body..] };
    for (name, value) in Fields(fields) {
        match name.as_str() {
            "content-type" if page.content_type.is_none() && !value.is_empty() => {
                page.content_type = Some(value);
            }
            // Several headers of one name are one list.
            "content-encoding" => match &mut page.encodings {
                Some(before) => *before = format!("{before},{value}"),
                none => *none = Some(value),
            },
            "transfer-encoding" => page.chunked |= value.to_ascii_lowercase().contains("chunked"),
            _ => {}
        }
    }
    if page.content_type.is_none() {
        page.content_type = header.identified_type.clone();
    }
    is_readable(page.content_type.as_deref(), page.body, media).then_some(page)
}

/// Whether a media type is a page's or a text's. Where none is known, the first bytes tell.
fn is_readable(content_type: Option<&str>, body: &[u8], media: Media) -> bool {
    match content_type {
        _ if media == Media::Any => true,
        Some(content_type) => {
            let essence = content_type.split(';').next().unwrap_or_default().trim();
            ["text/html", "application/xhtml+xml", "text/plain"]
                .iter()
                .any(|known| essence.eq_ignore_ascii_case(known))
        }
        None => {
            let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
            [&b"<!doctype html"[..], b"<html"]
                .iter()
                .any(|start| body.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start)))
        }
    }
}

/// Whether an address is a page's: notes of a crawler have schemes of their own, and what a site tells
/// robots is not for readers.
fn is_of_the_web(target: Option<&str>) -> bool {
    let Some(target) = target else { return true };
    let Some((scheme, rest)) = target.split_once(':') else { return true };
    let known = ["http", "https", "file"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    known && !path.ends_with("/robots.txt")
}
