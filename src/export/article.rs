//! The record that `extract` prints: one page, its article or the reason there is none.

use serde::Serialize;

use crate::document::Article;

/// One page. Field names are a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the article, named as users read them")]
pub struct ArticleRecord {
    pub path: String,
    pub url: Option<String>,
    pub title: Option<String>,
    pub byline: Option<String>,
    pub site: Option<String>,
    pub language: Option<String>,
    pub published: Option<String>,
    pub published_basis: Option<&'static str>,
    pub modified: Option<String>,
    pub text: Option<String>,
    pub words: usize,
    /// Null, or why the page gave no article.
    pub skipped: Option<String>,
    /// `article`, `live blog`, `paywalled stub`; null where the page gave no article.
    pub kind: Option<&'static str>,
}

impl ArticleRecord {
    /// The record of a page that gave an article.
    pub fn of(path: String, article: &Article) -> Self {
        let known = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        Self {
            path,
            url: article.url.clone(),
            title: known(&article.title),
            byline: article.byline.clone(),
            site: article.site.clone(),
            language: article.language.clone(),
            published: article.published.map(|published| published.to_string()),
            published_basis: article.published_basis,
            modified: article.modified.map(|modified| modified.to_string()),
            text: known(&article.text),
            words: article.text.split_whitespace().count(),
            skipped: None,
            kind: Some(article.kind.as_str()),
        }
    }

    /// The record of a page that gave none, with what it says of itself.
    pub fn skipped(path: String, reason: String, said: &Article) -> Self {
        Self { skipped: Some(reason), kind: None, ..Self::of(path, said) }
    }
}
