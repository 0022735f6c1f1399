//! The table of transitions: which conditions lead from which phase to which, tried in this order.
//! Ways out come before ways on, so that a day which satisfies both raises no flag.
//!
//! Decided by reasoning, before any outcome was looked at, and kept whatever the history shows:
//! - A spent flag has no longest time. It ends after its rest and once the gap is no longer among the
//!   largest; a gap that stays large, as through the winter of 2025/26, is the same gap, and a second flag
//!   on it would count one episode twice. Where it lasts, the board says so every day.
//! - A flag may be raised on a gap that has closed (March 2016): the turn is told by the story and by
//!   Bitcoin's answer, and Bitcoin's answer is what closes the gap. A gate would forbid the flag whenever
//!   the thesis was right early. How much had closed stands in the flag's reason instead.
//! - The rank counts every earlier day from Bitcoin's first year on, wild ones too: leaving out the years
//!   of a thin market would be a choice made with hindsight. It makes early gaps large, later ranks lower.
//! - Ten of fourteen days with enough news is every weekday. Where all sources rest at weekends, one
//!   holiday leaves nine and the state is UNKNOWN until the holiday has left the window: too strict for
//!   them, and right for everybody else. Whoever reads weekday sources alone sets `coverage_min_days` to 8.
//!
//! Left out: streaks and phases over time (`states`).

use super::board::{Inputs, Phase, Rule, RuleId, Test};
use super::figures::Unit;
use super::{Relation, SignalOptions, SignalRow, StateBasis};

use Relation::{Above, AtLeast, AtMost, Below};

/// The rules out of a phase, in the order in which they are tried.
pub(super) fn rules(phase: Phase, inputs: &Inputs<'_>, options: &SignalOptions) -> Vec<Rule> {
    let row = inputs.row;
    let rank =
        |relation, threshold| test("divergence_rank", row.divergence_rank, relation, threshold, Unit::Rank);
    let phase_age = |days: u32| once("days since it began", Some(inputs.phase_age), AtLeast, days);
    let enter = options.enter_days;
    match phase {
        Phase::NoData | Phase::Neutral => vec![rule(
            RuleId::Lead,
            Phase::MetalsLead,
            enter,
            [
                rank(AtLeast, options.lead_rank),
                test("metals_60d", row.metals_60d, Above, options.lead_metals_60d, Unit::Change),
                test(
                    "sessions since a 252-session high",
                    inputs.sessions_since_high(),
                    AtMost,
                    f64::from(options.lead_high_sessions),
                    Unit::Count,
                ),
            ],
        )],
        Phase::MetalsLead => {
            let age = inputs.episode.map(|episode| episode.age);
            vec![
                rule(RuleId::GapGone, Phase::Neutral, enter, [rank(Below, options.leave_rank)]),
                rule(
                    RuleId::LeadOld,
                    Phase::Neutral,
                    1,
                    [once("days since metals took the lead", age, AtLeast, options.lead_max_days)],
                ),
                match inputs.basis {
                    StateBasis::PriceOnly => flag(row, options),
                    StateBasis::News => rule(
                        RuleId::Turn,
                        Phase::Turning,
                        enter,
                        [
                            test("turn", row.turn, AtLeast, options.turn, Unit::Score),
                            test(
                                "narrative_z",
                                row.narrative_z,
                                AtLeast,
                                options.turn_narrative_z,
                                Unit::Score,
                            ),
                        ],
                    ),
                },
            ]
        }
        Phase::Turning => vec![
            rule(
                RuleId::TurnLost,
                Phase::MetalsLead,
                options.turn_lost_days,
                [test("turn", row.turn, Below, options.turn_lost, Unit::Score)],
            ),
            flag(row, options),
        ],
        Phase::BtcFavourable => {
            let peak = inputs.episode.map_or(0.0, |episode| episode.peak);
            let entry = inputs.episode.and_then(|episode| episode.entry);
            // Written as differences, so that exactly 20 % is 20 %.
            let from_entry = row.btc.zip(entry).map(|(btc, entry)| (btc - entry) / entry);
            let below_high = row.btc.zip(inputs.context.btc_high).map(|(btc, high)| (high - btc) / high);
            let mut near_high = test(
                "Bitcoin below its 60-day high",
                below_high,
                AtMost,
                options.hot_below_high,
                Unit::Distance,
            );
            near_high.sustained = false;
            let mut rules = vec![
                rule(
                    RuleId::Failed,
                    Phase::Spent,
                    enter,
                    [test("Bitcoin since the flag", from_entry, AtMost, options.failed_change, Unit::Share)],
                ),
                rule(
                    RuleId::PricedIn,
                    Phase::Spent,
                    enter,
                    [
                        test(
                            "divergence_60d against half its peak",
                            row.divergence_60d,
                            AtMost,
                            options.spent_gap_share * peak,
                            Unit::Score,
                        ),
                        test("divergence_60d", row.divergence_60d, AtMost, options.spent_gap, Unit::Score),
                    ],
                ),
            ];
            if inputs.basis == StateBasis::News {
                let hot = test("narrative_z", row.narrative_z, AtLeast, options.hot_narrative_z, Unit::Score);
                rules.push(rule(RuleId::Overheated, Phase::Spent, options.hot_days, [hot, near_high]));
            }
            rules.push(rule(
                RuleId::DollarUp,
                Phase::Spent,
                enter,
                [test("dollar_60d", row.dollar_60d, Above, options.spent_dollar_60d, Unit::Change)],
            ));
            rules.push(rule(RuleId::FlagOld, Phase::Spent, 1, [phase_age(options.flag_max_days)]));
            rules
        }
        Phase::Spent => vec![rule(
            RuleId::Rest,
            Phase::Neutral,
            enter,
            [rank(Below, options.spent_rank), phase_age(options.spent_days)],
        )],
    }
}

fn flag(row: &SignalRow, options: &SignalOptions) -> Rule {
    rule(
        RuleId::Flag,
        Phase::BtcFavourable,
        options.flag_days,
        [
            test("dollar_60d", row.dollar_60d, Below, options.flag_dollar_60d, Unit::Change),
            test("btc_20d", row.btc_20d, Above, options.flag_btc_20d, Unit::Change),
        ],
    )
}

fn rule<const N: usize>(id: RuleId, to: Phase, needed: u32, tests: [Test; N]) -> Rule {
    Rule { id, to, needed: needed.max(1), tests: Vec::from(tests) }
}

fn test(name: &'static str, value: Option<f64>, relation: Relation, threshold: f64, unit: Unit) -> Test {
    Test { name, value, relation, threshold, unit, sustained: true }
}

fn once(name: &'static str, days: Option<u32>, relation: Relation, threshold: u32) -> Test {
    let unit = Unit::Count;
    Test {
        name,
        value: days.map(f64::from),
        relation,
        threshold: f64::from(threshold),
        unit,
        sustained: false,
    }
}
