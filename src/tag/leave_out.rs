//! Reading as if an entry were not in the lexicon: what `workbench::sensitivity` asks.
//!
//! Beside the usual way in `mod`. An entry that does not stand in a text changes nothing there, so
//! [`Tagger::tag_with_met`] says which do, the losers of a longer match too; [`Tagger::count_without`]
//! then drops the entry's hits before the longest is chosen, which is what a lexicon without it would
//! find. The rules stay compiled; only the sentences concerned are read again.

use super::sentence::Details;
use super::{TagCounts, Tagged, Tagger, score};

impl Tagger {
    /// As [`Tagger::tag`], and every entry whose words stand in the text, whether or not it became a
    /// mention: number of the sentence and of the entry, ascending, each pair once.
    pub fn tag_with_met(&self, title: &str, text: &str, language: Option<&str>) -> (Tagged, Vec<(u32, u32)>) {
        let lexicon = self.lexicons.for_language(language);
        let mut details = Details { lexicon, mentions: Vec::new(), sentences: Vec::new(), met: Vec::new() };
        let counts = self.read(title, text, language, None, Some(&mut details));
        let Details { mut mentions, sentences, mut met, .. } = details;
        score::in_order(&mut mentions);
        met.sort_unstable();
        met.dedup();
        (Tagged { counts, mentions, sentences }, met)
    }

    /// As [`Tagger::count`], with a lexicon that lacks this entry: its position in
    /// [`Lexicon::entries`](crate::lexicon::Lexicon::entries). The counts still name the whole lexicon.
    pub fn count_without(&self, title: &str, text: &str, language: Option<&str>, entry: u32) -> TagCounts {
        self.read(title, text, language, Some(entry), None)
    }
}
