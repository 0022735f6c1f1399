//! The state machine: one step a day, at most one change a day.
//!
//! A day is valid when everything the machine rests on is known: both metals, Bitcoin and what is
//! derived of them; the dollar once it has been known, or once a state is entered that the dollar leads
//! out of; the narrative once it has been measurable.
//! On any other day the state is UNKNOWN, the state before is frozen and no streak survives; after
//! a week of that it is NO_DATA, the episode is forgotten, and the first valid day is NEUTRAL.
//! A rule's streak counts days within the state it leads out of; ages count calendar days, the
//! frozen ones too.

use super::board::{Episode, Inputs, LastSeen, Phase, Rule, RuleId, published};
use super::measures::Context;
use super::options::Mode;
use super::rules::rules;
use super::{Condition, SignalOptions, SignalRow, State, StateBasis, words};
use crate::calendar::Day;
use crate::panel::{Leg, Panel};

pub(super) fn run(panel: &Panel, rows: &mut [SignalRow], context: &[Context], options: &SignalOptions) {
    let mut machine = Machine::new(options);
    for at in 0..rows.len() {
        let missing = machine.missing(panel, rows, context, at);
        let outcome = machine.step(panel, rows, context, at, &missing);
        let row = &mut rows[at];
        row.missing = missing;
        row.state = outcome.state;
        row.basis = machine.basis;
        row.flag = outcome.flag;
        row.reason = outcome.reason;
        row.conditions = outcome.conditions;
        row.state_days = machine.name_days(row.day, row.state);
        let episode = machine.episode.map(|episode| episode.peak);
        let recent = &context[(at + 1).saturating_sub(options.lead_max_days as usize)..=at];
        let row = &mut rows[at];
        row.facts.in_episode = episode.is_some();
        row.facts.peak = episode.or_else(|| recent.iter().filter_map(|context| context.gap).reduce(f64::max));
        row.facts.btc_high = context[at].btc_high;
        row.facts.fiscal_z = context[at].fiscal_z;
        row.facts.recent_cut_days = options.recent_cut_days;
    }
}

struct Outcome {
    state: State,
    flag: bool,
    reason: String,
    conditions: Vec<Condition>,
}

struct Machine<'a> {
    options: &'a SignalOptions,
    basis: StateBasis,
    /// The dollar has been known, or a state was entered that it leads out of: a flag that could never
    /// be raised must not pass for one that was not.
    dollar_needed: bool,
    last: LastSeen,
    phase: Phase,
    since: Day,
    /// How the phase came about, for the days after.
    cause: String,
    episode: Option<Episode>,
    began: Day,
    /// Days in a row the conditions that must last have held: the machine moves by these.
    streaks: [u32; RuleId::COUNT],
    /// Days in a row the whole rule has held: the board shows these.
    whole: [u32; RuleId::COUNT],
    /// The gap on the days of the running streak towards an episode.
    candidate_peak: f64,
    unknown_days: u32,
    /// The name published last, UNKNOWN apart, and since when.
    named: Option<(State, Day)>,
}

impl<'a> Machine<'a> {
    fn new(options: &'a SignalOptions) -> Self {
        Self {
            options,
            basis: StateBasis::PriceOnly,
            dollar_needed: false,
            last: LastSeen::default(),
            phase: Phase::NoData,
            since: Day(0),
            cause: String::new(),
            episode: None,
            began: Day(0),
            streaks: [0; RuleId::COUNT],
            whole: [0; RuleId::COUNT],
            candidate_peak: f64::NEG_INFINITY,
            unknown_days: 0,
            named: None,
        }
    }

