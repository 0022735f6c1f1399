//! Whether what a mention says has happened, is expected, or is doubted.
//!
//! After `direction`, on the same cues. Doubt outweighs expectation, and a doubt that was spent on a
//! reversal ("unlikely to calm fears") does not count again. Without a cue the entry's own modality
//! holds. Grammar is left out on purpose: tense alone misleads in headlines ("Fed to cut rates").

use super::Modality;
use super::direction::{Around, Clause, Effect, Placed, length};
use super::sentence::Pick;
use crate::lexicon::{BaseModality, CueRole};

impl Around {
    /// The modality of a mention after its cues; call after [`Around::direction`].
    pub(super) fn modality(&mut self, base: BaseModality, mention: &Pick, clause: &Clause<'_>) -> Modality {
        let in_front = |placed: &Placed| usize::from(mention.first - placed.last) - 1;
        let behind = |placed: &Placed| usize::from(placed.first - mention.last) - 1;
        let mut found = None;
        for role in [CueRole::Doubt, CueRole::Expect] {
            found = found
                .or_else(|| self.nearest(role, &self.before, clause, in_front))
                .or_else(|| self.nearest(role, &self.after, clause, behind));
            if let Some(placed) = found {
                let (modality, effect) = match role {
                    CueRole::Doubt => (Modality::Doubted, Effect::Doubted),
                    _ => (Modality::Expected, Effect::Expected),
                };
                self.effects.push((effect, placed));
                return modality;
            }
        }
        match base {
            BaseModality::Realised => Modality::Realised,
            BaseModality::Expected => Modality::Expected,
        }
    }

    /// The nearest cue of a role within its reach; words of nearer cues do not count as distance.
    fn nearest(
        &self,
        role: CueRole,
        cues: &[Placed],
        clause: &Clause<'_>,
        between: impl Fn(&Placed) -> usize,
    ) -> Option<Placed> {
        let mut words = 0;
        cues.iter().copied().find(|placed| {
            let rule = &clause.rules.cues[placed.cue as usize];
            let near = between(placed).saturating_sub(words) <= rule.reach;
            words += length(placed);
            rule.role == role && near && !self.is_spent(placed)
        })
    }
}
