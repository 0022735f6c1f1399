//! A client of Chromium's DevTools protocol, as small as the browser tests need.
//!
//! The browser is started headless with an empty profile and spoken to over two pipes
//! (`--remote-debugging-pipe`: JSON messages, each ended by a zero byte), so there is no port to find
//! free and no websocket. Waits are for messages, never for time; one deadline bounds them all. Dropped,
//! the browser and its children are killed. Which browser, and whether it may be missing, is said by
//! [`Browser::start`]. The browser's whole network is a proxy of the test's own, which lets nothing through
//! and tells what was asked: that a page asks for nothing is seen on the wire too.

use std::{
    env,
    ffi::OsString,
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::{Answer, Server};

/// How long one browser may live. The slowest test takes a tenth of it on an idle machine; a browser that
/// hangs is still ended well within the time a check may take.
const DEADLINE: Duration = Duration::from_secs(240);

/// How long a browser may take to go when asked to.
const PARTING: Duration = Duration::from_secs(5);

/// What the programs of known systems are called.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// As a test wants it: no window, no sandbox (which root cannot have), nothing of its own sent anywhere.
const SWITCHES: [&str; 19] = [
    "--headless",
    "--no-sandbox",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
    "--disable-breakpad",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
];

/// The program to start, if there is one.
fn chromium() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = match env::var_os("STORYTURN_CHROMIUM").filter(|named| !named.is_empty()) {
        Some(named) => Some(PathBuf::from(named)),
        None => env::split_paths(&path)
            .flat_map(|folder| NAMES.map(|name| folder.join(name)))
            .find(|program| program.is_file()),
    };
    if let Some(program) = &found {
        assert!(program.is_file(), "STORYTURN_CHROMIUM names {}, which is no file", program.display());
    } else {
        missing(
            "no browser: install Chromium (on Debian `apt-get install chromium`) or set STORYTURN_CHROMIUM",
        );
    }
    found
}

/// Says past the test runner, which would keep a passing test's words to itself, what a test went without.
pub fn missing(what: &str) {
    assert!(!required(), "{what}");
    std::io::stderr().write_all(format!("SKIPPED: {what}\n").as_bytes()).unwrap();
}

/// Whether to fail for want of a browser or of the accessibility checker: `.ci/run` says so, and so does
/// the `CI` that services set.
fn required() -> bool {
    ["STORYTURN_BROWSER_REQUIRED", "CI"].iter().any(|name| {
        env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0" && value != "false")
    })
}

/// A running browser.
pub struct Browser {
    process: Child,
    /// To the thread that writes: a browser that no longer reads must not hold up the test.
    commands: Sender<Vec<u8>>,
    messages: Receiver<Value>,
    asked: u64,
    ends: Instant,
    home: TempDir,
    /// All that it can reach of the network.
    outside: Server,
}

