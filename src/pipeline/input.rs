//! Opens what the user named, and tells what kind it is.
//!
//! A kind is told from the file's ending, and for standard input or an unknown ending from its first
//! bytes. Gzip is told from its magic number, whatever the name. Folders are walked in name order, so
//! that the same folder always gives the same run. Symbolic links to folders are not followed: a link
//! to a parent would never end.

use std::{
    ffi::OsStr,
    fs::File,
    io::{BufRead, BufReader, ErrorKind, Read},
    path::{Path, PathBuf},
};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::{PipelineError, glob::matching};
use crate::{config::Config, document::Published, lexicon::SourceFile};

/// Read-ahead for every file; large enough that a system call costs nothing beside the parsing.
const BUFFER_BYTES: usize = 128 << 10;
/// Longest line of a list of paths: systems take a path of 4 KiB, or of 32 Ki characters.
const LONGEST_PATH_LINE: u64 = 64 << 10;

/// Something the user named: a file, a folder, or `-` for standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// The path, or `-`.
    pub path: PathBuf,
    /// What it holds, where the user said so.
    pub kind: Option<Kind>,
    /// Who published it, for articles that do not say.
    pub source: Option<String>,
    /// When it appeared, for articles that do not say.
    pub published: Option<Published>,
    /// Whether it is one of many in a list: then it stops nothing where it cannot be read.
    pub listed: bool,
}

impl Input {
    /// An input about which nothing but the path is said.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), kind: None, source: None, published: None, listed: false }
    }

    /// Whether it can be looked at; standard input always can.
    pub fn exists(&self) -> Result<(), PipelineError> {
        if self.is_stdin() {
            return Ok(());
        }
        let looked = std::fs::metadata(&self.path).map(drop);
        looked.map_err(|source| PipelineError::Read { path: self.path.clone(), source })
    }

    fn is_stdin(&self) -> bool {
        self.path.as_os_str() == "-"
    }
}

/// What an input holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// JSON lines, one article each.
    Jsonl,
    /// CSV with columns matched by name.
    Csv,
    /// One article as plain text.
    Text,
    /// One HTML page.
    Html,
    /// A web archive of many pages.
    Warc,
}

impl Kind {
    /// From a file name's ending, a trailing `.gz` left aside.
    pub fn of_path(path: &Path) -> Option<Self> {
        let name = path.file_name().and_then(OsStr::to_str)?.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" | "tsv" => Some(Self::Csv),
            "txt" | "text" | "md" => Some(Self::Text),
            "html" | "htm" | "xhtml" => Some(Self::Html),
            // The format before WARC goes to the same reader, which refuses it by name.
            "warc" | "arc" => Some(Self::Warc),
            _ => None,
        }
    }

    /// From the first bytes of an input without a telling name.
    fn of_bytes(head: &[u8]) -> Self {
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        if head.starts_with(b"WARC/") || head.starts_with(b"filedesc:") {
            return Self::Warc;
        }
        let first_line = head.split(|byte| *byte == b'\n').next().unwrap_or_default().to_ascii_lowercase();
        let has = |word: &[u8]| first_line.windows(word.len()).any(|window| window == word);
        match head.first() {
            Some(b'{') => Self::Jsonl,
            Some(b'<') => Self::Html,
            // A header row: no sentence has separators, a column of words and one of dates.
            _ if first_line.iter().any(|byte| matches!(byte, b',' | b';' | b'\t'))
                && (has(b"title") || has(b"text") || has(b"headline"))
                && (has(b"publ") || has(b"date") || has(b"time")) =>
            {
                Self::Csv
            }
            _ => Self::Text,
        }
    }
}

/// One opened file: decompressed bytes, and what they hold. A web archive's are as they lie in the file:
/// its reader must see where compressed records begin.
pub(super) struct Opened {
    pub name: String,
    pub kind: Kind,
    pub reader: Box<dyn BufRead + Send>,
}

