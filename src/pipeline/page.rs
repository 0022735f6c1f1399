//! One page or plain text to one article, from a file or out of an archive.
//!
//! What a page in a file does not say, the file does: the folder it was saved in stands for its source, a date
//! that opens its name for its date.

use std::{io::Read, path::PathBuf};

use sha2::{Digest, Sha256};

use super::{
    Input, Kind, PipelineError, ReadArticle,
    input::{Member, Opened, hex},
    intake::complete,
};
use crate::{
    collect::{canonical_url, same_site},
    document::{Article, Basis, Capture, Given, Published},
    extract::{ExtractOptions, Rejection, describe, plain_text},
};

/// One page's bytes, decompressed.
pub(super) struct Page {
    path: PathBuf,
    name: String,
    kind: Kind,
    body: Vec<u8>,
}

impl Page {
    /// Reads at most one byte more than the limit: enough to know that it is over, whatever a
    /// compressed file grows to.
    pub(super) fn read(
        opened: Opened,
        member: &Member,
        options: &ExtractOptions,
    ) -> Result<Self, PipelineError> {
        let mut body = Vec::new();
        opened
            .reader
            .take(options.max_bytes as u64 + 1)
            .read_to_end(&mut body)
            .map_err(|source| PipelineError::Read { path: member.path.clone(), source })?;
        Ok(Self { path: member.path.clone(), name: opened.name, kind: opened.kind, body })
    }

    /// SHA-256 of the bytes, in hexadecimal.
    pub(super) fn hash(&self) -> String {
        hex(&Sha256::digest(&self.body))
    }

    /// The article on it, or the reason there is none.
    pub(super) fn item(self, options: &ExtractOptions, input: &Input) -> ReadArticle {
        let capture = Capture {
            subject: self.name,
            url: None,
            content_type: None,
            captured_at: None,
            basis: Basis::Claimed,
            body: self.body,
        };
        let form = if self.kind == Kind::Html { Form::Html } else { Form::Text };
        let (mut said, rejection) = article(&capture, form, options);
        let (article, said) = match rejection {
            None => {
                complete(&mut said, input);
                complete_from_path(&mut said, &self.path);
                (Ok(said), None)
            }
            Some(reason) => (Err(reason), Some(said)),
        };
        let (subject, path) = (capture.subject, self.path);
        ReadArticle { subject, path, given_id: None, captured: None, article, given: Given::default(), said }
    }
}

/// How an article is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As a page.
    Html,
    /// As plain text.
    Text,
}

impl Form {
    /// As the capture's type says; what does not say is a page.
    pub(super) fn of(capture: &Capture) -> Self {
        let media = capture.content_type.as_deref().and_then(|media| media.split(';').next());
        let is_text = media.is_some_and(|media| media.trim().eq_ignore_ascii_case("text/plain"));
        if is_text { Self::Text } else { Self::Html }
    }
}

/// What a capture says, named as records are, so that a page and a row of a feed are one article; and why
/// it gives no article if it gives none. A page may name the address it wants to be known by, but not one
/// of another site's: it could stand in that site's way.
pub(super) fn article(capture: &Capture, form: Form, options: &ExtractOptions) -> (Article, Option<String>) {
    let (bytes, limit) = (capture.body.len(), options.max_bytes);
    let (mut article, rejection) = match form {
        Form::Html => describe(capture, options),
        // What was read of a file is not all of it.
        Form::Text if bytes > limit => (Article::default(), Some(Rejection::TooLarge { bytes, limit })),
        Form::Text => match plain_text(capture) {
            Ok(article) => (article, None),
            Err(rejection) => (Article::default(), Some(rejection)),
        },
    };
    let named = article.url.as_deref().and_then(canonical_url);
    let landed = capture.url.as_deref().and_then(canonical_url);
    article.url = match landed {
        Some(landed) => named.filter(|named| same_site(named, &landed)).or(Some(landed)),
        None => named,
    };
    (article, rejection.map(|rejection| rejection.to_string()))
}

fn complete_from_path(article: &mut Article, path: &std::path::Path) {
    if article.source.is_empty() {
        let folder = path.parent().and_then(|folder| folder.file_name());
        article.source =
            folder.map_or_else(|| "unknown".to_owned(), |name| name.to_string_lossy().into_owned());
    }
    if article.published.is_none()
        && let Some(date) = path.file_name().and_then(|name| name.to_str()?.get(..10))
        && let Some(date @ Published::On(_)) = Published::parse(date)
    {
        article.published = Some(date);
        article.published_basis = Some("file name");
    }
}
