//! One self-contained HTML page: the state today, the pictures, the track record, and what all of it rests
//! on.
//!
//! ```text
//! rows, evaluation, stories, sources -> view (labelled text) + chart (inline SVG) -> page (one string)
//! ```
//!
//! Nothing is loaded from elsewhere and nothing is computed here that another room has not computed. Left
//! out: files, the store, the clock.

#[cfg_attr(not(test), expect(dead_code, reason = "the page that draws them comes next"))]
mod chart;
