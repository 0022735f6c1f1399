//! The stories of a week that weigh most, each once, with the sentence that tells most.
//!
//! Stories are grouped from scores alone, as days are summed; only the dozen that are shown are read again.
//! Weight is that of `day`: the score on the stronger pole, growing with the logarithm of the sources. Half of
//! the places go to each pole where both have so many, so that a loud week of one does not hide the other.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use crate::{
    calendar::Day,
    document::DocumentId,
    index::{ScoredDocument, stories_within},
    lexicon::Lexicons,
    pipeline::{PipelineError, Summing, explain, refresh::scored_documents},
    report::{Counted, Piece, Story, Week},
    store::Store,
    tag::{Direction, Field, Mention, Modality, Tagger},
};

/// Days of the stories, calendar days up to the last with a document.
const WEEK_DAYS: i32 = 7;

/// Stories shown of each pole; where one has fewer, the other may have more.
const STORIES_A_POLE: usize = 6;

/// Stories shown in all: as many as are read.
const STORIES: usize = 2 * STORIES_A_POLE;

/// Characters shown before the first word that counted in a sentence too long to be shown whole.
const LEAD_CHARS: usize = 120;

/// Characters of a sentence: two lines of a letter.
const SENTENCE_CHARS: usize = 360;

/// Characters of a headline.
const TITLE_CHARS: usize = 200;

/// A story of the week before its articles are read.
#[derive(Default)]
struct Draft {
    /// Day of the week and place among its documents, in order.
    members: Vec<(usize, usize)>,
}

pub(super) fn week(
    store: &Store,
    tagger: &Tagger,
    summing: Summing,
    last: Day,
) -> Result<Week, PipelineError> {
    let before = summing.days_before() as usize;
    let first = last - (WEEK_DAYS - 1);
    let mut days: Vec<Vec<ScoredDocument>> = Vec::new();
    for shift in 0..before as i32 + WEEK_DAYS {
        days.push(scored_documents(store, summing.cut_off, first - before as i32 + shift)?);
    }
    let drafts = drafts(&days, before);
    let document = |(day, member): &(usize, usize)| &days[day + before][*member];
    let poles = |draft: &Draft| {
        [0, 1].map(|pole| {
            let sum: f64 = draft.members.iter().map(|at| document(at).scores[pole]).sum();
            sum / draft.members.len() as f64
        })
    };
    let mut weighed: Vec<(usize, f64, &Draft)> = drafts
        .iter()
        .map(|draft| {
            let poles = poles(draft);
            let sources: BTreeSet<&str> =
                draft.members.iter().map(|at| document(at).source.as_str()).collect();
            let pole = usize::from(poles[1] > poles[0]);
            (pole, poles[pole] * (1.0 + (sources.len() as f64).ln()), draft)
        })
        .filter(|(_, weight, _)| *weight > 0.0)
        .collect();
    // Of headlines alone many weigh the same: the latest come first.
    weighed.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| b.2.members.cmp(&a.2.members)));
    let telling = weighed.len();
    let mut chosen: Vec<Story> = Vec::new();
    for (_, _, draft) in balanced(weighed) {
        let pole = usize::from(poles(draft)[1] > poles(draft)[0]);
        let lead = draft
            .members
            .iter()
            .max_by(|a, b| {
                let score = |at: &&(usize, usize)| document(at).scores[pole];
                score(a).total_cmp(&score(b)).then_with(|| b.cmp(a))
            })
            .expect("a story has members");
        let mut sources: Vec<String> = draft.members.iter().map(|at| document(at).source.clone()).collect();
        sources.sort();
        sources.dedup();
        let on: Vec<Day> = draft.members.iter().map(|(day, _)| first + *day as i32).collect();
        let told = Told {
            id: document(lead).id,
            pole,
            first: on.iter().min().copied().unwrap_or(first),
            last: on.iter().max().copied().unwrap_or(last),
            docs: draft.members.len(),
            sources,
            poles: poles(draft),
        };
        chosen.extend(story(store, tagger, told)?);
    }
    Ok(Week {
        first,
        last,
        docs: days[before..].iter().map(Vec::len).sum(),
        stories: drafts.len(),
        telling,
        chosen,
    })
}