/// A file that belongs to an input.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub path: PathBuf,
    pub kind: Option<Kind>,
}

impl Member {
    /// What messages call it.
    pub fn name(&self) -> String {
        if self.path.as_os_str() == "-" {
            "standard input".to_owned()
        } else {
            self.path.display().to_string()
        }
    }

    /// Opens it for reading, through gzip where its bytes say so.
    pub fn open(&self) -> Result<Opened, PipelineError> {
        let failed = |source| PipelineError::Read { path: self.path.clone(), source };
        let raw: Box<dyn Read + Send> = if self.path.as_os_str() == "-" {
            Box::new(std::io::stdin())
        } else {
            Box::new(File::open(&self.path).map_err(failed)?)
        };
        let mut raw = BufReader::with_capacity(BUFFER_BYTES, raw);
        let told = self.kind.or_else(|| Kind::of_path(&self.path));
        let is_archive = |head: &[u8]| told.map_or_else(|| starts_archive(head), |kind| kind == Kind::Warc);
        if is_archive(raw.fill_buf().map_err(failed)?) {
            return Ok(Opened { name: self.name(), kind: Kind::Warc, reader: Box::new(raw) });
        }
        let mut reader = inflate(raw).map_err(failed)?;
        let kind = match told {
            Some(kind) => kind,
            None => Kind::of_bytes(reader.fill_buf().map_err(failed)?),
        };
        Ok(Opened { name: self.name(), kind, reader })
    }
}

/// Whether the first bytes of a file, compressed or not, begin a web archive.
fn starts_archive(head: &[u8]) -> bool {
    let mut start = [0; 9];
    let plain = if is_gzip(head) { MultiGzDecoder::new(head).read_exact(&mut start).is_ok() } else { false };
    Kind::of_bytes(if plain { &start } else { head }) == Kind::Warc
}

fn is_gzip(head: &[u8]) -> bool {
    head.starts_with(&[0x1f, 0x8b])
}

/// Reads through gzip where the first two bytes are its magic number.
pub(super) fn inflate(mut reader: impl BufRead + Send + 'static) -> std::io::Result<Box<dyn BufRead + Send>> {
    if is_gzip(reader.fill_buf()?) {
        return Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(reader))));
    }
    Ok(Box::new(reader))
}

/// Lists the files of an input, a folder or a pattern, in name order, and counts what a folder holds beside them.
pub(super) fn members(input: &Input) -> Result<(Vec<Member>, usize), PipelineError> {
    let failed = |source| PipelineError::Read { path: input.path.clone(), source };
    let mut others = 0;
    let looked = if input.is_stdin() { None } else { Some(std::fs::metadata(&input.path)) };
    let is_folder = match looked {
        None => false,
        Some(Ok(found)) => found.is_dir(),
        Some(Err(missing)) => {
            let found = matching(&input.path).map_err(failed)?;
            if found.is_empty() {
                return Err(failed(missing));
            }
            return Ok((found.into_iter().map(|path| Member { path, kind: input.kind }).collect(), others));
        }
    };
    if !is_folder {
        return Ok((vec![Member { path: input.path.clone(), kind: input.kind }], others));
    }
    let mut found = Vec::new();
    let mut folders = vec![input.path.clone()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder)
            .map_err(|source| PipelineError::Read { path: folder.clone(), source })?;
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let path = entry.path();
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if hidden {
                continue;
            }
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_dir() {
                folders.push(path);
            } else if !kind.is_file() && !kind.is_symlink() {
                // A pipe or device would wait for ever.
                others += 1;
            } else if input.kind.is_some() || Kind::of_path(&path).is_some() {
                found.push(Member { path, kind: input.kind });
            } else {
                others += 1;
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok((found, others))
}

/// The warning that a folder holds files that nobody asked for.
pub(super) fn left_aside(folder: &Path, others: usize) -> String {
    let files = if others == 1 { "file of another kind" } else { "files of other kinds" };
    format!("{} holds {others} {files}, left aside", folder.display())
}

/// SHA-256 of a file's bytes as they lie on disk, in hexadecimal; `None` for standard input and pipes,
/// which can be read only once.
pub(super) fn content_hash(path: &Path) -> Result<Option<String>, PipelineError> {
    if path.as_os_str() == "-" {
        return Ok(None);
    }
    let failed = |source| PipelineError::Read { path: path.to_owned(), source };
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Ok(None);
    }
    let mut file = File::open(path).map_err(failed)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match file.read(&mut buffer).map_err(failed)? {
            0 => break,
            read => hash.update(&buffer[..read]),
        }
    }
    Ok(Some(hex(&hash.finalize())))
}

