//! One page or plain text as it lies in a file, to one article.
//!
//! What the page does not say, the file does: the folder it was saved in stands for its source, a date
//! that opens its name for its date.

use std::{io::Read, path::PathBuf};

use sha2::{Digest, Sha256};

use super::{
    Input, Kind, PipelineError, ReadArticle,
    input::{Member, Opened, hex},
    intake::complete,
};
use crate::{
    collect::canonical_url,
    document::{Article, Basis, Capture, Published},
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
        let (bytes, limit) = (capture.body.len(), options.max_bytes);
        let (mut article, rejection) = match self.kind {
            Kind::Html => describe(&capture, options),
            // What was read is not all of it.
            _ if bytes > limit => (Article::default(), Some(Rejection::TooLarge { bytes, limit })),
            _ => match plain_text(&capture) {
                Ok(article) => (article, None),
                Err(rejection) => (Article::default(), Some(rejection)),
            },
        };
        // As records are named, so that a page and a row of a feed are one article.
        article.url = article.url.as_deref().and_then(canonical_url);
        let (article, said) = match rejection {
            None => {
                complete(&mut article, input);
                complete_from_path(&mut article, &self.path);
                (Ok(article), None)
            }
            Some(rejection) => (Err(rejection.to_string()), Some(article)),
        };
        ReadArticle { subject: capture.subject, path: self.path, given_id: None, article, said }
    }
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