/// The stories of the week, each once: what a day tells on of an earlier day is one story.
fn drafts(days: &[Vec<ScoredDocument>], before: usize) -> Vec<Draft> {
    let mut starts = vec![0; days.len() + 1];
    for (day, documents) in days.iter().enumerate() {
        starts[day + 1] = starts[day] + documents.len();
    }
    let mut parents: Vec<usize> = (0..starts[days.len()]).collect();
    fn root(parents: &mut [usize], mut at: usize) -> usize {
        while parents[at] != at {
            parents[at] = parents[parents[at]];
            at = parents[at];
        }
        at
    }
    for today in before..days.len() {
        let window: Vec<&[ScoredDocument]> = days[today - before..=today].iter().map(Vec::as_slice).collect();
        for story in stories_within(&window) {
            let members = story.members.iter().map(|member| starts[today] + member);
            let earlier = story.earlier.iter().map(|told| starts[today - before + told.day] + told.member);
            let all: Vec<usize> = members.chain(earlier).collect();
            for pair in all.windows(2) {
                let (one, other) = (root(&mut parents, pair[0]), root(&mut parents, pair[1]));
                parents[one.max(other)] = one.min(other);
            }
        }
    }
    let mut drafts: BTreeMap<usize, Draft> = BTreeMap::new();
    for (day, start) in starts.iter().enumerate().take(days.len()).skip(before) {
        for member in 0..days[day].len() {
            let story = root(&mut parents, start + member);
            drafts.entry(story).or_default().members.push((day - before, member));
        }
    }
    drafts.into_values().collect()
}

/// The heaviest of either pole, half of each where there are so many, the heaviest first.
fn balanced(weighed: Vec<(usize, f64, &Draft)>) -> Vec<(usize, f64, &Draft)> {
    let mut room = [0, 1].map(|pole| {
        let own = weighed.iter().filter(|(of, ..)| *of == pole).count();
        let other = weighed.len() - own;
        STORIES_A_POLE.max(STORIES.saturating_sub(other)).min(own)
    });
    let mut chosen = weighed;
    chosen.retain(|(pole, ..)| {
        let has_room = room[*pole] > 0;
        room[*pole] = room[*pole].saturating_sub(1);
        has_room
    });
    chosen
}

/// A chosen story before its leading article is read.
struct Told {
    id: DocumentId,
    pole: usize,
    first: Day,
    last: Day,
    docs: usize,
    sources: Vec<String>,
    poles: [f64; 2],
}

/// Reads the leading article and finds its telling sentence; `None` where the article is gone.
fn story(store: &Store, tagger: &Tagger, told: Told) -> Result<Option<Story>, PipelineError> {
    let Some(document) = store.document(told.id)? else { return Ok(None) };
    let explained = explain(document.article, tagger);
    let (article, tagged) = (&explained.article, &explained.tagged);
    let lexicons = tagger.lexicons();
    let counted: Vec<&Mention> = tagged.mentions.iter().filter(|mention| counts(mention)).collect();
    let of_pole = |mention: &Mention| lexicons.axis.poles[told.pole].narratives.contains(&mention.narrative);
    let within =
        |sentence: usize| counted.iter().filter(move |mention| mention.sentence as usize == sentence);
    let telling = (0..tagged.sentences.len())
        .filter(|sentence| {
            tagged.sentences[*sentence].field == Field::Text && within(*sentence).next().is_some()
        })
        .max_by_key(|sentence| {
            let own = within(*sentence).filter(|mention| of_pole(mention)).count();
            (own, within(*sentence).count(), Reverse(*sentence))
        });
    let mentions = |field: Field| counted.iter().copied().filter(move |mention| mention.field == field);
    let mut narratives: Vec<usize> = counted.iter().map(|mention| mention.narrative).collect();
    narratives.sort_unstable();
    narratives.dedup();
    let title = pieces(&article.title, (0, article.title.len()), mentions(Field::Title), lexicons);
    let telling = telling.map(|number| {
        let sentence = tagged.sentences[number];
        let own = mentions(Field::Text).filter(|mention| mention.sentence as usize == number);
        shortened(pieces(&article.text, (sentence.start, sentence.end), own, lexicons), SENTENCE_CHARS)
    });
    Ok(Some(Story {
        title: shortened(title, TITLE_CHARS),
        id: told.id.to_string(),
        url: article.url.clone(),
        source: article.source.clone(),
        first: told.first,
        last: told.last,
        docs: told.docs,
        sources: told.sources,
        poles: told.poles,
        telling,
        narratives: narratives.into_iter().map(|at| lexicons.narratives[at].clone()).collect(),
    }))
}

