//! Webhooks: what a server does, well or badly, and what becomes of the change.

use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::{ALL, CHANGES, Desk, ONE, QUIET, hooks, told};
use crate::server::{Answer, Asked, Part, Server};

fn desk(server: &Server, rest: &str) -> Desk {
    let desk = Desk::new(&hooks(&format!("webhook = \"{}\"\n{rest}", server.url("/hook"))), "");
    desk.ran(QUIET, 0);
    assert!(server.log().is_empty());
    desk
}

fn sent(server: &Server) -> Vec<Value> {
    server.log().iter().map(|asked| serde_json::from_slice(&asked.body).unwrap()).collect()
}

#[test]
fn changes_are_sent_in_order_once() {
    let server = Server::start(|_| Answer::status(204));
    let desk = desk(&server, "");
    let ran = desk.ran(ALL, 0);
    assert!(ran.err.contains("hook webhook: told of 3 changes\n"), "{}", ran.err);
    desk.ran(ALL, 0);
    let log = server.log();
    assert_eq!(told(&sent(&server)), CHANGES);
    for Asked { method, path, headers, .. } in &log {
        let header = |name: &str| {
            headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap_or("")
        };
        assert_eq!((method.as_str(), path.as_str()), ("POST", "/hook"));
        assert_eq!(header("content-type"), "application/json");
        assert!(header("user-agent").starts_with("storyturn/"), "{headers:?}");
        assert_eq!(header("authorization"), "");
    }
    assert!(desk.tool.done(&["store", "verify"]).out.contains("whole"));
}

#[test]
fn a_server_in_trouble_is_asked_again() {
    let server = Server::start(|asked| match asked.before {
        0 => Answer::status(500),
        1 => Answer::status(429).with("Retry-After", "0"),
        _ => Answer::status(200),
    });
    desk(&server, "").ran(ONE, 0);
    let sent = sent(&server);
    assert_eq!(sent.len(), 3);
    assert!(sent.iter().all(|one| *one == sent[0]), "the same, with the same id");
}

#[test]
fn what_a_server_refuses_waits_for_the_next_run() {
    let well = Arc::new(Mutex::new(false));
    let is_well = Arc::clone(&well);
    let server = Server::start(move |_| Answer::status(if *is_well.lock().unwrap() { 201 } else { 410 }));
    let desk = desk(&server, "");
    let ran = desk.ran(ONE, 3);
    assert!(ran.err.contains("hook webhook: it answered 410 Gone; 1 change waits"), "{}", ran.err);
    assert_eq!(server.log().len(), 1, "what is refused is not repeated at once");
    *well.lock().unwrap() = true;
    desk.ran(ONE, 0);
    assert_eq!(told(&sent(&server)), [CHANGES[0], CHANGES[0]]);
}

#[test]
fn a_long_wait_asked_for_is_kept() {
    let server = Server::start(|_| Answer::status(503).with("Retry-After", "36000"));
    let desk = desk(&server, "");
    let ran = desk.ran(ONE, 3);
    assert!(ran.err.contains("it answered 503"), "{}", ran.err);
    let ran = desk.ran(ONE, 3);
    assert!(ran.err.contains("it is left alone until "), "{}", ran.err);
    assert_eq!(server.log().len(), 1);
}

#[test]
fn redirects_are_not_followed() {
    let elsewhere = Server::start(|_| Answer::status(200));
    let to = elsewhere.url("/taken");
    for status in [301, 302, 303, 307, 308] {
        let to = to.clone();
        let server = Server::start(move |_| Answer::redirect(status, &to));
        let ran = desk(&server, "").ran(ONE, 3);
        assert!(ran.err.contains("it redirects, and what is sent to it goes nowhere else"), "{}", ran.err);
        assert_eq!(server.log().len(), 1);
    }
    assert!(elsewhere.log().is_empty());
}

#[test]
fn private_addresses_are_refused_unless_allowed() {
    let server = Server::start(|_| Answer::status(200));
    let desk = desk(&server, "");
    let config = desk.tool.read("storyturn.toml").replace("allow_hosts", "#");
    desk.tool.write("storyturn.toml", config);
    let ran = desk.ran(ONE, 3);
    assert!(ran.err.contains("127.0.0.1 is a loopback address"), "{}", ran.err);
    assert!(server.log().is_empty());
}

#[test]
fn a_long_answer_is_not_read_and_a_slow_one_not_waited_for() {
    let server = Server::start(|_| Answer::parts(Some(10 << 20), vec![Part::Endless(vec![b'x'; 1 << 16])]));
    desk(&server, "").ran(ONE, 0);
    let server = Server::start(|_| Answer::raw(vec![Part::Hang]));
    let desk = desk(&server, "timeout_secs = 0.3");
    let ran = desk.ran(ONE, 3);
    assert!(ran.err.contains("within 0.3 seconds"), "{}", ran.err);
    let gone = server.url("/hook");
    drop(server);
    desk.configure(&hooks(&format!("webhook = {gone:?}")));
    let ran = desk.ran(ONE, 3);
    assert!(ran.err.contains("no connection"), "{}", ran.err);
}

#[test]
fn offline_asks_nobody_and_loses_nothing() {
    let server = Server::start(|_| Answer::status(200));
    let desk = desk(&server, "command = [\"sh\", \"hook.sh\"]");
    desk.tool.write("hook.sh", "cat >> heard");
    desk.prices(ONE, ONE);
    let ran = desk.tool.done(&["run", "--offline"]);
    assert!(
        ran.err.contains("hook webhook: 1 change waits for a run that is not --offline\n"),
        "{}",
        ran.err
    );
    // It is new to the command, which this run was the first to know.
    assert_eq!((server.log().len(), told(&desk.heard()).len()), (0, 1));
    desk.ran(ONE, 0);
    assert_eq!((told(&sent(&server)), desk.heard().len()), (CHANGES[..1].to_vec(), 1));
}

#[test]
fn a_token_is_sent_and_neither_shown_nor_kept() {
    const SECRET: &str = "s3cret-t0ken";
    let server = Server::start(|asked| Answer::status(if asked.before == 0 { 400 } else { 200 }));
    let desk = desk(&server, "webhook_token_env = \"DESK_TOKEN\"");
    let ran = desk.ran(ONE, 3);
    assert!(ran.err.contains("it wants a token: set DESK_TOKEN"), "{}", ran.err);
    assert!(server.log().is_empty());
    let mut shown = String::new();
    for args in [
        vec!["run", "-v"],
        vec!["hooks", "list"],
        vec!["run", "-v"],
        vec!["hooks", "test"],
        vec!["hooks", "list"],
    ] {
        let output = desk.tool.command(&args).env("DESK_TOKEN", SECRET).output().unwrap();
        shown.push_str(&String::from_utf8_lossy(&output.stdout));
        shown.push_str(&String::from_utf8_lossy(&output.stderr));
    }
    let log = server.log();
    assert_eq!(log.len(), 3);
    assert!(log.iter().all(|asked| asked.header("authorization") == Some("Bearer s3cret-t0ken")));
    assert!(shown.contains("it answered 400") && !shown.contains(SECRET), "{shown}");
    for file in std::fs::read_dir(desk.tool.path("store")).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
}
