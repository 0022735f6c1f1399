//! Small pictures made of characters: sparks, bars, meters. Numbers in, a text of known columns out.
//!
//! A picture is never wider than asked for; what is missing, or is no number, is a gap. Scales are the
//! caller's, who says them beside the picture. Colours, words and whether to draw at all stand elsewhere
//! (`marked`, the commands, `page`).

/// The characters that are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Unicode's block elements.
    Blocks,
    /// For terminals that have no others.
    Ascii,
}

/// Levels of a spark, lowest first: as many in either ink, so that the same picture is drawn.
const LEVELS: [[char; 8]; 2] =
    [['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'], ['_', '.', ':', '-', '=', '+', '*', '#']];
/// The level of values that are all the same.
const MIDDLE: usize = 3;
/// Parts of a column from its left edge, in eighths.
const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
/// More days than this are told in words alone.
const MOST_PIPS: u32 = 14;

impl Ink {
    fn pick<T>(self, blocks: T, ascii: T) -> T {
        match self {
            Self::Blocks => blocks,
            Self::Ascii => ascii,
        }
    }
}

/// The least and the largest of what is known.
pub fn range(values: impl IntoIterator<Item = Option<f64>>) -> Option<(f64, f64)> {
    let known = values.into_iter().flatten().filter(|value| value.is_finite());
    known.fold(None, |range, value| {
        Some(range.map_or((value, value), |(low, high): (f64, f64)| (low.min(value), high.max(value))))
    })
}

/// At most so many values: where there are more, means of neighbours, of those that are known.
pub fn gathered(values: &[Option<f64>], width: usize) -> Vec<Option<f64>> {
    if values.len() <= width {
        return values.to_vec();
    }
    let share = |place: usize| {
        let (from, to) = (place * values.len() / width, (place + 1) * values.len() / width);
        let known: Vec<f64> = values[from..to].iter().flatten().copied().filter(|v| v.is_finite()).collect();
        let count = known.len() as f64;
        // Divided first: the sum of large numbers may be none.
        (!known.is_empty()).then(|| known.iter().map(|value| value / count).sum())
    };
    (0..width).map(share).collect()
}

/// One character a value, higher for more, from the lower end of the scale to the upper.
pub fn spark(values: &[Option<f64>], (low, high): (f64, f64), ink: Ink) -> String {
    let levels = ink.pick(LEVELS[0], LEVELS[1]);
    let level = |value: f64| {
        // Halved, so that no difference of two numbers is too large for one.
        let (span, above) = (high / 2.0 - low / 2.0, value / 2.0 - low / 2.0);
        let top = levels.len() - 1;
        if span > 0.0 { ((above / span).clamp(0.0, 1.0) * top as f64).round() as usize } else { MIDDLE }
    };
    let drawn = |value: &Option<f64>| match value.filter(|value| value.is_finite()) {
        Some(value) => levels[level(value)],
        None => ' ',
    };
    values.iter().map(drawn).collect()
}

/// A bar from the left, for a share of the whole width; more than nothing is seen. Without trailing blanks.
pub fn bar(share: f64, width: usize, ink: Ink) -> String {
    if share.is_nan() || share <= 0.0 {
        return String::new();
    }
    let eighths = ((share.min(1.0) * (width * 8) as f64).round() as usize).max(usize::from(width > 0));
    match ink {
        Ink::Blocks => {
            let mut text = "█".repeat(eighths / 8);
            text.extend((!eighths.is_multiple_of(8)).then(|| EIGHTHS[eighths % 8]));
            text
        }
        Ink::Ascii => "#".repeat(eighths.div_ceil(8)),
    }
}

/// A bar to the left or right of a middle line, as far as the value is of the limit; an arrow where it goes
/// beyond. It takes `2 * half + 1` columns.
pub fn balance(value: f64, limit: f64, half: usize, ink: Ink) -> String {
    let (line, full) = (ink.pick('│', '|'), ink.pick('█', '#'));
    let blank = " ".repeat(half);
    if value.is_nan() {
        return format!("{blank}{line}{blank}");
    }
    // In halves of a column.
    let size = ((value.abs() / limit).min(1.0) * (2 * half) as f64).round() as usize;
    let is_left = value < 0.0;
    let (part, beyond) = if is_left {
        (ink.pick('▐', ':'), ink.pick('◂', '<'))
    } else {
        (ink.pick('▌', ':'), ink.pick('▸', '>'))
    };
    // From the middle outwards.
    let mut cells: Vec<char> = std::iter::repeat_n(full, size / 2).collect();
    cells.extend((size % 2 == 1).then_some(part));
    if value.abs() > limit
        && let Some(last) = cells.last_mut()
    {
        *last = beyond;
    }
    cells.resize(half, ' ');
    if is_left {
        let left: String = cells.iter().rev().collect();
        format!("{left}{line}{blank}")
    } else {
        let right: String = cells.iter().collect();
        format!("{blank}{line}{right}")
    }
}

/// How much of a way is done, on a line that shows the rest of it too.
pub fn meter(share: f64, width: usize, ink: Ink) -> String {
    let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
    // Rounded down: full is what has arrived.
    let halves = (share * (2 * width) as f64).floor() as usize;
    let mut text = ink.pick("━", "=").repeat(halves / 2);
    if halves % 2 == 1 {
        text.push_str(ink.pick("╸", "-"));
    }
    text + &ink.pick("─", ".").repeat(width - halves.div_ceil(2))
}

/// One pip a day, those held first; none where they were more than can be counted at a glance.
pub fn pips(held: u32, needed: u32, ink: Ink) -> String {
    if needed > MOST_PIPS {
        return String::new();
    }
    let held = held.min(needed);
    ink.pick("●", "o").repeat(held as usize) + &ink.pick("○", ".").repeat((needed - held) as usize)
}

#[cfg(test)]
mod tests;