/// Reads a list of paths, one a line, as a scheduler hands out work; blank lines and those that begin with
/// `#` say nothing. `-` is standard input. A line that cannot be a path refuses the list with its number.
pub fn read_paths(list: &Path) -> Result<Vec<PathBuf>, PipelineError> {
    let read = if list.as_os_str() == "-" {
        paths_of(std::io::stdin().lock())
    } else {
        File::open(list).and_then(|file| paths_of(BufReader::with_capacity(BUFFER_BYTES, file)))
    };
    read.map_err(|source| PipelineError::Read { path: list.to_owned(), source })
}

fn paths_of(mut reader: impl BufRead) -> std::io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    let mut line = Vec::new();
    for number in 1u64.. {
        let refused =
            |what: &str| std::io::Error::new(ErrorKind::InvalidData, format!("line {number} {what}"));
        line.clear();
        // Its end, and one byte to show that it is too long.
        if reader.by_ref().take(LONGEST_PATH_LINE + 2).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        if line.len() as u64 > LONGEST_PATH_LINE {
            return Err(refused(&format!("is longer than any path: over {LONGEST_PATH_LINE} bytes")));
        }
        let line =
            std::str::from_utf8(line).map_or_else(|_| line.trim_ascii(), |text| text.trim().as_bytes());
        if !line.is_empty() && !line.starts_with(b"#") {
            paths.push(path_of(line).ok_or_else(|| refused("is not UTF-8"))?);
        }
    }
    Ok(paths)
}

/// A path as it was written: on Unix any bytes are one.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere not all bytes are a path")]
fn path_of(line: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Some(PathBuf::from(OsStr::from_bytes(line)))
}

#[cfg(not(unix))]
fn path_of(line: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(line).ok().map(PathBuf::from)
}

/// Reads a configuration file; relative paths in it start from its folder.
pub fn read_config(path: &Path) -> Result<Config, PipelineError> {
    let read = if path.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(path)
    };
    let text = read.map_err(|source| PipelineError::Read { path: path.to_owned(), source })?;
    let folder = path.parent().unwrap_or(Path::new(""));
    Config::parse(&text, folder).map_err(|source| PipelineError::Config { path: path.to_owned(), source })
}

/// Reads every `.toml` file below a folder of lexicons, in name order.
pub fn read_lexicons(folder: &Path) -> Result<Vec<SourceFile>, PipelineError> {
    let refused = |what| PipelineError::LexiconFolder { path: folder.to_owned(), what };
    if !folder.is_dir() {
        let what = if folder.exists() { "no folder but a file:" } else { "there is no folder" };
        return Err(refused(what));
    }
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = |source| PipelineError::Read { path: folder.clone(), source };
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = entry.path();
            if entry.file_type().map_err(failed)?.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "toml") {
                let text = std::fs::read_to_string(&path)
                    .map_err(|source| PipelineError::Read { path: path.clone(), source })?;
                files.push(SourceFile { name: path.display().to_string(), text });
            }
        }
    }
    if files.is_empty() {
        return Err(refused("no lexicon files in"));
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string does not fail");
        text
    })
}

#[cfg(test)]
mod tests;