impl Browser {
    /// Starts the browser of this machine. `None` says loudly that a test is skipped; where browsers are
    /// required it panics instead (see [`required`]).
    pub fn start() -> Option<Self> {
        let program = chromium()?;
        let outside = Server::start(|_| Answer::status(403));
        let home = tempfile::tempdir().unwrap();
        let mut switches: Vec<OsString> = SWITCHES.iter().map(OsString::from).collect();
        switches.push(format!("--proxy-server={}", outside.url("")).into());
        // Loopback too, which browsers by default reach without the proxy.
        switches.push("--proxy-bypass-list=<-loopback>".into());
        let mut profile = OsString::from("--user-data-dir=");
        profile.push(home.path().join("profile"));
        switches.push(profile);
        // Chromium reads the protocol from descriptor 3 and writes it to 4, which the shell makes of the
        // standard input and output given here.
        let mut process = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null"])
            .arg(&program)
            .args(switches)
            .arg("about:blank")
            .envs(["HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"].map(|name| (name, home.path())))
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(home.path().join("stderr")).unwrap())
            .process_group(0)
            .spawn()
            .unwrap();
        let (heard, messages) = channel();
        let (commands, said) = channel();
        let (input, output) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        thread::spawn(move || read(output, &heard));
        thread::spawn(move || write(input, &said));
        Some(Self { process, commands, messages, asked: 0, ends: Instant::now() + DEADLINE, home, outside })
    }

    /// The addresses asked for over the network so far, by the pages or by the browser itself.
    pub fn asked(&self) -> Vec<String> {
        self.outside.paths()
    }

    /// A new empty tab, whose events are gathered from the start.
    pub fn tab(&mut self) -> Tab<'_> {
        let target = self.ask(None, "Target.createTarget", json!({ "url": "about:blank" }), &mut Vec::new());
        let target = target["targetId"].clone();
        let attached = json!({ "targetId": target, "flatten": true });
        let attached = self.ask(None, "Target.attachToTarget", attached, &mut Vec::new());
        let session = attached["sessionId"].as_str().unwrap().to_owned();
        let mut tab = Tab { browser: self, target, session, events: Vec::new() };
        for domain in ["Page", "Runtime", "Log", "Network", "Audits"] {
            tab.call(&format!("{domain}.enable"), json!({}));
        }
        tab.call("Page.setLifecycleEventsEnabled", json!({ "enabled": true }));
        tab
    }

    /// Sends one command and waits for its answer; what else arrives is put among the events.
    fn ask(&mut self, session: Option<&str>, method: &str, params: Value, events: &mut Vec<Value>) -> Value {
        self.asked += 1;
        let mut message = json!({ "id": self.asked, "method": method });
        message["params"] = params;
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        self.say(message.to_string());
        loop {
            let mut answer = self.receive(method);
            if answer["id"] == self.asked {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].take();
            }
            events.push(answer);
        }
    }

    fn say(&self, message: String) {
        // A browser that is gone is noticed when its answer does not come.
        self.commands.send(message.into_bytes()).ok();
    }

    fn receive(&self, waiting_for: &str) -> Value {
        let left = self.ends.saturating_duration_since(Instant::now());
        match self.messages.recv_timeout(left) {
            Ok(message) => message,
            Err(why) => panic!("waiting for {waiting_for}: {why}\n{}", self.said()),
        }
    }

    /// The end of what the browser itself wrote to standard error.
    fn said(&self) -> String {
        let said = fs::read(self.home.path().join("stderr")).unwrap_or_default();
        String::from_utf8_lossy(&said[said.len().saturating_sub(2_000)..]).into_owned()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked to go, it takes its children along.
        self.say(json!({ "id": 0, "method": "Browser.close" }).to_string());
        let ends = Instant::now() + PARTING;
        while self.messages.recv_timeout(ends.saturating_duration_since(Instant::now())).is_ok() {}
        // What has not gone, a crashed or hanging one, is killed: the whole group, which the browser leads.
        // Not waited for yet, its number is still its own.
        let group = format!("kill -s KILL -- -{}", self.process.id());
        Command::new("sh").args(["-c", &group]).stderr(Stdio::null()).status().ok();
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Hands on each message until the pipe closes.
fn read(output: ChildStdout, messages: &Sender<Value>) {
    let mut output = BufReader::new(output);
    let mut bytes = Vec::new();
    while matches!(output.read_until(0, &mut bytes), Ok(1..)) {
        bytes.pop();
        let Ok(message) = serde_json::from_slice(&bytes) else { return };
        if messages.send(message).is_err() {
            return;
        }
        bytes.clear();
    }
}

/// Writes each command until there are no more or nobody reads them.
fn write(mut input: ChildStdin, commands: &Receiver<Vec<u8>>) {
    for mut command in commands {
        command.push(0);
        if input.write_all(&command).is_err() {
            return;
        }
    }
}

/// One page under test.
pub struct Tab<'a> {
    browser: &'a mut Browser,
    target: Value,
    session: String,
    /// What the page did, in order: `method` and `params`.
    pub events: Vec<Value>,
}

impl Tab<'_> {
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        self.browser.ask(Some(&self.session), method, params, &mut self.events)
    }

    /// Opens a file and waits until it and all it asks for have come or failed.
    pub fn open(&mut self, file: &Path) {
        self.events.clear();
        let address = format!("file://{}", file.to_str().unwrap());
        let opened = self.call("Page.navigate", json!({ "url": address }));
        assert!(opened["errorText"].is_null(), "{address}: {opened}");
        // Told by its loader from the page before, whose end may still be heard.
        let is_loaded = |event: &Value| {
            event["method"] == "Page.lifecycleEvent"
                && event["params"]["name"] == "load"
                && event["params"]["loaderId"] == opened["loaderId"]
        };
        while !self.events.iter().any(is_loaded) {
            let event = self.browser.receive("the end of loading");
            self.events.push(event);
        }
    }

    /// The value of an expression in the page, awaited when it is a promise.
    pub fn evaluate(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let mut answer = self.call("Runtime.evaluate", params);
        assert!(answer["exceptionDetails"].is_null(), "{}", answer["exceptionDetails"]);
        answer["result"]["value"].take()
    }

    /// The parameters of the events of one name.
    pub fn heard(&self, method: &str) -> impl Iterator<Item = &Value> {
        self.events.iter().filter(move |event| event["method"] == method).map(|event| &event["params"])
    }

    /// Sets width and height in CSS pixels; below 640 as a phone, which obeys the page's viewport.
    pub fn resize(&mut self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 640 });
        self.call("Emulation.setDeviceMetricsOverride", size);
    }

    /// `media`: screen or print; `scheme`: light or dark.
    pub fn emulate(&mut self, media: &str, scheme: &str) {
        let scheme = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.call("Emulation.setEmulatedMedia", json!({ "media": media, "features": scheme }));
    }
}

impl Drop for Tab<'_> {
    fn drop(&mut self) {
        // A browser that is already gone would only hide why the test fails.
        if !thread::panicking() {
            let close = json!({ "targetId": self.target });
            self.browser.ask(None, "Target.closeTarget", close, &mut Vec::new());
        }
    }
}
