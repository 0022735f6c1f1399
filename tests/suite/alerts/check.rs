//! `signal --check`: a status and a line for cron.

use super::{ALL, Desk, ONE};

/// Status, standard output.
fn check(desk: &Desk, args: &[&str]) -> (i32, String) {
    let ran = desk.tool.run(&[&["signal", "--check"], args].concat());
    (ran.status, ran.out)
}

#[test]
fn a_change_is_a_status_and_a_line() {
    let desk = Desk::new("", "");
    desk.ran(ALL, 0);
    assert_eq!(check(&desk, &["-q"]), (0, String::new()));
    assert_eq!(check(&desk, &["-q", "--as-of", "2024-03-30"]), (0, String::new()));
    let (status, line) = check(&desk, &["-q", "--as-of", "2024-03-31"]);
    assert_eq!((status, line.lines().count()), (4, 1), "{line}");
    assert!(line.starts_with("2024-03-31 METALS_LEAD → BTC_FAVOURABLE: price-only: flag: "), "{line}");
    // Without -q the page as ever, and what was found beside it.
    let ran = desk.tool.run(&["signal", "--check", "--as-of", "2024-03-31"]);
    assert!(ran.status == 4 && ran.out.contains("What would move it on"), "{}", ran.out);
    assert!(ran.err.contains("check: METALS_LEAD became BTC_FAVOURABLE on 2024-03-31\n"), "{}", ran.err);
    let ran = desk.tool.run(&["signal", "--check"]);
    assert!(ran.status == 0 && ran.err.contains("check: no change on 2024-04-09\n"), "{}", ran.err);
    // Another form is what was asked for, whatever is checked.
    let (status, json) = check(&desk, &["-q", "--state", "--format", "json", "--as-of", "2024-03-31"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((status, &json["changed_today"]), (4, &true.into()));
    // The first known state of all is no change from anything.
    assert_eq!(check(&desk, &["-q", "--as-of", "2024-01-01"]), (0, String::new()));
    let empty = Desk::new("", "");
    empty.tool.run(&["prices", "import", "--series", "btc", "nowhere.csv"]);
    assert_eq!(check(&empty, &["-q"]).1, "");
}

#[test]
fn missing_inputs_are_a_pause() {
    let desk = Desk::new("", "");
    // Bitcoin's closes end before the metals': unknown after two days, no data after seven more.
    desk.prices(ONE + 20, ONE);
    assert_eq!(desk.tool.run(&["run"]).status, 0);
    let states = desk.tool.done(&["signal", "--format", "csv"]).out;
    let day_of = |state: &str| {
        let rows = || states.lines().skip(1).filter(|line| line.contains(state));
        rows().last().map(|line| line.split(',').next().unwrap().to_owned())
    };
    let unknown = day_of(",UNKNOWN,").unwrap();
    let ran = desk.tool.run(&["signal", "--check", "--as-of", &unknown]);
    assert_eq!(ran.status, 0, "{}", ran.out);
    assert!(
        ran.err.contains(&format!("check: inputs are missing on {unknown}, and the state before is kept"))
    );
    assert_eq!(check(&desk, &["-q", "--as-of", &unknown]), (0, String::new()));
    let first =
        states.lines().skip(1).find(|line| line > &unknown.as_str() && line.contains(",NO_DATA,")).unwrap();
    let first = first.split(',').next().unwrap();
    let (status, line) = check(&desk, &["-q", "--as-of", first]);
    assert!(status == 4 && line.starts_with(&format!("{first} METALS_LEAD → NO_DATA: ")), "{line}");
}
