//! Tests of `[hooks]`: what is understood, and what is refused with its line.

use std::{path::Path, time::Duration};

use super::*;
use crate::{calendar::Day, config::Config};

fn read(text: &str) -> Vec<Hook> {
    Config::parse(text, Path::new("conf")).unwrap_or_else(|error| panic!("{text}: {error}")).hooks
}

fn check_refused(text: &str, line: usize, says: &str) {
    let error = Config::parse(text, Path::new("")).unwrap_err();
    assert!(error.line == line && error.what.contains(says), "{text}: {error}");
    assert!(!error.to_string().contains("s3cret"), "{error}");
}

#[test]
fn one_table_or_several() {
    assert_eq!(read(""), []);
    let one = read("[hooks]\ncommand = [\"notify\", \"--to me\"]\n");
    let [Hook { name, target, on, timeout, max_age_days }] = &one[..] else { panic!("{one:?}") };
    assert_eq!((name.as_str(), on.len(), *timeout, *max_age_days), ("command", 0, TIMEOUT, MAX_AGE_DAYS));
    assert_eq!(*target, HookTarget::Command(vec!["notify".to_owned(), "--to me".to_owned()]));

    let both = read("[hooks]\ncommand = [\"a\"]\nwebhook = \"https://b.example/c\"\n");
    assert_eq!(both.iter().map(|hook| hook.name.as_str()).collect::<Vec<_>>(), ["command", "webhook"]);

    let several = read(
        "[[hooks]]\nname = \"phone\"\nwebhook = \"https://b.example/c\"\non = [\"BTC_FAVOURABLE\", \"NO_DATA\"]\n\
         timeout_secs = 2.5\nmax_age_days = 3\n[[hooks]]\nname = \"x\"\ncommand = [\"a\"]\nwebhook = \"http://b.example\"\n",
    );
    let names: Vec<_> = several.iter().map(|hook| hook.name.as_str()).collect();
    assert_eq!(names, ["phone", "x command", "x webhook"]);
    assert_eq!(several[0].on, [State::BtcFavourable, State::NoData]);
    assert_eq!((several[0].timeout, several[0].max_age_days), (Duration::from_millis(2500), 3));
}

#[test]
fn a_program_given_by_a_path_lies_beside_the_file() {
    let program = |words: &str| match &read(&format!("[hooks]\ncommand = [{words:?}]\n"))[0].target {
        HookTarget::Command(words) => words[0].clone(),
        HookTarget::Webhook { .. } => unreachable!(),
    };
    assert_eq!(program("notify"), "notify");
    assert_eq!(program("./notify.sh"), "conf/./notify.sh");
    assert_eq!(program("bin/notify"), "conf/bin/notify");
    assert_eq!(program("/usr/bin/notify"), "/usr/bin/notify");
}

#[test]
fn a_hook_hears_of_the_states_it_names() {
    let hook = |on: &str| read(&format!("[hooks]\ncommand = [\"a\"]\n{on}")).remove(0);
    let change = |from, to| Change { day: Day(0), from, to };
    let flag = change(State::Turning, State::BtcFavourable);
    let over = change(State::BtcFavourable, State::Spent);
    let lead = change(State::Neutral, State::SafeHaven);
    for (on, expected) in [
        ("", [true, true, true]),
        ("on = [\"BTC_FAVOURABLE\"]", [true, true, false]),
        ("on = [\"SPENT\"]", [false, true, false]),
        ("on = [\"NO_DATA\"]", [false, false, false]),
    ] {
        assert_eq!([flag, over, lead].map(|change| hook(on).hears(&change)), expected, "{on}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused_with_its_line() {
    let check = |keys: &str, line: usize, says: &str| {
        check_refused(&format!("[hooks]\n{keys}\n"), line, says);
        check_refused(&format!("[[hooks]]\n{keys}\n"), line, says);
    };
    check("comand = [\"a\"]", 2, "comand");
    check("command = \"notify --to me\"", 2, "not a line for a shell");
    check("command = []", 2, "names no program");
    check("command = [\"\"]", 2, "names no program");
    check("webhook = \"b.example/s3cret\"", 2, "no http or https address");
    check("webhook = \"https://me:s3cret@b.example/\"", 2, "never sent");
    check("command = [\"a\"]\non = [\"TURN\"]", 3, "\"TURN\" is no state: use NO_DATA, NEUTRAL");
    check("command = [\"a\"]\non = [\"UNKNOWN\"]", 3, "a pause");
    check("command = [\"a\"]\non = []", 3, "names no state");
    check("name = \"a\"", 1, "needs a command or a webhook");
    check("command = [\"a\"]\nname = \" \"", 1, "no name for a hook");
    check("command = [\"a\"]\ntimeout_secs = 0", 1, "no time at all");
    check("command = [\"a\"]\nmax_age_days = 0", 3, "use 1 or more");
    check("command = [\"a\"]\nwebhook_token_env = \"A\"", 1, "needs a webhook");
    let url = "webhook = \"https://b.example/c\"";
    check(&format!("{url}\nwebhook_token_env = \"xoxb-s3cret\""), 1, "name of an environment variable");
    check(&format!("{url}\nwebhook_token_header = \"X-Key\""), 1, "needs webhook_token_env");
    check(
        &format!("{url}\nwebhook_token_env = \"A\"\nwebhook_token_header = \"x y\""),
        1,
        "name of a header",
    );
    check("webhook = \"https://b.example/{token}\"", 1, "needs webhook_token_env");
    for host in ["{token}", "{token}.b.example", "b.example:{token}", "{token}?a", "b.example{token}#c"] {
        check(
            &format!("webhook_token_env = \"A\"\nwebhook = \"https://{host}/c\""),
            3,
            if host.contains(":{") { "no http or https" } else { "token in its host" },
        );
    }
    for header in ["Host", "content-length"] {
        let keys = format!("{url}\nwebhook_token_env = \"A\"\nwebhook_token_header = \"{header}\"");
        check(&keys, 1, "header of the connection");
    }
    check_refused("[[hooks]]\ncommand = [\"a\"]\n[[hooks]]\ncommand = [\"b\"]\n", 3, "two hooks are called");
    check_refused("hooks = 3\n", 1, "one [hooks] table or several [[hooks]]");
}

#[test]
fn tokens_have_three_places_and_are_never_shown() {
    let place =
        |keys: &str| match read(&format!("[hooks]\nwebhook_token_env = \"A\"\n{keys}\n")).remove(0).target {
            HookTarget::Webhook { token, .. } => token.unwrap().place,
            HookTarget::Command(_) => unreachable!(),
        };
    assert_eq!(place("webhook = \"https://b.example/c\""), TokenPlace::Bearer);
    assert_eq!(place("webhook = \"https://b.example/{token}\""), TokenPlace::Address);
    let header = "webhook = \"https://b.example/c\"\nwebhook_token_header = \"X-Key\"";
    assert_eq!(place(header), TokenPlace::Header("X-Key".to_owned()));
    for (url, shown) in [
        ("https://hooks.example/services/s3cret", "https://hooks.example"),
        ("https://hooks.example?key=s3cret", "https://hooks.example"),
        ("http://127.0.0.1:8080/s3cret#s3cret", "http://127.0.0.1:8080"),
    ] {
        assert_eq!(HookTarget::Webhook { url: url.to_owned(), token: None }.to_string(), shown);
    }
    let words = ["notify", "--key", "s3cret"].map(str::to_owned).to_vec();
    assert_eq!(HookTarget::Command(words).to_string(), "notify");
}