    /// Everything the machine cannot do without and does not have, in words: news first, then prices.
    fn missing(&mut self, panel: &Panel, rows: &[SignalRow], context: &[Context], at: usize) -> Vec<String> {
        let (row, context) = (&rows[at], &context[at]);
        if self.options.mode == Mode::Auto && row.narrative_z.is_some() {
            self.basis = StateBasis::News;
        }
        let gated = matches!(self.phase, Phase::MetalsLead | Phase::Turning | Phase::BtcFavourable);
        self.dollar_needed |= gated || row.dollar_60d.is_some();
        self.last.see(&panel.rows[at], row);
        let mut missing = Vec::new();
        if self.basis == StateBasis::News && (row.turn.is_none() || row.narrative_z.is_none()) {
            missing.push(words::missing_news(row, context, &self.last, self.options));
        }
        let legs = [
            (Leg::Btc, row.btc_60d, 60),
            (Leg::Btc, row.btc_20d, 20),
            (Leg::Silver, row.silver_60d, 60),
            (Leg::Gold, row.gold_60d, 60),
            (Leg::Dollar, row.dollar_60d, 60),
        ];
        let needed = legs.iter().filter(|(leg, ..)| *leg != Leg::Dollar || self.dollar_needed);
        for (leg, _, days) in needed.filter(|(_, change, _)| change.is_none()) {
            missing.push(words::missing_leg(panel, at, *leg, self.last.close(*leg), *days));
        }
        // Both legs of Bitcoin's returns lack the same close where today's is unknown.
        missing.dedup();
        // What follows from a missing close is not named beside it.
        if row.divergence_rank.is_none() && row.divergence_60d.is_some() {
            let (has, needs) = (context.earlier, self.options.rank_min_days);
            missing.push(format!("divergence_rank needs {needs} earlier days, the gap is known on {has}"));
        }
        let metals = row.silver.is_some() && row.gold.is_some();
        if metals && self.inputs(panel, rows, context, at).sessions_since_high().is_none() {
            missing.push(
                "silver or gold has fewer than 253 closes, so no 252-session high can be told".to_owned(),
            );
        }
        missing
    }

