//! `extract`: pages in, JSON lines out; no store.

use anyhow::Result;
use storyturn::{document::Skip, export::ArticleRecord};

use super::records;
use crate::{args::ExtractArgs, console::Console, exit::Exit, settings::Settings};

pub fn run(args: &ExtractArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    settings.shows_no_evening("`extract` shows nothing of the store", "leave --as-of out")?;
    records::print(&args.inputs, &args.records.table(), settings, console, |read| {
        let path = read.path.display().to_string();
        match &read.article {
            Ok(article) => (Some(ArticleRecord::of(path, article)), None),
            Err(reason) => {
                let skip = Skip { subject: read.subject.clone(), reason: reason.clone() };
                let said = read.said.clone().unwrap_or_default();
                (Some(ArticleRecord::skipped(path, reason.clone(), &said)), Some(skip))
            }
        }
    })
}
