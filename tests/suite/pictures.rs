//! Pictures on the terminal, from the bundled sample: drawn where they are asked for, and within the page.

use unicode_width::UnicodeWidthStr;

use crate::{corpus::sample_store, tool::Tool};

/// Characters that only pictures are made of.
const DRAWN: [char; 12] = ['█', '▌', '▐', '│', '▁', '▄', '▇', '━', '─', '●', '○', '▸'];

fn check(tool: &Tool, store: &str, args: &[&str]) -> String {
    tool.done(&[&["--store", store], args].concat()).out
}

#[test]
fn pictures_on_a_wide_page() {
    let tool = Tool::new();
    let store = sample_store(&tool);

    let days = ["days", "--from", "2024-05-27", "--to", "2024-06-02", "--width", "120"];
    let days_with_bars = check(&tool, &store, &days);
    insta::assert_snapshot!(days_with_bars, @r##"
    day         docs  0     13  sources  stories   fear       z  debasement      z  narrative  ◂ -2.5  0  +2.5 ▸
    2024-05-27    13  ████████        8       13  0.077  -0.982       0.398  3.807      2.394          │███████▌
    2024-05-28    12  ███████▍        8       12  0.083  -0.722       0.459  5.469      3.095          │███████▸
    2024-05-29    12  ███████▍        6       12  0.094  -0.719       0.239  2.702      1.710          │█████▌
    2024-05-30    13  ████████        8       13  0.000  -1.561       0.333  3.228      2.395          │███████▌
    2024-05-31    12  ███████▍        7       11  0.182   0.123       0.266  2.477      1.177          │████
    2024-06-01     7  ████▎           6        7  0.007  -1.377       0.484  4.316      2.846          │███████▸
    2024-06-02     8  ████▉           8        8  0.000  -1.211       0.375  3.206      2.208          │███████
    7 days: narrative 1.18 on 2024-05-31 to 3.10 on 2024-05-28, mean 2.26; 7 to 13 documents a day
    "##);

    let narratives = ["days", "--narratives", "--from", "2024-05-20", "--to", "2024-06-18", "--width", "130"];
    let a_spark_for_each_narrative = check(&tool, &store, &narratives);
    insta::assert_snapshot!(a_spark_for_each_narrative, @r##"
    Narratives
                             last   mean  lowest  on          highest  on
    fear / safe haven       -1.26  -0.49   -1.56  2024-05-30     2.12  2024-05-20  █▆▄▅▄▁▆▂▃▃▁▄▁▂▃▃▂▁▃▃▂▂▂▅▁▃▃▄▄▂
    debasement / liquidity   0.86   2.53    0.07  2024-06-16     5.47  2024-05-28  ▁▆▃▃▂▅▇▆█▄▅▄▇▅▄▄▇▄▃▅▄▃▅▃▃▅▂▁▅▂
      fear                  -0.77  -0.33   -1.04  2024-05-30     0.95  2024-05-21  ▇█▃▇█▂█▂▂▂▁▂▂▃▂▂▂▁▂▂▂▅▄▇▁▂▆▂▆▂
      geopolitics           -0.72  -0.28   -1.17  2024-05-25     1.15  2024-05-31  ▇▇▄▂▃▁▆▁▅▅▂█▁▂▅▅▂▂▂▆▂▂▂▅▂▆▁▆▅▂
      safe haven            -0.69  -0.33   -0.88  2024-05-29     1.91  2024-05-20  █▁▃▆▂▂▂▃▁▁▂▂▂▃▁▁▁▂▆▂▃▁▂▁▂▂▂▃▂▁
      debasement            -0.44   1.50   -0.67  2024-06-15     5.19  2024-05-28  ▃▄▁▃▃▄▆▄█▃▅▄█▃▃▆▃▂▃▃▁▄▅▃▃▅▁▁▆▁
      liquidity              0.51   1.65   -0.62  2024-06-13     5.47  2024-06-05  ▁▄▆▃▃▄▆▄▃▅▃▃▂▅▅▁█▅▃▆▅▃▄▄▁▂▂▃▃▂
      fiscal                 1.94   1.04   -0.32  2024-06-10     3.67  2024-06-17  ▁▅▁▁▁▂▅▅█▁▅▁▅▁▄▄▆▁▄▁▅▁▄▁▅▃▆▁█▅
      btc hedge             -0.07   0.44   -0.35  2024-06-08     2.42  2024-05-30  ▂▂▁▂▂▇▂▂▂▇█▂▆▆▂▂▁▁▂▁▁▂▂▅▅▂▁▂█▂
      btc risk              -0.12  -0.05   -0.24  2024-06-09    -0.01  2024-06-07  █▅████▃█▅████▃█▅████▁█▆████▄█▅
      dollar                -0.21   0.60   -0.41  2024-06-14     5.19  2024-05-24  ▁▂▂▂█▁▁▁▁▂▂▂▁▁▂▄▂▄▅▁▂▇▁▂▁▁▅▁▁▁
      industrial demand     -0.28  -0.01   -0.32  2024-05-31     2.41  2024-06-17  ▂▁▁▂▁▁▂▂▁▁▂▁▁▂▂▁▁▂▁▁▂▂▁▁▆▁▁▂█▁
      metals supply          0.00   0.00    0.00  2024-05-20     0.00  2024-06-18  ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
      rates                 -0.28  -0.12   -0.29  2024-05-21     0.05  2024-05-30  ▄▁▆▇▂▆▂▂▂▆█▅▆▃▇▁▆▆▅▆▆▅▃▆▆▂▆▃▅▁
    standard deviations from what its sources usually tell; sparks from 2024-05-20 to 2024-06-18, each from its own lowest to its
    highest
    "##);

    let state = check(&tool, &store, &["signal", "--as-of", "2024-06-05", "--state", "--width", "110"]);
    let the_state_with_the_weeks_before = state.split("\nBeside it").next().unwrap();
    insta::assert_snapshot!(the_state_with_the_weeks_before, @r##"
    2024-06-05  BTC_FAVOURABLE  day 1
      flag: dollar_60d -1.8 % < 0.0 %; btc_20d +4.2 % > 0.0 % for 5 days; metals +16.7 %, Bitcoin -5.4 % in 60
      days; gap +0.21 of a peak of +0.34, 38 % closed

    The last 77 days  one mark a day
      state         N━━━━━━━━━━━━━━━━━━━━M━━━━━━━━━━━━━━━━━━━━━━━━━━H━━━━━━━━━━━━━━D━━━T━━━━━━━━B
      narrative 7d  ▄▄▄▄▄▄▄▅▄▄▄▄▄▄▄▄▄▄▃▃▃▃▃▃▃▃▂▂▂▂▂▂▂▂▂▁▂▂▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▂▂▂▂▂▂▂▃▃▃▄▄▅▆▆▆▆▇▇▇██  -1.07 to +1.42
      gap 60d       ▁▂▁▁▂▂▁▂▂▂▂▃▃▃▂▂▂▃▃▄▄▄▅▅▅▅▅▅▅▅▅▅▅▅▅▅▆▆▆▆▅▅▅▅▅▅▅▅▅▆▆▆▇▆▆▇▇▇▇▇████▇█▇▇▇▇▆▆▆▆▆▆▆  -0.09 to +0.34
                    2024-03-21                                                         2024-06-05
      N NEUTRAL · M METALS_LEAD · H SAFE_HAVEN · D DEBASEMENT · T TURNING · B BTC_FAVOURABLE
      narrative: fear below zero, debasement above; gap: metals less Bitcoin, log return; each from its lowest to
      its highest of these days

    What would move it on  meters: from the farthest of 90 days to the threshold
      to SPENT: FAILED  held 0 of 3 days ○○○
        ✗            Bitcoin since the flag 0.0 %, <= -20.0 % is needed
      to SPENT: priced in  held 0 of 3 days ○○○
        ✗ ━━━━━━━╸── divergence_60d against half its peak +0.21, <= +0.17 is needed
        ✗ ━━━╸────── divergence_60d +0.21, <= 0.00 is needed
      to SPENT: overheated  held 0 of 10 days ○○○○○○○○○○
        ✓ ━━━━━━━━━━ narrative_z +2.83 >= +2.00
        ✗            Bitcoin below its 60-day high by 4.4 %, <= 2.0 % is needed
      to SPENT: dollar rises  held 0 of 3 days ○○○
        ✗ ────────── dollar_60d -1.8 %, > +2.0 % is needed
      to SPENT: flag expired  held 0 of 1 days ○
        ✗ ────────── days since it began 0, >= 180 is needed
    "##);

    let signal = ["signal", "--from", "2024-05-25", "--to", "2024-05-31", "--width", "120"];
    let each_day_with_bars = check(&tool, &store, &signal);
    insta::assert_snapshot!(each_day_with_bars, @r##"
    The last 7 days  one mark a day
      state         D━T━━━━
      narrative 7d  ▁▂▄▆▇██  -0.09 to +0.87
      gap 60d       █▇▅▄▃▃▁  +0.22 to +0.32
                    2024-05-25 to 2024-05-31
      D DEBASEMENT · T TURNING
      narrative: fear below zero, debasement above; gap: metals less Bitcoin, log return; each from its lowest to its
      highest of these days

    day         state       days  narr 7d   turn  narr z  metals     btc  rank  dollar  -2.5 narr 7d +2.5  -0.5   gap   +0.5
    2024-05-25  DEBASEMENT     3    -0.09  +0.39   +0.90  +23.0%  -10.3%  1.00   -0.7%         ▐│                  │█████
                next, turn: turn +0.39 >= +0.25; narrative_z +0.90 >= +0.50 on 1 of 3 days
    2024-05-26  DEBASEMENT     4    +0.09  +0.51   +1.31  +21.9%   -9.3%  0.99   -0.9%          │▌                 │████▌
                next, turn: turn +0.51 >= +0.25; narrative_z +1.31 >= +0.50 on 2 of 3 days
    2024-05-27  TURNING        1    +0.31  +0.65   +1.77  +20.7%   -8.5%  0.99   -1.4%          │█                 │████▌
                turn: turn +0.65 >= +0.25; narrative_z +1.77 >= +0.50 for 3 days; narrative_z +1.77: debasement leads
    2024-05-28  TURNING        2    +0.57  +0.82   +2.28  +20.5%   -7.4%  0.99   -1.6%          │██                │████
                next, flag: btc_20d -5.1 %, > 0.0 % is needed
    2024-05-29  TURNING        3    +0.68  +0.87   +2.42  +20.7%   -5.8%  0.99   -1.6%          │██                │████
                next, flag: btc_20d -4.0 %, > 0.0 % is needed
    2024-05-30  TURNING        4    +0.84  +0.96   +2.63  +20.5%   -5.9%  0.99   -1.6%          │██▌               │████
                next, flag: btc_20d -2.4 %, > 0.0 % is needed
    2024-05-31  TURNING        5    +0.87  +0.96   +2.57  +17.7%   -5.1%  0.98   -1.8%          │███               │███▌
                next, flag: btc_20d -1.3 %, > 0.0 % is needed
    metals, btc and dollar over 60 days; a description of what was said and paid, not a forecast
    "##);

    let dumb = tool.command(&[&["--store", store.as_str()], &days[..]].concat()).env("TERM", "dumb").output();
    let on_a_dumb_terminal = String::from_utf8(dumb.unwrap().stdout).unwrap();
    insta::assert_snapshot!(on_a_dumb_terminal, @r##"
    day         docs  0     13  sources  stories   fear       z  debasement      z  narrative  < -2.5  0  +2.5 >
    2024-05-27    13  ########        8       13  0.077  -0.982       0.398  3.807      2.394          |#######:
    2024-05-28    12  ########        8       12  0.083  -0.722       0.459  5.469      3.095          |#######>
    2024-05-29    12  ########        6       12  0.094  -0.719       0.239  2.702      1.710          |#####:
    2024-05-30    13  ########        8       13  0.000  -1.561       0.333  3.228      2.395          |#######:
    2024-05-31    12  ########        7       11  0.182   0.123       0.266  2.477      1.177          |####
    2024-06-01     7  #####           6        7  0.007  -1.377       0.484  4.316      2.846          |#######>
    2024-06-02     8  #####           8        8  0.000  -1.211       0.375  3.206      2.208          |#######
    7 days: narrative 1.18 on 2024-05-31 to 3.10 on 2024-05-28, mean 2.26; 7 to 13 documents a day
    "##);
}

#[test]
fn pipes_and_files_have_no_pictures_unless_a_width_is_asked_for() {
    let tool = Tool::new();
    let store = sample_store(&tool);
    let is_drawn = |text: &str| text.contains(DRAWN);
    for args in [
        &["days"][..],
        &["days", "--narratives"],
        &["day", "2024-06-03"],
        &["signal"],
        &["signal", "--last", "20"],
        &["explain", "d9b7620f"],
    ] {
        assert!(!is_drawn(&check(&tool, &store, args)), "{args:?}");
        let file = ["-o", "page.txt"];
        check(&tool, &store, &[args, &file].concat());
        assert!(!is_drawn(&tool.read("page.txt")), "{args:?}");
        let asked = [args, &file, &["--width", "140"]].concat();
        check(&tool, &store, &asked);
        assert_eq!(is_drawn(&tool.read("page.txt")), args[0] != "explain", "{args:?}");
    }
    // Programs get what they always get.
    let csv = ["days", "--last", "5", "--format", "csv"];
    assert_eq!(check(&tool, &store, &csv), check(&tool, &store, &[&csv[..], &["--width", "200"]].concat()));
}

#[test]
fn no_line_is_wider_than_its_page() {
    let tool = Tool::new();
    let store = sample_store(&tool);
    // Headlines in scripts of other widths, and one that is far too long.
    let long = "Panic spreads ".repeat(40);
    let mut lines = String::new();
    for (place, title) in [
        "避险情绪升温，黄金创新高，美联储降息预期落空，投资者纷纷买入国债",
        "Panic 🚀⚡ as e\u{301}lan ｆａｄｅｓ: war risk, recession fears and a flight to safety across all markets",
        &long,
    ]
    .iter()
    .enumerate()
    {
        let (day, hour) = ("2024-06-27", 8 + place);
        lines.push_str(&format!(
            "{}\n",
            serde_json::json!({
                "title": title, "text": title, "published": format!("{day}T{hour:02}:00:00Z"),
                "source": format!("日报{place}.example"), "url": format!("https://a.example/{place}"),
            })
        ));
    }
    tool.write("more.jsonl", lines);
    check(&tool, &store, &["import", "more.jsonl"]);
    for width in ["60", "80", "140"] {
        for args in [
            &["days"][..],
            &["days", "--narratives"],
            &["day", "2024-06-27"],
            &["signal"],
            &["signal", "--last", "30"],
            &["explain", "d9b7620f"],
            &["explain", "more.jsonl"],
        ] {
            if args[1..] == ["more.jsonl"] {
                let first = tool.read("more.jsonl").lines().nth(1).unwrap().to_owned();
                tool.write("one.jsonl", first);
            }
            let args: Vec<&str> =
                args.iter().map(|arg| if *arg == "more.jsonl" { "one.jsonl" } else { arg }).collect();
            let shown = check(&tool, &store, &[&args[..], &["--width", width]].concat());
            let widest = shown.lines().max_by_key(|line| line.width()).unwrap_or_default();
            assert!(widest.width() <= width.parse().unwrap(), "{args:?} on {width} columns:\n{widest}");
        }
    }
}
