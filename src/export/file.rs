//! Whole files or none: a reader of an exported file never sees half of it.
//!
//! Bytes go to a temporary file in the same folder, are synced, and take the name in one step. After
//! a crash or on a full disk the old file stands as it was. A link keeps pointing to the file, which is
//! what is replaced; a pipe or a device has nothing to replace and is written to as it is. A store's own
//! files are never replaced: what was collected is nowhere else.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
};

use super::ExportError;

/// Writes a file through `fill`, replacing what stood there only when everything was written. An error
/// of `fill`, which may be of the caller's own kind, leaves it as it was.
pub fn write_whole<E: From<ExportError>>(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    let failed = |source| ExportError::Write { subject: path.display().to_string(), source };
    if fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
        let mut writer = BufWriter::new(File::options().write(true).open(path).map_err(failed)?);
        fill(&mut writer)?;
        return Ok(writer.flush().map_err(failed)?);
    }
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if is_store(folder) {
        return Err(ExportError::InStore { path: path.to_owned() }.into());
    }
    fs::create_dir_all(folder).map_err(failed)?;
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        // The usual rights of a new file, as far as the user's umask leaves them; a temporary file's
        // own default would hide the export from everybody else.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.prefix(".storyturn-").tempfile_in(folder).map_err(failed)?;
    let mut writer = BufWriter::new(file.as_file_mut());
    fill(&mut writer)?;
    writer.flush().map_err(failed)?;
    drop(writer);
    file.as_file().sync_all().map_err(failed)?;
    file.persist(&target).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Whether a folder is a store, told by the two files that every store has.
fn is_store(folder: &Path) -> bool {
    ["seal.json", "db"].iter().all(|name| folder.join(name).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path) -> Result<(), ExportError> {
        write_whole(path, |out| {
            out.write_all(b"new")
                .map_err(|source| ExportError::Write { subject: path.display().to_string(), source })
        })
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test takes away what makes a folder a store")]
    fn no_file_of_a_store_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        for name in ["seal.json", "db"] {
            write(&place(name)).unwrap();
        }
        // By its name, another's, around a corner, and where nothing stands yet.
        fs::create_dir(place("blobs")).unwrap();
        for name in ["db", "seal.json", "blobs/../db", "table.csv"] {
            let error = write(&place(name)).unwrap_err();
            assert!(matches!(error, ExportError::InStore { .. }), "{name}: {error:?}");
        }
        assert!(!place("table.csv").exists());
        #[cfg(unix)]
        {
            let elsewhere = tempfile::tempdir().unwrap();
            let link = elsewhere.path().join("table.csv");
            std::os::unix::fs::symlink(place("db"), &link).unwrap();
            assert!(matches!(write(&link), Err(ExportError::InStore { .. })));
        }
        fs::remove_file(place("seal.json")).unwrap();
        write(&place("table.csv")).unwrap();
    }
}
