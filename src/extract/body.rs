//! Where the article is, and which of its lines are kept.
//!
//! After `block` and `prune`. Prose is summed up the tree, and from the top the walk goes down as long
//! as one child holds nearly all of it; names such as `entry-content` help it to go on, and it goes
//! back up where the prose goes on beside the chosen element. What lies in the container is then read
//! line by line, in order. Metadata decides nothing here except which early lines repeat the headline.
//! Every step is one pass over nodes or blocks.

use std::collections::HashSet;

use super::{
    Look,
    block::{Block, blocks},
    lines::keep_lines,
    page::{Page, Tag},
    prune::{Pruned, is_silent, prune},
};

/// Going down, a child must hold this share of the prose of its parent;
const DESCENT_SHARE: f32 = 0.8;
/// less when its name says it is the body.
const NAMED_DESCENT_SHARE: f32 = 0.4;
/// The only child so named holds this share of the prose of all that are.
const ALONE_SHARE: f32 = 0.9;
/// Going up again, this share of the words gained must be prose.
const ASCENT_PROSE_SHARE: f32 = 0.9;
/// A line with more of its characters in links is a list of links.
pub(super) const LINKED_LINE: f32 = 0.6;
/// A line this long is prose wherever it stands.
pub(super) const PROSE_WORDS: usize = 10;
/// A summary has at least this many words.
const MIN_SUMMARY_WORDS: usize = 8;
/// A headline with its kicker has at most this many words,
const MAX_HEADLINE_WORDS: usize = 40;
/// of which the headline makes up this share.
const KICKER_SHARE: f32 = 0.5;
/// The article with the headline is the article when it holds this much prose.
const HEADED_PROSE_WORDS: f32 = 60.0;

/// The lines of the article, in order; empty when no prose was found.
pub(super) fn body(page: &Page, headlines: &[String], summaries: &[String], look: Look) -> Vec<String> {
    let all = blocks(page, |index| is_silent(page.node(index), look));
    let prose = sums(page, all.iter().map(|block| (block.node, prose_weight(block))));
    let quoted = all.iter().filter(|block| block.tag == Tag::Quote);
    let quoted = sums(page, quoted.map(|block| (block.node, prose_weight(block))));
    let pruned = prune(page, &prose, &quoted, look);
    // Read again, for furniture may stand inside a line.
    let alive = blocks(page, |index| pruned.dead[index as usize] || is_silent(page.node(index), look));
    let headlines: HashSet<String> =
        headlines.iter().map(|headline| folded(headline)).filter(|line| !line.is_empty()).collect();
    let Some(container) = container(page, &alive, &pruned, &headlines) else {
        return Vec::new();
    };
    let end = page.node(container).end;
    let mut chosen: Vec<&Block> = Vec::new();
    chosen.extend(
        described(&all, container, summaries).or_else(|| summary(page, &all, &pruned, container, &headlines)),
    );
    chosen.extend(alive.iter().filter(|block| block.node >= container && block.node < end));
    keep_lines(page, &chosen, &headlines)
}

/// Words of prose in a line: none in a heading or a list of links.
pub(super) fn prose_weight(block: &Block) -> f32 {
    if block.tag == Tag::Heading || block.link_share > LINKED_LINE {
        return 0.0;
    }
    let words = block.words as f32 * (1.0 - block.link_share);
    match block.tag {
        _ if block.words >= PROSE_WORDS && block.ends_as_sentence() => words,
        Tag::Paragraph | Tag::Quote if block.ends_as_sentence() => words,
        Tag::Paragraph | Tag::Quote | Tag::Preformatted => words * 0.5,
        _ => words * 0.2,
    }
}

/// For each node the sum over its subtree.
fn sums(page: &Page, weights: impl Iterator<Item = (u32, f32)>) -> Vec<f32> {
    let mut sums = vec![0.0; page.nodes.len()];
    for (node, weight) in weights {
        sums[node as usize] += weight;
    }
    for at in (1..sums.len()).rev() {
        let parent = page.nodes[at].parent as usize;
        sums[parent] += sums[at];
    }
    sums
}

fn container(page: &Page, alive: &[Block], pruned: &Pruned, headlines: &HashSet<String>) -> Option<u32> {
    let prose = sums(page, alive.iter().map(|block| (block.node, prose_weight(block))));
    let words = sums(page, alive.iter().map(|block| (block.node, block.words as f32)));
    if prose[0] <= 0.0 {
        return None;
    }
    let top = headed_article(page, headlines).filter(|article| prose[*article as usize] > HEADED_PROSE_WORDS);
    let top = top.unwrap_or(0);
    let mut best = top;
    // Walking down visits every child of the nodes on one path: linear in all.
    while let Some((child, named)) = heaviest_child(page, &prose, pruned, best) {
        let share = prose[child as usize] / prose[best as usize];
        let least = if named { NAMED_DESCENT_SHARE } else { DESCENT_SHARE };
        if share < least || is_line(page.node(child).tag) {
            break;
        }
        best = child;
    }
    let mut at = best;
    while at != top && !pruned.hints[at as usize].body {
        at = page.node(at).parent;
        let gained = words[at as usize] - words[best as usize];
        let gained_prose = prose[at as usize] - prose[best as usize];
        if gained_prose < ASCENT_PROSE_SHARE * gained {
            break;
        }
        // Wrappers are passed through, but they are no better than what they wrap.
        if gained > 0.0 {
            best = at;
        }
    }
    Some(best)
}

