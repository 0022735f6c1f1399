//! Alerts: a change of state is told once, in order, and again where that failed; years of history never.
//!
//! The real tool, with prices made so that the state changes on known days, and hooks that are scripts
//! here and addresses on loopback in `webhooks`. The days are long past, so that nothing depends on today:
//! `max_age_days` says that they are news.
#![cfg(unix)]

mod check;
mod webhooks;

use serde_json::Value;

use crate::tool::{Ran, Tool};

/// Days from 2024-01-01 on; metals have 300 more before. `NO_DATA` until day 64, `NEUTRAL` from 65,
/// `METALS_LEAD` from 68, `BTC_FAVOURABLE` from 90, by prices alone.
struct Desk {
    tool: Tool,
}

const CHANGES: [(&str, &str, &str); 3] = [
    ("2024-03-06", "NO_DATA", "NEUTRAL"),
    ("2024-03-09", "NEUTRAL", "METALS_LEAD"),
    ("2024-03-31", "METALS_LEAD", "BTC_FAVOURABLE"),
];
/// Days before any change, with the first one, with the second, with all.
const QUIET: i64 = 60;
const ONE: i64 = 67;
const TWO: i64 = 72;
const ALL: i64 = 100;

/// A hook that keeps what it hears, as long as nothing stands in its way.
const KEEPER: &str = "test ! -e down || { echo the desk is down >&2; exit 7; }\ncat >> heard\n";

impl Desk {
    /// With these tables beside the usual ones, and the script `hook.sh` for them.
    fn new(hooks: &str, script: &str) -> Self {
        let desk = Self { tool: Tool::new() };
        desk.configure(hooks);
        desk.tool.write("hook.sh", script);
        desk
    }

    fn configure(&self, hooks: &str) {
        let mut config =
            "[store]\npath = \"store\"\n[signal]\nrank_min_days = 5\n[collect]\nallow_hosts = [\"127.0.0.1\"]\n\
             pause_secs = 0\nretry_pause_secs = 0.001\n"
                .to_owned();
        for series in ["btc", "gold", "silver", "dollar"] {
            config.push_str(&format!("[[prices]]\npath = \"{series}.csv\"\nclock = \"24:00\"\n"));
        }
        self.tool.write("storyturn.toml", config + hooks);
    }

    /// Closes of the first days, with Bitcoin's to another day.
    fn prices(&self, days: i64, btc: i64) {
        self.write("btc", 0..btc, |day| 40_000.0 * (1.0 + 0.004 * (day - 85.0).max(0.0)));
        self.write("dollar", 0..days, |day| 120.0 - 0.05 * day);
        for (name, level) in [("gold", 2000.0), ("silver", 25.0)] {
            self.write(name, -300..days, |day| level * (1.0 + 0.005 * (day - 65.0).max(0.0)));
        }
    }

