//! Content types: what is asked for, and what is taken.
//!
//! `exchange` refuses by type before a body is read. Only what a page, a feed or a sitemap cannot be is
//! refused: types are wrong so often that the parsers must look at the bytes anyway.

use super::Wants;

/// Types of packed bytes under which sitemaps are sent, and pages never.
const PACKED: &[&str] = &["application/gzip", "application/x-gzip", "application/octet-stream"];
/// Types of pages.
const PAGES: &[&str] = &["application/xhtml+xml", "application/xml", "application/octet-stream"];
/// Families that are neither text nor data.
const MEDIA: &[&str] = &["audio/", "font/", "image/", "model/", "video/"];
/// Documents and archives that no feed is sent as.
const DOCUMENTS: &[&str] = &[
    "application/epub+zip",
    "application/msword",
    "application/pdf",
    "application/postscript",
    "application/rtf",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/x-7z-compressed",
    "application/x-rar-compressed",
    "application/x-tar",
    "application/zip",
];

impl Wants {
    /// The `Accept` header.
    pub(super) const fn accept(self) -> &'static str {
        match self {
            Self::Page => "text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.8",
            Self::Feed => {
                "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,\
                 text/xml;q=0.9,application/json;q=0.8,*/*;q=0.1"
            }
            Self::Sitemap => "application/xml,text/xml,application/gzip;q=0.9,text/plain;q=0.8,*/*;q=0.1",
            Self::Json => "application/json,*/*;q=0.1",
            Self::Anything => "*/*",
        }
    }

    /// What was wanted, for messages.
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::Page => "a page",
            Self::Feed => "a feed",
            Self::Sitemap => "a sitemap",
            Self::Json => "JSON",
            Self::Anything => "anything",
        }
    }

    /// Whether a `Content-Type` may hold it.
    pub(super) fn takes(self, content_type: &str) -> bool {
        let essence = content_type.split([';', ',']).next().unwrap_or_default().trim().to_ascii_lowercase();
        // Without a slash it is a slip of the server's, and says nothing.
        if !essence.contains('/') {
            return true;
        }
        let text = essence.starts_with("text/") && essence != "text/css" && essence != "text/javascript";
        let other = MEDIA.iter().any(|family| essence.starts_with(family))
            || DOCUMENTS.contains(&essence.as_str())
            || essence.starts_with("application/vnd.openxmlformats-officedocument");
        match self {
            Self::Page => text || PAGES.contains(&essence.as_str()),
            Self::Feed | Self::Json => !other && !PACKED[..2].contains(&essence.as_str()),
            Self::Sitemap => !other || PACKED.contains(&essence.as_str()),
            Self::Anything => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wants: Wants, taken: &[&str], refused: &[&str]) {
        for content_type in taken {
            assert!(wants.takes(content_type), "{wants:?} {content_type}");
        }
        for content_type in refused {
            assert!(!wants.takes(content_type), "{wants:?} {content_type}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let pages =
            ["text/html; charset=utf-8", "Text/HTML", "application/xhtml+xml", "text/plain", "html", ""];
        let media =
            ["image/png", "video/mp4", "audio/mpeg", "application/pdf", "application/zip", "font/woff2"];
        check(Wants::Page, &pages, &media);
        check(Wants::Page, &[], &["application/json", "application/gzip", "text/css", "text/javascript"]);
        check(Wants::Feed, &pages, &media);
        check(Wants::Feed, &["application/rss+xml", "application/json", "application/octet-stream"], &[]);
        check(Wants::Sitemap, &["application/x-gzip", "application/octet-stream", "text/xml"], &media);
        check(Wants::Json, &["application/json", "text/javascript", "text/html"], &media);
        check(Wants::Anything, &media, &[]);
    }
}
