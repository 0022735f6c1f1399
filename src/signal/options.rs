//! Every threshold of the signal, each with its reason. All were set by reasoning before any
//! outcome was looked at, and none is fitted; windows that a column's name carries (60 days, 7 and
//! 28 days) are constants of `measures`, since a setting would make the name lie.

/// Whether narrative takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Price-only until the narrative is measurable, with the narrative from then on.
    #[default]
    Auto,
    /// Prices alone, whatever news there is.
    PriceOnly,
}

/// The thresholds. Days are calendar days unless a name says sessions.
#[derive(Debug, Clone, PartialEq)]
pub struct SignalOptions {
    /// Whether narrative takes part.
    pub mode: Mode,
    /// Earlier days `divergence_rank` needs: a rank within less than a year is one season's.
    pub rank_min_days: u32,
    /// Sessions `divergence_z` looks back on: a trading year.
    pub z_sessions: usize,
    /// Known values it needs among them: half.
    pub z_min_sessions: usize,
    /// Days the coverage of the narrative is judged over: two weeks.
    pub coverage_window_days: u32,
    /// Days with enough coverage among them: every weekday.
    pub coverage_min_days: u32,
    /// Days `narrative_z` looks back on: half a year, long enough to hold more than one story.
    pub narrative_z_days: usize,
    /// Known values it needs among them: a third.
    pub narrative_z_min_days: usize,

    /// Days in a row a rule must hold, unless it has its own number: one bad print cannot pass.
    pub enter_days: u32,
    /// `divergence_rank` from which metals lead: the largest fifth of gaps.
    pub lead_rank: f64,
    /// `metals_60d` above which metals lead: they must have risen, not merely fallen less.
    pub lead_metals_60d: f64,
    /// Sessions within which silver or gold must have made a 252-session high: a month.
    pub lead_high_sessions: u32,
    /// `divergence_rank` below which the lead is over: the median.
    pub leave_rank: f64,
    /// Days after which a lead that led nowhere is over: the upper end of "weeks to months".
    pub lead_max_days: u32,

    /// `turn` from which the story turns: a quarter of a standard deviation between the means.
    pub turn: f64,
    /// `narrative_z` that must come with it: the level must have moved too, not the slope alone.
    pub turn_narrative_z: f64,
    /// `turn` below which the turn is lost.
    pub turn_lost: f64,
    /// Days in a row for that: longer than entering, so that one quiet week does not undo it.
    pub turn_lost_days: u32,

    /// `dollar_60d` below which the flag may be raised: a falling dollar.
    pub flag_dollar_60d: f64,
    /// `btc_20d` above which it may: Bitcoin answers.
    pub flag_btc_20d: f64,
    /// Days in a row for both: a trading week.
    pub flag_days: u32,

    /// Share of its episode's peak at or below which the gap counts as closed.
    pub spent_gap_share: f64,
    /// `divergence_60d` at or below which it does: both are needed.
    pub spent_gap: f64,
    /// `narrative_z` from which the story is overheated: everybody tells it.
    pub hot_narrative_z: f64,
    /// Days in a row for that: a passing headline is not a mania.
    pub hot_days: u32,
    /// Largest distance of Bitcoin below its 60-day high, as a share, for overheated to count.
    pub hot_below_high: f64,
    /// `dollar_60d` above which the background is gone.
    pub spent_dollar_60d: f64,
    /// Days after which a flag is old.
    pub flag_max_days: u32,
    /// Change of Bitcoin from the flag day's close, as a share, at which the flag has failed.
    pub failed_change: f64,
    /// Days a spent flag rests, so that one episode cannot raise two.
    pub spent_days: u32,
    /// `divergence_rank` below which it may end.
    pub spent_rank: f64,

    /// Days a state is held while inputs are missing.
    pub unknown_days: u32,
    /// Days within which an actual cut is pointed out as recent.
    pub recent_cut_days: u32,
    /// Position of the fiscal narrative among a day's scores (the two poles first); `None` leaves
    /// it out of the evidence.
    pub fiscal_column: Option<usize>,
}

impl Default for SignalOptions {
    fn default() -> Self {
        Self {
            mode: Mode::Auto,
            rank_min_days: 365,
            z_sessions: 252,
            z_min_sessions: 126,
            coverage_window_days: 14,
            coverage_min_days: 10,
            narrative_z_days: 180,
            narrative_z_min_days: 60,
            enter_days: 3,
            lead_rank: 0.80,
            lead_metals_60d: 0.0,
            lead_high_sessions: 20,
            leave_rank: 0.50,
            lead_max_days: 180,
            turn: 0.25,
            turn_narrative_z: 0.5,
            turn_lost: 0.0,
            turn_lost_days: 5,
            flag_dollar_60d: 0.0,
            flag_btc_20d: 0.0,
            flag_days: 5,
            spent_gap_share: 0.5,
            spent_gap: 0.0,
            hot_narrative_z: 2.0,
            hot_days: 10,
            hot_below_high: 0.02,
            spent_dollar_60d: 0.02,
            flag_max_days: 180,
            failed_change: -0.20,
            spent_days: 30,
            spent_rank: 0.80,
            unknown_days: 7,
            recent_cut_days: 180,
            fiscal_column: None,
        }
    }
}
