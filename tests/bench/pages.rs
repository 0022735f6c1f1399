//! Real pages for the benches: which files there are, and one of them as a capture.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use flate2::read::MultiGzDecoder;
use storyturn::document::{Basis, Capture};

/// Every file below a folder; none where there is no such folder.
pub fn found(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .flat_map(|path| if path.is_dir() { found(&path) } else { vec![path] })
        .collect()
}

/// A page as it lies in a file, unpacked, in no more memory than it has bytes.
pub fn capture(file: &Path) -> Capture {
    let stored = fs::read(file).expect("the page was listed");
    let mut body = Vec::new();
    if file.extension().is_some_and(|end| end == "gz") {
        MultiGzDecoder::new(stored.as_slice()).read_to_end(&mut body).expect("the page was compressed whole");
    } else {
        body = stored;
    }
    body.shrink_to_fit();
    let subject = file.display().to_string();
    Capture { subject, url: None, content_type: None, captured_at: None, basis: Basis::Claimed, body }
}
