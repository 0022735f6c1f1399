//! Runs one command with a record on its standard input, within limits of time and output.
//!
//! No shell: the words of the configuration are the program and its arguments, and the record is data on a
//! pipe. A command can hang, read nothing, close its input early, print without end or leave processes
//! behind: it costs its time-out, a bounded memory and, where the system has process groups, the processes
//! it started. Nothing of what it prints is stored.

use std::{
    io::{Read, Write},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// How a command ended.
pub(super) struct Ended {
    /// The clause that says why it failed, where it did.
    pub(super) outcome: Result<(), String>,
    /// The last lines of what it printed, standard output before standard error.
    pub(super) heard: Vec<String>,
}

/// Bytes kept of each stream, the last ones; the rest is read and dropped, so that no pipe fills up.
const KEPT_BYTES: usize = 16 << 10;
/// Lines kept of both.
const KEPT_LINES: usize = 20;
/// How often it is looked after.
const TICK: Duration = Duration::from_millis(10);
/// What it printed is waited for so long after its end: processes that it left behind may hold the pipe.
const GRACE: Duration = Duration::from_secs(1);

/// Runs a command and waits for its end, or ends it.
pub(super) fn run(words: &[String], input: &[u8], timeout: Duration) -> Ended {
    let failed = |why: String| Ended { outcome: Err(why), heard: Vec::new() };
    let Some((program, arguments)) = words.split_first() else {
        return failed("it names no program".to_owned());
    };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    apart(&mut command);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return failed(format!("it cannot be started: {error}")),
    };
    if let Some(mut stdin) = child.stdin.take() {
        let input = input.to_vec();
        // A command that does not read its input closes it early: that is its right. Not waited for, since
        // one that neither reads nor ends would hold this thread up.
        thread::spawn(move || drop(stdin.write_all(&input)));
    }
    let heard = [child.stdout.take().map(Heard::of), child.stderr.take().map(Heard::of)];
    let status = wait(&mut child, timeout);
    let outcome = match status {
        Ok(Some(status)) if status.success() => Ok(()),
        Ok(Some(status)) => Err(ending(status)),
        Ok(None) => Err(format!("it was not done within {} seconds, and was ended", timeout.as_secs_f64())),
        Err(error) => Err(format!("it cannot be waited for: {error}")),
    };
    let until = now() + GRACE;
    let mut lines = Vec::new();
    for heard in heard.into_iter().flatten() {
        lines.extend(heard.lines(until));
    }
    Ended { outcome, heard: lines.split_off(lines.len().saturating_sub(KEPT_LINES)) }
}

/// Its status, or `None` where its time was over.
fn wait(child: &mut Child, timeout: Duration) -> std::io::Result<Option<ExitStatus>> {
    let until = now() + timeout;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if now() >= until {
            end(child);
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(TICK);
    }
}

/// In a group of its own, so that what it starts can be ended with it.
#[cfg(unix)]
fn apart(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

#[cfg(not(unix))]
fn apart(_: &mut Command) {}

/// Ends it, and what it started where that can be done.
fn end(child: &mut Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        // It was not waited for, so that the number is still its own.
        let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    }
    // One that has just ended needs no ending.
    let _ = child.kill();
}

fn ending(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("it ended with status {code}"),
        None => "it was ended by a signal".to_owned(),
    }
}

#[expect(clippy::disallowed_methods, reason = "a time-out is measured, and nothing computed from it")]
fn now() -> Instant {
    Instant::now()
}

/// What a stream brings, read by a thread of its own.
struct Heard {
    kept: Arc<Mutex<Vec<u8>>>,
    reading: JoinHandle<()>,
}

impl Heard {
    fn of(mut stream: impl Read + Send + 'static) -> Self {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&kept);
        let reading = thread::spawn(move || {
            let mut buffer = [0; 8 << 10];
            while let Ok(read @ 1..) = stream.read(&mut buffer) {
                let mut kept = into.lock().expect("no thread panics while it holds this");
                kept.extend_from_slice(&buffer[..read]);
                let over = kept.len().saturating_sub(KEPT_BYTES);
                kept.drain(..over);
            }
        });
        Self { kept, reading }
    }

    /// The lines so far, when the stream has ended or the time is over.
    fn lines(self, until: Instant) -> Vec<String> {
        while !self.reading.is_finished() && now() < until {
            thread::sleep(TICK);
        }
        let kept = self.kept.lock().expect("no thread panics while it holds this");
        String::from_utf8_lossy(&kept).lines().map(str::to_owned).collect()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn check(script: &str, timeout: Duration, outcome: Result<(), &str>, heard: &[&str]) {
        let words = ["sh", "-c", script].map(str::to_owned);
        let input = vec![b'x'; 1 << 20];
        let ended = run(&words, &input, timeout);
        assert_eq!(ended.outcome, outcome.map_err(str::to_owned), "{script}");
        assert_eq!(ended.heard, heard, "{script}");
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn commands_end_as_they_like() {
        check("wc -c | tr -d ' '", LONG, Ok(()), &["1048576"]);
        check("echo out; echo why >&2; exit 3", LONG, Err("it ended with status 3"), &["out", "why"]);
        // It reads nothing, or closes its input at once.
        check("exit 0", LONG, Ok(()), &[]);
        check("exec <&-; echo closed", LONG, Ok(()), &["closed"]);
        check("kill -9 $$", LONG, Err("it was ended by a signal"), &[]);
    }

    #[test]
    fn endless_output_is_dropped_but_for_its_end() {
        let script = "i=0; while [ $i -lt 40000 ]; do echo line $i of many; i=$((i+1)); done; echo last";
        let ended = run(&["sh", "-c", script].map(str::to_owned), b"", LONG);
        assert_eq!((ended.outcome, ended.heard.len()), (Ok(()), KEPT_LINES));
        assert_eq!(ended.heard.last().map(String::as_str), Some("last"));
    }

    #[test]
    fn what_hangs_is_ended_with_what_it_started() {
        let why = |seconds| format!("it was not done within {seconds} seconds, and was ended");
        // The shell waits for a child of its own, which holds the pipes too: all of it is ended.
        let script = "echo so far; sleep 1000; echo never";
        // Time enough for its first word on any machine.
        check(script, Duration::from_secs(5), Err(&why("5")), &["so far"]);
        let script = "trap '' TERM; cat > /dev/null; sleep 1000 & wait";
        check(script, Duration::from_millis(200), Err(&why("0.2")), &[]);
    }

    #[test]
    fn what_is_left_behind_holds_nobody_up() {
        let begun = now();
        // The process left behind keeps the pipe open; it ends by itself when the test has long passed.
        check("sleep 100 & echo done", LONG, Ok(()), &["done"]);
        assert!(now() - begun < Duration::from_secs(90));
    }

    #[test]
    fn what_is_no_program_is_a_reason() {
        let ended = run(&["/nowhere/notify".to_owned()], b"", LONG);
        assert!(ended.outcome.unwrap_err().starts_with("it cannot be started: "));
        assert!(run(&[], b"", LONG).outcome.is_err());
    }
}
