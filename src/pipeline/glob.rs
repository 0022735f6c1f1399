//! Names with `*` and `?`: for callers without a shell that fills them in, and for folders too large
//! for its command line.
//!
//! Only the last part of a path is a pattern. `input` asks where no file has that very name, so that a
//! name with a star in it stays a name. Matching is linear in name times pattern, whatever the pattern.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The files a path with a pattern means, in name order; hidden ones only where the pattern begins with
/// a dot, as a shell has it. Empty where the path holds no pattern or nothing fits it.
pub(super) fn matching(path: &Path) -> io::Result<Vec<PathBuf>> {
    let Some(pattern) = path.file_name().and_then(|name| name.to_str()) else { return Ok(Vec::new()) };
    if !pattern.contains(['*', '?']) {
        return Ok(Vec::new());
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut found = Vec::new();
    for entry in fs::read_dir(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })? {
        let name = entry?.file_name();
        let fits = name.to_str().is_some_and(|name| {
            name.starts_with('.') == pattern.starts_with('.') && fits(pattern.as_bytes(), name.as_bytes())
        });
        let path = folder.join(name);
        if fits && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a name fits a pattern of bytes: `*` stands for any number of them, `?` for one.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut in_name) = (0, 0);
    // Where to go on when the last star must stand for one byte more.
    let mut star: Option<(usize, usize)> = None;
    while in_name < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, in_name));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == name[in_name] => {
                at += 1;
                in_name += 1;
            }
            _ => {
                let Some((start, held)) = star else { return false };
                star = Some((start, held + 1));
                (at, in_name) = (start + 1, held + 1);
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_and_marks_for_one() {
        let check = |pattern: &str, name: &str, expected: bool| {
            assert_eq!(fits(pattern.as_bytes(), name.as_bytes()), expected, "{pattern} {name}");
        };
        check("*.html", "a.html", true);
        check("*.html", "a.html.gz", false);
        check("*.html*", "a.html.gz", true);
        check("a?c", "abc", true);
        check("a?c", "ac", false);
        check("*a*b*", "xxaxxbxx", true);
        check("*a*b*", "xxbxxaxx", false);
        check("*", "", true);
        check("", "a", false);
        check(&"*a".repeat(20), &"a".repeat(2000), true);
        check(&format!("{}b", "*a".repeat(20)), &"a".repeat(2000), false);
    }
}