/// The `<article>` that holds the headline: pages print the next article below the one asked for.
fn headed_article(page: &Page, headlines: &HashSet<String>) -> Option<u32> {
    let mut headings = page.elements().filter(|(_, node)| node.name() == "h1").take(8);
    let (heading, _) = headings.find(|(index, _)| headlines.contains(&folded(&page.text_of(*index))))?;
    let mut at = page.node(heading).parent;
    while at != 0 {
        if page.node(at).tag == Tag::Article {
            return Some(at);
        }
        at = page.node(at).parent;
    }
    None
}

fn is_line(tag: Tag) -> bool {
    matches!(tag, Tag::Paragraph | Tag::Item | Tag::Heading | Tag::Row | Tag::Preformatted)
}

/// The child with most prose, and whether it alone is named as the body.
fn heaviest_child(page: &Page, prose: &[f32], pruned: &Pruned, parent: u32) -> Option<(u32, bool)> {
    let mut heaviest: Option<(u32, bool)> = None;
    let mut named_prose = 0.0;
    let end = page.node(parent).end;
    let mut child = parent + 1;
    while child < end {
        let node = page.node(child);
        let weight = prose[child as usize];
        let named = pruned.hints[child as usize].body || matches!(node.tag, Tag::Article | Tag::Main);
        if named {
            named_prose += weight;
        }
        if weight > heaviest.map_or(0.0, |(held, _)| prose[held as usize]) {
            heaviest = Some((child, named));
        }
        child = node.end;
    }
    // Several children with that name are the parts of one article, or as many articles.
    heaviest.map(|(child, named)| (child, named && prose[child as usize] > ALONE_SHARE * named_prose))
}

/// The line before the body that the page's description repeats.
fn described<'b>(all: &'b [Block], container: u32, summaries: &[String]) -> Option<&'b Block> {
    let summaries: Vec<String> = summaries.iter().map(|summary| folded(summary)).collect();
    all.iter()
        .take_while(|block| block.node < container)
        .filter(|block| block.words >= MIN_SUMMARY_WORDS)
        .find(|block| {
            let line = folded(&block.text);
            summaries.contains(&line)
        })
}

/// The summary between headline and body, where the page names one or prints a sentence there.
fn summary<'b>(
    page: &Page,
    all: &'b [Block],
    pruned: &Pruned,
    container: u32,
    headlines: &HashSet<String>,
) -> Option<&'b Block> {
    // The last first-level heading before the body.
    let heading = page
        .elements()
        .take_while(|(index, _)| *index < container)
        .filter(|(_, node)| node.name() == "h1")
        .last()?
        .0;
    let candidate = |block: &&Block| {
        block.node > heading
            && block.node < container
            && block.words >= MIN_SUMMARY_WORDS
            && block.link_share < 0.3
            && !block.text.contains('|')
            && !repeats_headline(block, headlines)
    };
    let named = |block: &Block| {
        let holders = [block.node, page.node(block.node).parent];
        holders.iter().any(|at| pruned.hints[*at as usize].summary)
    };
    let found = all.iter().filter(candidate).find(|block| {
        if pruned.dead[block.node as usize] {
            return pruned.is_teaser(page, block.node);
        }
        let sentence = block.tag == Tag::Paragraph || block.tag != Tag::Heading && block.ends_as_sentence();
        named(block) || block.words >= PROSE_WORDS && sentence
    });
    // A heading is one only where nothing better stands.
    found.or_else(|| {
        all.iter().filter(candidate).find(|block| {
            !pruned.dead[block.node as usize] && block.tag == Tag::Heading && block.words >= PROSE_WORDS
        })
    })
}

/// Whether a line is the headline, or the headline after a kicker (`Opinion Why silver rises`).
pub(super) fn repeats_headline(block: &Block, headlines: &HashSet<String>) -> bool {
    let line = folded(&block.text);
    headlines.contains(&line)
        || block.words <= MAX_HEADLINE_WORDS
            && headlines.iter().any(|headline| {
                headline.len() as f32 > KICKER_SHARE * line.len() as f32 && line.ends_with(headline.as_str())
            })
}

/// Letters and digits only, in lower case: how lines are compared with headlines.
pub(super) fn folded(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
