//! The harness: runs the real binary in a temporary folder of its own.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// A folder in which commands run. Nothing of the machine's own configuration reaches them.
pub struct Tool {
    folder: TempDir,
}

/// How a command ended.
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Tool {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the folder, and the folders above it.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The command, ready to run, for a test that wants to do it differently.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_storyturn"));
        command.args(args).current_dir(self.folder.path()).env("NO_COLOR", "1").env_remove("RUST_BACKTRACE");
        // Pictures are drawn with what the terminal and the locale have.
        command.env("TERM", "xterm").env("LC_ALL", "C.UTF-8");
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, b"")
    }

    /// Runs with this on standard input.
    pub fn run_with(&self, args: &[&str], input: &[u8]) -> Ran {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // A command that does not read its input closes it early: that is its right.
        let feeder = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        feeder.join().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        Ran { status: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Runs and expects success.
    pub fn done(&self, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.status, 0, "{args:?}\n{}{}", ran.out, ran.err);
        ran
    }

    /// Runs to the end, with inputs that had to be skipped.
    pub fn done_with_skips(&self, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.status, 3, "{args:?}\n{}{}", ran.out, ran.err);
        ran
    }
}

/// The corpus that ships with the source.
pub fn corpus(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name)
}

/// The data beside the project, which is not part of it: `None` says loudly that a test is skipped.
pub fn shared_data(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("STORYTURN_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    // Written past the test runner, which would keep a passing test's words to itself.
    let said =
        format!("SKIPPED: {} is not here; set STORYTURN_DATA to the folder that holds it\n", path.display());
    std::io::stderr().write_all(said.as_bytes()).unwrap();
    None
}