/// Whether a mention moved a score.
fn counts(mention: &Mention) -> bool {
    mention.suppressed.is_none()
        && mention.modality != Modality::Doubted
        && mention.direction != Direction::Absent
}

/// A part of a text as pieces, the words that counted apart from the others; of two that overlap, the first.
fn pieces<'m>(
    text: &str,
    (start, end): (usize, usize),
    mentions: impl Iterator<Item = &'m Mention>,
    lexicons: &Lexicons,
) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut at = start;
    let mut push = |from: usize, to: usize, counted: Option<Counted>| {
        if from < to {
            found.push(Piece { text: text[from..to].to_owned(), counted });
        }
    };
    for mention in mentions {
        if mention.start < at || mention.end > end {
            continue;
        }
        push(at, mention.start, None);
        let counted = Counted {
            pole: lexicons.axis.poles.iter().position(|pole| pole.narratives.contains(&mention.narrative)),
            narrative: lexicons.narratives[mention.narrative].clone(),
            is_reversed: mention.direction == Direction::Reversed,
        };
        push(mention.start, mention.end, Some(counted));
        at = mention.end;
    }
    push(at, end, None);
    found
}

/// The pieces within so many characters; where there are more, from a little before the first that counted.
fn shortened(mut pieces: Vec<Piece>, most: usize) -> Vec<Piece> {
    let chars = |piece: &Piece| piece.text.chars().count();
    if pieces.iter().map(chars).sum::<usize>() <= most {
        return pieces;
    }
    if pieces.len() > 1
        && let Some(first) = pieces.first_mut().filter(|piece| piece.counted.is_none())
        && let Some(skipped) = chars(first).checked_sub(LEAD_CHARS).filter(|skipped| *skipped > 0)
    {
        first.text = format!("… {}", first.text.chars().skip(skipped).collect::<String>().trim_start());
    }
    let mut room = most;
    let mut kept = Vec::new();
    for mut piece in pieces {
        let own = chars(&piece);
        if own > room {
            let start: String = piece.text.chars().take(room.saturating_sub(1)).collect();
            piece.text = format!("{}…", start.trim_end());
            kept.push(piece);
            break;
        }
        room -= own;
        kept.push(piece);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(text: &str, counted: bool) -> Piece {
        let counted =
            counted.then(|| Counted { pole: Some(0), narrative: "fear".into(), is_reversed: false });
        Piece { text: text.into(), counted }
    }

    fn shown(pieces: &[Piece]) -> String {
        pieces
            .iter()
            .map(|piece| match piece.counted {
                Some(_) => format!("[{}]", piece.text),
                None => piece.text.clone(),
            })
            .collect()
    }

    #[test]
    fn a_long_sentence_is_shown_around_what_counted() {
        let check = |pieces: Vec<Piece>, most: usize, expected: &str| {
            assert_eq!(shown(&shortened(pieces, most)), expected);
        };
        check(vec![piece("Gold ", false), piece("panic", true)], 20, "Gold [panic]");
        check(
            vec![piece("Gold jumps on ", false), piece("panic", true), piece(" in London", false)],
            22,
            "Gold jumps on [panic] i…",
        );
        check(vec![piece("éééééééééé", false)], 5, "éééé…");
        check(vec![piece("safe haven demand", true)], 5, "[safe…]");
        let far = format!("{}the ", "a ".repeat(5000));
        let long = shown(&shortened(vec![piece(&far, false), piece("panic", true)], 200));
        assert!(long.starts_with("… a a") && long.ends_with("a the [panic]"), "{long}");
        assert!(long.chars().count() < 130, "{long}");
    }

    #[test]
    fn either_pole_has_its_half_and_leaves_what_it_does_not_need() {
        let check = |fear: usize, debasement: usize, expected: (usize, usize)| {
            let draft = Draft::default();
            let of = |pole, count| (0..count).map(move |at| (pole, 1.0 / (at + 1) as f64));
            let weighed = of(0, fear).chain(of(1, debasement)).map(|(pole, weight)| (pole, weight, &draft));
            let chosen = balanced(weighed.collect());
            let count = |of: usize| chosen.iter().filter(|(pole, ..)| *pole == of).count();
            assert_eq!((count(0), count(1)), expected);
        };
        check(20, 20, (6, 6));
        check(20, 2, (10, 2));
        check(0, 20, (0, 12));
        check(3, 4, (3, 4));
        check(0, 0, (0, 0));
    }
}