    fn write(&self, name: &str, days: std::ops::Range<i64>, close: impl Fn(f64) -> f64) {
        let mut csv = "date,close\n".to_owned();
        for day in days {
            let date = jiff::civil::date(2024, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap();
            csv.push_str(&format!("{date},{:.4}\n", close(day as f64)));
        }
        self.tool.write(&format!("{name}.csv"), csv);
    }

    /// The daily job on so many days.
    fn run(&self, days: i64) -> Ran {
        self.prices(days, days);
        self.tool.run(&["run"])
    }

    /// The same, expecting this status.
    fn ran(&self, days: i64, status: i32) -> Ran {
        let ran = self.run(days);
        assert_eq!(ran.status, status, "{}{}", ran.out, ran.err);
        ran
    }

    fn heard(&self) -> Vec<Value> {
        let heard = std::fs::read_to_string(self.tool.path("heard")).unwrap_or_default();
        heard.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// What `hooks list` says, less the instant and the id.
    fn listed(&self) -> String {
        let json = self.tool.done(&["hooks", "list", "--format", "json"]).out;
        let rows: Vec<Value> = serde_json::from_str(&json).unwrap();
        let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
        let row = |row: &Value| {
            let cells = ["hook", "day", "from", "to", "what", "attempts", "why"].map(|name| text(&row[name]));
            cells.join(" ") + "\n"
        };
        rows.iter().map(row).collect()
    }
}

/// Day, state before and after of each record.
fn told(heard: &[Value]) -> Vec<(&str, &str, &str)> {
    let text = |value: &'_ Value, name: &str| value[name].as_str().unwrap().to_owned().leak() as &str;
    heard.iter().map(|one| (text(one, "day"), text(one, "from"), text(one, "to"))).collect()
}

/// A hook on these terms: days long past are news.
fn hooks(rest: &str) -> String {
    format!("[hooks]\nmax_age_days = 1000000\n{rest}\n")
}

fn keeper() -> Desk {
    Desk::new(&hooks("command = [\"sh\", \"hook.sh\"]"), KEEPER)
}

#[test]
fn the_first_run_over_history_tells_nothing() {
    let desk = keeper();
    desk.ran(ALL, 0);
    desk.ran(ALL, 0);
    assert_eq!(desk.heard(), Vec::<Value>::new());
    assert_eq!(desk.listed(), "command 2024-04-09 null BTC_FAVOURABLE listening null null\n");
    assert!(desk.tool.done(&["store", "verify"]).out.contains("whole"));
}

#[test]
fn every_change_is_told_once_and_in_order() {
    let desk = keeper();
    desk.ran(QUIET, 0);
    assert!(desk.heard().is_empty());
    let ran = desk.ran(ONE, 0);
    assert!(ran.err.contains("hook command: told of 1 change\n"), "{}", ran.err);
    assert_eq!(told(&desk.heard()), CHANGES[..1]);
    // A run that was missed, and runs that find nothing new.
    desk.ran(ALL, 0);
    desk.tool.done(&["run", "--offline"]);
    let heard = desk.heard();
    assert_eq!(told(&heard), CHANGES);
    let ids: std::collections::BTreeSet<&str> = heard.iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 3);
    assert!(heard.iter().all(|one| one["revised"] == false && one["test"] == false));
    assert!(desk.tool.done(&["store", "verify"]).out.contains("whole"));
    // Whoever looks tells nobody.
    assert_eq!(desk.tool.run(&["signal", "--check", "--as-of", "2024-03-31"]).status, 4);
    assert_eq!(desk.heard().len(), 3);
    // A hook that comes later hears of nothing that was.
    desk.configure(&hooks("name = \"late\"\ncommand = [\"sh\", \"hook.sh\"]"));
    desk.ran(ALL, 0);
    assert_eq!(desk.heard().len(), 3);
}

#[test]
fn the_record_says_what_a_reader_needs() {
    let desk = keeper();
    desk.ran(QUIET, 0);
    desk.ran(ALL, 0);
    let mut flag = desk.heard().pop().unwrap();
    let row = desk.tool.done(&[
        "export",
        "--published",
        "--from",
        "2024-03-31",
        "--to",
        "2024-03-31",
        "-f",
        "json",
    ]);
    let row: Vec<Value> = serde_json::from_str(&row.out).unwrap();
    assert_eq!(flag["published_at"], row[0]["published_at"]);
    for (name, figure) in flag["figures"].as_object().unwrap() {
        assert_eq!(*figure, row[0][name], "{name}");
    }
    let id = flag["id"].as_str().unwrap();
    assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    // Names of the fields, the figures left out: those are the columns of the table.
    for (name, shown) in
        [("id", "ID"), ("published_at", "INSTANT"), ("version", "VERSION"), ("figures", "FIGURES")]
    {
        flag[name] = shown.into();
    }
    let readme = include_str!("../../README.md");
    let section = readme.split("## Alerts").nth(1).unwrap().split("\n## ").next().unwrap();
    for name in flag.as_object().unwrap().keys() {
        assert!(section.contains(&format!("`{name}`")), "the README does not explain {name}");
    }
    flag["conditions"].as_array_mut().unwrap().truncate(1);
    insta::assert_snapshot!(serde_json::to_string_pretty(&flag).unwrap(), @r##"
    {
      "basis": "price-only",
      "conditions": [
        {
          "distance": 0.2,
          "held_days": 0,
          "met": false,
          "name": "Bitcoin since the flag",
          "needed_days": 3,
          "relation": "<=",
          "rule": "FAILED",
          "threshold": -0.2,
          "to": "SPENT",
          "value": 0.0,
          "words": "Bitcoin since the flag 0.0 %, <= -20.0 % is needed"
        }
      ],
      "day": "2024-03-31",
      "figures": "FIGURES",
      "flag": true,
      "from": "METALS_LEAD",
      "id": "ID",
      "note": "a description of what was said and paid, not a forecast",
      "published_at": "INSTANT",
      "reason": "price-only: flag: dollar_60d -2.5 % < 0.0 %; btc_20d +2.0 % > 0.0 % for 5 days; metals +12.5 %, Bitcoin +2.0 % in 60 days; gap +0.10 of a peak of +0.10, 0 % closed",
      "revised": false,
      "test": false,
      "text": "2024-03-31 METALS_LEAD → BTC_FAVOURABLE: price-only: flag: dollar_60d -2.5 % < 0.0 %; btc_20d +2.0 % > 0.0 % for 5 days; metals +12.5 %, Bitcoin +2.0 % in 60 days; gap +0.10 of a peak of +0.10, 0 % closed",
      "to": "BTC_FAVOURABLE",
      "track_record": "The flag was raised once from 2024-01-01 to 2024-04-09, on prices alone, so this says nothing of the narrative. None is old enough to have a return over 90 days.",
      "version": "VERSION"
    }
    "##);
}

#[test]
fn what_could_not_be_told_is_told_by_the_next_run() {
    let desk = keeper();
    desk.ran(QUIET, 0);
    desk.tool.write("down", "");
    let ran = desk.ran(TWO, 3);
    assert!(
        ran.err.contains(
            "warning: hook command: it ended with status 7; 2 changes wait for the next run\nhint: "
        ),
        "{}",
        ran.err
    );
    // Its words are for those who ask; the state is shown all the same.
    assert!(
        !ran.err.contains("the desk is down") && ran.out.contains("METALS_LEAD"),
        "{}{}",
        ran.out,
        ran.err
    );
    let ran = desk.tool.run(&["run", "-v"]);
    assert!(ran.status == 3 && ran.err.contains("hook command: the desk is down\n"), "{}", ran.err);
    assert_eq!(
        desk.listed(),
        "command 2024-02-29 null NO_DATA listening null null\n\
         command 2024-03-06 NO_DATA NEUTRAL failed 2 it ended with status 7\n\
         command 2024-03-09 NEUTRAL METALS_LEAD waiting 0 null\n"
    );
    std::fs::remove_file(desk.tool.path("down")).unwrap();
    desk.ran(ALL, 0);
    assert_eq!(told(&desk.heard()), CHANGES);
    assert!(desk.listed().contains("NO_DATA NEUTRAL delivered 3 null\n"), "{}", desk.listed());
}

#[test]
fn a_kill_costs_a_repetition_and_no_change() {
    // Killed when it was told, before that could be noted; and when it was about to be.
    for (script, times) in [
        ("cat >> heard; test -e dead || { touch dead; kill -9 $PPID; }", 2),
        ("test -e dead || { touch dead; kill -9 $PPID; exit; }; cat >> heard", 1),
    ] {
        let desk = Desk::new(&hooks("command = [\"sh\", \"hook.sh\"]"), script);
        desk.ran(QUIET, 0);
        assert_eq!(desk.run(ONE).status, -1);
        desk.ran(ONE, 0);
        desk.ran(ONE, 0);
        let heard = desk.heard();
        assert_eq!(told(&heard), [CHANGES[0]].repeat(times), "{script}");
        assert!(heard.iter().all(|one| one["id"] == heard[0]["id"]), "{heard:?}");
        assert!(desk.tool.done(&["store", "verify"]).out.contains("whole"));
    }
}

#[test]
fn a_hook_hears_of_the_states_it_names_and_each_by_itself() {
    let tables = "[[hooks]]\nname = \"flag\"\ncommand = [\"sh\", \"hook.sh\"]\non = [\"BTC_FAVOURABLE\"]\nmax_age_days = 1000000\n\
                  [[hooks]]\nname = \"broken\"\ncommand = [\"./nowhere\"]\nmax_age_days = 1000000\n";
    let desk = Desk::new(tables, KEEPER);
    desk.ran(QUIET, 0);
    let ran = desk.ran(ALL, 3);
    assert!(ran.err.contains("hook flag: told of 1 change\n"), "{}", ran.err);
    assert!(ran.err.contains("hook broken: it cannot be started: "), "{}", ran.err);
    assert_eq!(told(&desk.heard()), CHANGES[2..]);
}

#[test]
fn what_is_old_is_no_news() {
    let desk = Desk::new("[hooks]\ncommand = [\"sh\", \"hook.sh\"]\n", KEEPER);
    desk.ran(QUIET, 0);
    let ran = desk.ran(ALL, 0);
    assert!(ran.err.contains("hook command: 3 changes are too old to be told"), "{}", ran.err);
    let ran = desk.ran(ALL, 0);
    assert!(!ran.err.contains("too old"), "said once: {}", ran.err);
    assert!(desk.heard().is_empty() && desk.listed().matches(" lapsed 0 ").count() == 3, "{}", desk.listed());
}

#[test]
fn what_later_data_unmake_is_told_and_told_back() {
    let desk = keeper();
    desk.ran(QUIET, 0);
    desk.tool.write("down", "");
    desk.ran(TWO, 3);
    std::fs::remove_file(desk.tool.path("down")).unwrap();
    // The metals never rose: the file was wrong.
    desk.prices(TWO, TWO);
    for name in ["gold", "silver"] {
        desk.write(name, -300..TWO, |_| 2000.0);
        desk.tool.done(&["prices", "import", "--replace", "--clock", "24:00", &format!("{name}.csv")]);
    }
    assert_eq!(desk.tool.run(&["run"]).status, 0);
    let heard = desk.heard();
    assert_eq!(told(&heard), CHANGES[..2]);
    assert_eq!((&heard[0]["revised"], &heard[1]["revised"]), (&false.into(), &true.into()));
    // The next published day leads back from what was said.
    desk.prices(TWO + 1, TWO + 1);
    for name in ["gold", "silver"] {
        desk.write(name, -300..TWO + 1, |_| 2000.0);
    }
    assert_eq!(desk.tool.run(&["run"]).status, 0);
    let back = desk.heard().pop().unwrap();
    assert_eq!(told(std::slice::from_ref(&back)), [("2024-03-13", "METALS_LEAD", "NEUTRAL")]);
    assert_eq!(back["revised"], true);
}

#[test]
fn a_command_that_hangs_or_floods_is_bounded() {
    let flood = "head -c 20000000 /dev/zero | tr '\\0' x; echo; echo done; cat >> heard";
    let desk = Desk::new(&hooks("command = [\"sh\", \"hook.sh\"]"), flood);
    desk.ran(QUIET, 0);
    desk.ran(ONE, 0);
    assert_eq!(desk.heard().len(), 1);
    let hang = "sleep 1000; cat >> heard";
    let desk = Desk::new(&hooks("command = [\"sh\", \"hook.sh\"]\ntimeout_secs = 0.5"), hang);
    desk.ran(QUIET, 0);
    let ran = desk.ran(ONE, 3);
    assert!(ran.err.contains("it was not done within 0.5 seconds, and was ended"), "{}", ran.err);
    assert!(desk.heard().is_empty());
}

#[test]
fn a_hook_is_tried_without_a_change() {
    let desk = keeper();
    let none = desk.tool.run(&["hooks", "test"]);
    assert!(none.status == 1 && none.err.contains("there is no store"), "{}", none.err);
    desk.ran(ALL, 0);
    let ran = desk.tool.done(&["hooks", "test"]);
    assert!(ran.err.contains("hook command: took the test\n"), "{}", ran.err);
    let heard = desk.heard();
    assert_eq!(told(&heard), CHANGES[2..]);
    assert_eq!((&heard[0]["test"], &heard[0]["id"]), (&true.into(), &"test".into()));
    assert!(
        heard[0]["text"].as_str().unwrap().starts_with("test: 2024-03-31 METALS_LEAD → BTC_FAVOURABLE: ")
    );
    assert!(heard[0]["track_record"].is_string());
    // Nothing of it is noted.
    assert_eq!(desk.listed().lines().count(), 1);
    desk.tool.write("down", "");
    let ran = desk.tool.run(&["hooks", "test", "--hook", "command"]);
    assert!(ran.status == 1 && ran.err.contains("the desk is down"), "{}", ran.err);
    for (args, says) in [
        (vec!["hooks", "test", "--hook", "phone"], "no hook is called \"phone\""),
        (vec!["hooks", "test", "--as-of", "2024-03-31"], "--as-of shows an earlier evening"),
        (vec!["run", "--as-of", "2024-03-31"], "--as-of shows an earlier evening"),
    ] {
        let ran = desk.tool.run(&args);
        assert!(ran.status == 2 && ran.err.contains(says), "{args:?} {}", ran.err);
    }
    desk.configure("");
    let ran = desk.tool.run(&["hooks", "test"]);
    assert!(ran.status == 2 && ran.err.contains("no hook is configured"), "{}", ran.err);
}

#[test]
fn a_file_that_cannot_be_written_mutes_nobody() {
    let desk = Desk::new(
        &format!(
            "[[export]]\npath = \"store/seal.json/signal.csv\"\n{}",
            hooks("command = [\"sh\", \"hook.sh\"]")
        ),
        KEEPER,
    );
    assert_eq!(desk.run(QUIET).status, 1);
    assert_eq!(desk.run(ONE).status, 1);
    assert_eq!(told(&desk.heard()), CHANGES[..1]);
}
