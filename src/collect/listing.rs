//! What a source answered, as the articles it announces: one shape for feeds, sitemaps, section pages and
//! article lists.
//!
//! Chooses the reader for the kind of source and undoes the gzip that sitemaps are kept in; everything
//! else is the readers'. Hostile answers become a [`ListingError`] or fewer entries, in bounded memory.

use super::{
    CodingError, Entry, Feed, FeedError, Parsed, Sitemap, SourceError, SourceKind, coding::decode,
    gdelt::read_gdelt, page::read_links, read_feed, read_sitemap,
};
use crate::document::{Capture, Published};

/// What one listing announces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// Articles, in the order of the listing.
    pub entries: Vec<Entry>,
    /// Further listings it names: the sitemaps of an index.
    pub children: Vec<Child>,
    /// What was wrong but survivable, each one lower-case clause.
    pub notes: Vec<String>,
}

/// A listing that another one names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// Its address.
    pub url: String,
    /// When it was changed last, as its index claims.
    pub changed: Option<Published>,
}

/// Why an answer announces nothing.
#[derive(Debug, thiserror::Error)]
pub enum ListingError {
    /// It is not what its source says it is.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// It is no feed.
    #[error(transparent)]
    Feed(#[from] FeedError),
    /// It cannot be decompressed within the limit.
    #[error("its compressed body cannot be used")]
    Coding(#[from] CodingError),
}

impl ListingError {
    /// Where else to look, where the answer says so.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Feed(error) => error.hint(),
            _ => None,
        }
    }
}

/// Largest sitemap the protocol allows, decompressed: 50 MiB.
const MAX_LISTING_BYTES: usize = 50 << 20;
const GZIP: &[u8] = b"\x1f\x8b";

/// Reads what a source of this kind answered.
pub fn read_listing(kind: SourceKind, capture: &Capture) -> Result<Listing, ListingError> {
    let inflated;
    let mut bytes = capture.body.as_slice();
    let mut listing = Listing::default();
    if bytes.starts_with(GZIP) {
        inflated = decode("gzip", bytes, MAX_LISTING_BYTES)?;
        if inflated.truncated {
            listing.notes.push("its compressed body breaks off".to_owned());
        }
        bytes = &inflated.bytes;
    }
    let base = capture.url.as_deref().unwrap_or_default();
    let Parsed { entries, notes } = match kind {
        SourceKind::Feed => {
            let Feed { entries, notes, .. } = read_feed(bytes, capture.content_type.as_deref(), base)?;
            Parsed { entries, notes }
        }
        SourceKind::Sitemap => match read_sitemap(bytes, base)? {
            Sitemap::Pages(parsed) => parsed,
            Sitemap::Index(Parsed { entries, notes }) => {
                listing.children = entries
                    .into_iter()
                    .map(|entry| Child { url: entry.url, changed: entry.updated })
                    .collect();
                Parsed { entries: Vec::new(), notes }
            }
        },
        SourceKind::Section | SourceKind::Page => read_links(bytes, base)?,
        SourceKind::Gdelt => read_gdelt(bytes)?,
    };
    listing.entries = entries;
    listing.notes.extend(notes);
    Ok(listing)
}
