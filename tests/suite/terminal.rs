//! What a reader sees on the terminal, from the bundled sample: a changed line here is a changed page there.

use crate::{corpus::sample_store, tool::Tool};

fn check(tool: &Tool, store: &str, args: &[&str]) -> String {
    let mut all = vec!["--store", store];
    all.extend(args);
    let shown = tool.done(&all).out;
    // The lexicon's hash and an entry's line change with every entry: they are not what is tested here.
    let lexicon = regex::Regex::new(r"lexicon en [0-9.]+ [0-9a-f]{8}").unwrap();
    let line = regex::Regex::new(r"\.toml:[0-9]+:").unwrap();
    line.replace_all(&lexicon.replace_all(&shown, "lexicon [LEXICON]"), ".toml:[LINE]:").into_owned()
}

#[test]
fn pages_on_the_terminal() {
    let tool = Tool::new();
    let store = sample_store(&tool);

    let days_read_as_a_table = check(&tool, &store, &["days", "--from", "2024-05-27", "--to", "2024-06-02"]);
    insta::assert_snapshot!(days_read_as_a_table, @r##"
    day         docs  sources  stories   fear       z  debasement      z  narrative
    2024-05-27    13        8       13  0.077  -0.982       0.398  3.807      2.394
    2024-05-28    12        8       12  0.083  -0.722       0.459  5.469      3.095
    2024-05-29    12        6       12  0.094  -0.719       0.239  2.702      1.710
    2024-05-30    13        8       13  0.000  -1.561       0.333  3.228      2.395
    2024-05-31    12        7       11  0.182   0.123       0.266  2.477      1.177
    2024-06-01     7        6        7  0.007  -1.377       0.484  4.316      2.846
    2024-06-02     8        8        8  0.000  -1.211       0.375  3.206      2.208
    7 days: narrative 1.18 on 2024-05-31 to 3.10 on 2024-05-28, mean 2.26; 7 to 13 documents a day
    "##);

    let a_day_is_taken_apart = check(&tool, &store, &["day", "2024-06-03", "--most", "2"]);
    insta::assert_snapshot!(a_day_is_taken_apart, @r##"
    2024-06-03  TURNING  day 8
      next, flag: dollar_60d -1.8 % < 0.0 %; btc_20d +1.2 % > 0.0 % on 3 of 5 days

    Prices  as known at the cut-off; change over 60 days
      silver      31.45    +22.2 %
      gold         2317    +11.2 %, loaded-history high
      btc         51323     -4.9 %
      dollar     119.11     -1.8 %
      gap        +0.203  above 97 % of earlier days; metals less btc, log return

    Narrative  12 documents from 7 sources, 12 stories; 12 dated by their publishers alone
                                    share       z
      fear / safe haven            0.0833   -0.76
      debasement / liquidity       0.3643    2.68
        fear                       0.0000   -0.85
        geopolitics                0.0833    0.11
        safe haven                 0.0000   -0.84
        debasement                 0.0952    0.62
        liquidity                  0.1857    2.48
        fiscal                     0.0833    1.56
        btc hedge                  0.0036    0.05
        btc risk                   0.0000   -0.01
        dollar                     0.0040    0.12
        industrial demand          0.0000   -0.05
        metals supply              0.0000    0.00
        rates                      0.0040   -0.01
      narrative +1.72   7-day +1.22   28-day +0.10   turn +1.12   z +2.78

    Stories of fear / safe haven  1 of 12
      1.00  8af4584a  New tariff threat by Meridian worries Halcyon exporters
                      metalsdesk.example

    Stories of debasement / liquidity  5 of 12
      1.00  1fe94319  Deficit swells to 1.7 trillion as interest bill doubles
                      tallystick.example
      1.00  87c531bd  Reserve requirement cut releases 57 billion for lenders
                      brassbell.example

    Words behind the scores  times asserted, reversed, counted for nothing
      fear                depositors still fear 0/0/1 · worries 0/0/1
      geopolitics         new tariff 1/0/0 · war risk 0/1/0
      debasement          global money supply 1/0/0 · hard money 1/0/0
      liquidity           qe 2/0/0 · adds up the broad money 1/0/0
      fiscal              deficit swells 1/0/0
      btc hedge           protection from currency debasement 1/0/0 · hard assets 0/0/2
      dollar              dollar is down 1/0/0
      rates               yield is down 1/0/0

    `storyturn explain ID` shows an article sentence by sentence
    "##);

    let an_article_is_explained_sentence_by_sentence = check(&tool, &store, &["explain", "d9b7620f"]);
    insta::assert_snapshot!(an_article_is_explained_sentence_by_sentence, @r##"
    Freight costs fall as war risk in the strait fades
    tickerline.example · 2024-06-03T07:48:44Z · 10 words · 2 sentences, the title counting as two
    id d9b7620f14e2e5e4 · lexicon [LEXICON]

              fear  debasement
       0     -2.00               Freight costs fall as war risk [-geopolitics] in the strait fades
                                 (counts twice)
             -2.00       +0.00   sentences in all, of 2

    fear / safe haven        (0.00 assert − 2.00 reverse, not below 0,) ÷ 2 = 0.0000
    debasement / liquidity   (0.00 assert − 0.00 reverse) ÷ 2 = 0.0000
    balance                  0.0000 − 0.0000 = +0.0000

    It tells neither story.

    Mentions  sentence, words, what they say, weight, rule; below, file and entry
          [+x] asserted, [+x?] expected, [-x] reversed, [0 x] absent or doubted, [× x] left out
       0  “war risk”                       [-geopolitics]         weight 1.00  reversed by "fades"
          built in: en/geopolitics.toml:[LINE]: (war|wars) (fear|fears|risk|risks|threat|threats|worries|…

    Beaten  by a longer match of their narrative, or parted by a clause
       0  built in: en/geopolitics.toml:[LINE]: (war|wars)
    "##);

    let the_state_comes_with_its_board = check(&tool, &store, &["signal", "--as-of", "2024-06-05"]);
    insta::assert_snapshot!(the_state_comes_with_its_board, @r##"
    2024-06-05  BTC_FAVOURABLE  day 1
      flag: dollar_60d -1.8 % < 0.0 %; btc_20d +4.2 % > 0.0 % for 5 days; metals +16.7 %, Bitcoin -5.4 %
      in 60 days; gap +0.21 of a peak of +0.34, 38 % closed

    What would move it on
      to SPENT: FAILED  held 0 of 3 days
        ✗ Bitcoin since the flag 0.0 %, <= -20.0 % is needed
      to SPENT: priced in  held 0 of 3 days
        ✗ divergence_60d against half its peak +0.21, <= +0.17 is needed
        ✗ divergence_60d +0.21, <= 0.00 is needed
      to SPENT: overheated  held 0 of 10 days
        ✓ narrative_z +2.83 >= +2.00
        ✗ Bitcoin below its 60-day high by 4.4 %, <= 2.0 % is needed
      to SPENT: dollar rises  held 0 of 3 days
        ✗ dollar_60d -1.8 %, > +2.0 % is needed
      to SPENT: flag expired  held 0 of 1 days
        ✗ days since it began 0, >= 180 is needed

    Beside it  listed as evidence, gates nothing
      · metals +16.7 %, Bitcoin -5.4 % in 60 days: gap +0.21, at or above 98 % of earlier days
      · silver last at a high of the loaded history 11 sessions ago, on 2024-05-20
      · gold at a high of the loaded history today
      · silver ahead of gold by 10.8 % in 60 days
      · Bitcoin's 60-day range is 12.1 % wide, narrower than on 84 % of earlier days; 4.4 % below its
        top, 6.7 % below its highest close
      · ten-year real yield 1.98 %, +0.03 points in 60 days
      · dollar -1.8 % in 60 days
      · last actual cut today, to at most 5.25 %
      · of the easing (cuts, stimulus) that 31 articles of the last 14 days tell of, 33 % is yet to come
        and 67 % has happened
      · fiscal worry +2.3 standard deviations from its usual
      · Bitcoin is spoken of neither as a hedge nor as a risk asset
      · priced in: gap +0.21 of a peak of +0.34, 38 % closed
      · the last 180 days rest on 1206 articles, 0 % seen as they came, 0 % dated by an archive, 100 %
        by their publisher; on 850 closes, 0 % seen as they came, 100 % dated by their clock alone

    What such flags were worth
      The flag was raised 2 times from 2021-01-01 to 2024-06-05, some of them on prices alone. 90 days
      after it Bitcoin was at -16 % on average, against +4 % after any day, and higher after 0 of 1
      independent ones; within 180 days of one it fell by up to 29 %. Not distinguishable from the base
      rate (p .090, one episode where 10 are needed; a history of this length could only tell it from
      luck at +47 % or more, or at -27 % or less).

    How it came about
      2022-03-05  NEUTRAL
                  price-only: every input is known from today
      2022-03-16  METALS_LEAD
                  price-only: metals lead: divergence_rank 0.98 >= 0.80 for 3 days; metals +10.6 %,
                  Bitcoin -9.7 % in 60 days; gold at a high of the loaded history today
      2022-04-27  BTC_FAVOURABLE
                  price-only: flag: dollar_60d -1.3 % < 0.0 %; btc_20d +0.9 % > 0.0 % for 5 days; metals
                  +4.5 %, Bitcoin +1.4 % in 60 days; gap +0.03 of a peak of +0.20, 86 % closed
      2022-05-11  SPENT
                  price-only: priced in: divergence_60d against half its peak -0.05 <= +0.10;
                  divergence_60d -0.05 <= 0.00 for 3 days; metals -3.2 %, Bitcoin +1.7 % in 60 days; 14
                  days since the price-only flag of 2022-04-27
      2022-06-12  NEUTRAL
                  price-only: rest over: divergence_rank 0.75 < 0.80 for 3 days; 32 days since it began
                  (>= 30)
      2024-04-11  METALS_LEAD
                  price-only: metals lead: divergence_rank 0.91 >= 0.80 for 3 days; metals +12.0 %,
                  Bitcoin +0.8 % in 60 days; silver at a 252-session high today
      2024-05-08  SAFE_HAVEN
                  fear leads again, narrative_z -1.55, no longer METALS_LEAD; next, turn: turn -0.34, >=
                  +0.25 is needed; narrative_z -1.55, >= +0.50 is needed
      2024-05-23  DEBASEMENT
                  debasement leads, narrative_z +0.16, no longer SAFE_HAVEN; next, turn: turn +0.18, >=
                  +0.25 is needed; narrative_z +0.16, >= +0.50 is needed
      2024-05-27  TURNING
                  turn: turn +0.65 >= +0.25; narrative_z +1.77 >= +0.50 for 3 days; narrative_z +1.77:
                  debasement leads
      2024-06-05  BTC_FAVOURABLE
                  flag: dollar_60d -1.8 % < 0.0 %; btc_20d +4.2 % > 0.0 % for 5 days; metals +16.7 %,
                  Bitcoin -5.4 % in 60 days; gap +0.21 of a peak of +0.34, 38 % closed

    This is a description of what was said and paid, not a forecast. What past flags were worth:
    `storyturn evaluate`.
    "##);

    let each_day_has_its_reason =
        check(&tool, &store, &["signal", "--from", "2024-05-28", "--to", "2024-05-31"]);
    insta::assert_snapshot!(each_day_has_its_reason, @r##"
    day         state    days  narr 7d   turn  narr z  metals    btc  rank  dollar
    2024-05-28  TURNING     2    +0.57  +0.82   +2.28  +20.5%  -7.4%  0.99   -1.6%
                next, flag: btc_20d -5.1 %, > 0.0 % is needed
    2024-05-29  TURNING     3    +0.68  +0.87   +2.42  +20.7%  -5.8%  0.99   -1.6%
                next, flag: btc_20d -4.0 %, > 0.0 % is needed
    2024-05-30  TURNING     4    +0.84  +0.96   +2.63  +20.5%  -5.9%  0.99   -1.6%
                next, flag: btc_20d -2.4 %, > 0.0 % is needed
    2024-05-31  TURNING     5    +0.87  +0.96   +2.57  +17.7%  -5.1%  0.98   -1.8%
                next, flag: btc_20d -1.3 %, > 0.0 % is needed
    metals, btc and dollar over 60 days; a description of what was said and paid, not a forecast
    "##);
}