    fn inputs<'b>(
        &self,
        panel: &'b Panel,
        rows: &'b [SignalRow],
        context: &'b Context,
        at: usize,
    ) -> Inputs<'b> {
        let row = &rows[at];
        let age = |since: Day| u32::try_from(row.day - since).unwrap_or(0);
        let episode = self.episode.map(|episode| Episode { age: age(self.began), ..episode });
        Inputs {
            row,
            panel: &panel.rows[at],
            context,
            basis: self.basis,
            episode,
            phase_age: age(self.since),
        }
    }

    fn step(
        &mut self,
        panel: &Panel,
        rows: &[SignalRow],
        context: &[Context],
        at: usize,
        missing: &[String],
    ) -> Outcome {
        let row = &rows[at];
        if !missing.is_empty() {
            return self.without(panel, rows, &context[at], at, &missing.join("; "));
        }
        self.unknown_days = 0;
        if self.phase == Phase::NoData {
            self.enter(Phase::Neutral, row, "every input is known from today".to_owned());
            return self.outcome(panel, rows, &context[at], at, self.cause.clone());
        }
        if let (Some(episode), Some(gap)) = (&mut self.episode, row.divergence_60d) {
            episode.peak = episode.peak.max(gap);
        }
        let inputs = self.inputs(panel, rows, &context[at], at);
        let rules = rules(self.phase, &inputs, self.options);
        for rule in &rules {
            let count = |days: &mut u32, holds: bool| *days = if holds { *days + 1 } else { 0 };
            count(&mut self.streaks[rule.id as usize], rule.sustained());
            count(&mut self.whole[rule.id as usize], rule.whole());
        }
        if let Some(gap) = row.divergence_60d.filter(|_| self.phase == Phase::Neutral) {
            let running = self.streaks[RuleId::Lead as usize] > 0;
            self.candidate_peak = if running { self.candidate_peak.max(gap) } else { f64::NEG_INFINITY };
        }
        let fired =
            rules.iter().find(|rule| self.streaks[rule.id as usize] >= rule.needed && rule.on_the_day());
        match fired {
            Some(rule) => {
                let (to, id) = (rule.to, rule.id);
                let reason = words::entered(rule, &inputs);
                self.enter(to, row, reason.clone());
                let mut outcome = self.outcome(panel, rows, &context[at], at, reason);
                outcome.flag = id == RuleId::Flag;
                outcome
            }
            None => {
                let mut held =
                    words::held(self.phase, &rules, &self.streaks, &inputs, &self.cause, self.since);
                let name = published(self.phase, row, self.basis);
                if let Some((before, _)) = self.named.filter(|(before, _)| *before != name) {
                    held = words::renamed(before, row, &held);
                }
                self.outcome_with(row, &rules, held)
            }
        }
    }

    /// A day on which something is missing.
    fn without(
        &mut self,
        panel: &Panel,
        rows: &[SignalRow],
        context: &Context,
        at: usize,
        missing: &str,
    ) -> Outcome {
        self.streaks = [0; RuleId::COUNT];
        self.whole = [0; RuleId::COUNT];
        self.candidate_peak = f64::NEG_INFINITY;
        let day = rows[at].day;
        if self.phase != Phase::NoData {
            self.unknown_days += 1;
            if self.unknown_days > self.options.unknown_days {
                self.enter(Phase::NoData, &rows[at], String::new());
            }
        }
        let inputs = self.inputs(panel, rows, context, at);
        let rules = rules(self.phase, &inputs, self.options);
        if self.phase == Phase::NoData {
            return self.outcome_with(&rows[at], &rules, missing.to_owned());
        }
        let (frozen, since) = self.named.unwrap_or((State::Neutral, day));
        let (count, most) = (self.unknown_days, self.options.unknown_days);
        let reason = format!("{missing}; {frozen} since {since} is frozen, day {count} of {most}");
        Outcome { state: State::Unknown, ..self.outcome_with(&rows[at], &rules, reason) }
    }

    fn enter(&mut self, to: Phase, row: &SignalRow, cause: String) {
        match (self.phase, to) {
            (Phase::Neutral, Phase::MetalsLead) => {
                self.began = row.day;
                self.episode = Some(Episode { age: 0, peak: self.candidate_peak, entry: None, flag: None });
            }
            (_, Phase::BtcFavourable) => {
                if let Some(episode) = &mut self.episode {
                    episode.entry = row.btc;
                    episode.flag = Some((row.day, self.basis));
                }
            }
            (_, Phase::NoData | Phase::Neutral | Phase::Spent) => self.episode = None,
            _ => {}
        }
        self.phase = to;
        self.since = row.day;
        self.cause = cause;
        self.streaks = [0; RuleId::COUNT];
        self.whole = [0; RuleId::COUNT];
        self.candidate_peak = f64::NEG_INFINITY;
        self.unknown_days = 0;
    }

    /// The outcome on the day of a change: the board is that of the state entered.
    fn outcome(
        &self,
        panel: &Panel,
        rows: &[SignalRow],
        context: &Context,
        at: usize,
        reason: String,
    ) -> Outcome {
        let inputs = self.inputs(panel, rows, context, at);
        self.outcome_with(&rows[at], &rules(self.phase, &inputs, self.options), reason)
    }

    fn outcome_with(&self, row: &SignalRow, rules: &[Rule], reason: String) -> Outcome {
        let reason = match self.basis {
            StateBasis::News => reason,
            StateBasis::PriceOnly => format!("price-only: {reason}"),
        };
        let conditions = rules
            .iter()
            .flat_map(|rule| rule.tests.iter().map(move |test| (rule, test)))
            .map(|(rule, test)| Condition {
                to: published(rule.to, row, self.basis),
                rule: rule.id.name(),
                name: test.name,
                value: test.value,
                relation: test.relation,
                threshold: test.threshold,
                met: test.met(),
                streak_days: self.whole[rule.id as usize].min(rule.needed),
                needed_days: rule.needed,
                words: words::condition(test),
            })
            .collect();
        Outcome { state: published(self.phase, row, self.basis), flag: false, reason, conditions }
    }

    fn name_days(&mut self, day: Day, state: State) -> u32 {
        if state == State::Unknown {
            return self.unknown_days;
        }
        let since = match self.named {
            Some((name, since)) if name == state => since,
            _ => day,
        };
        self.named = Some((state, since));
        u32::try_from(day - since).unwrap_or(0) + 1
    }
}
