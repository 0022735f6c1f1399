//! Which lines of the container are the article's: the last sieve.
//!
//! After `body` has found where the article is. Looks at one line and its neighbours, never at the tree
//! above: repeats of the headline, links to other articles, what every site prints between its
//! paragraphs, and the headings behind which no article goes on. The phrases are those of the languages
//! most pages come in; none belongs to a single site.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use regex::Regex;

use super::{
    block::Block,
    body::{LINKED_LINE, PROSE_WORDS, prose_weight, repeats_headline},
    page::{Page, Tag},
};

/// Lines are compared with the headline only this early.
const HEADLINE_LINES: usize = 6;
/// A heading such as "Comments" ends the article only after this share of its words.
const TAIL_SHARE: f32 = 0.4;
/// A heading such as "Read more" ends it only after this share.
const ASIDE_TAIL_SHARE: f32 = 0.75;
/// A heading is a link when this share of it is.
const LINKED_HEADING: f32 = 0.8;
/// Teasers of other articles make up less than this share of what was found.
const TEASER_SHARE: f32 = 0.6;

// In the patterns below a word ends with `(\W|$)`: `\b` is Unicode's, for which the fast matchers
// give up on letters beyond ASCII. Unbounded repeats keep them small: lines are short when matched.

/// Lines that lead elsewhere. They are short and start with one of these words.
static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?xi)^\W*(
        (also|related|recommended|further|suggested)\s+(read(ing|s)?|articles?|stor(y|ies)|news|posts?|coverage|content|links?|topics?|videos?)(\W|$)
        | (related|watch|listen|video|photos?|gallery|more|see\s+also|read\s+also|also\s+see|also\s+watch|also\s+read|read\s+next|up\s+next|trending|recommended|must\s+read|don['’]t\s+miss|check\s+out)\s*[:|–—>»]
        | (watch|listen)\s+(now|live|below|more|the\s+video)(\W|$)
        | (read|see|view|find)\s+(more|also|next|the\s+full|full|all)(\W|$)
        | more\s+(from|on|stories|news|in|about)(\W|$)
        | (click|tap)\s+(here|to)(\W|$)
        | (lesen\s+sie|lies)\s+(auch|mehr|hier)(\W|$) | mehr\s+(zum\s+thema|dazu|lesen)(\W|$) | (siehe|lesen)\s+auch(\W|$)
        | (à|a)\s+lire(\s+aussi)?(\W|$) | lire\s+(aussi|également|la\s+suite|plus)(\W|$) | voir\s+aussi(\W|$)
        | (lea|lee|leer|ver|mira|vea)\s+(también|tambien|más|mas)(\W|$) | te\s+puede\s+interesar(\W|$)
        | (leia|leia|veja|saiba|confira)\s+(também|mais)(\W|$) | leggi\s+(anche|tutto)(\W|$) | potrebbe\s+interessarti(\W|$)
        | lees\s+(ook|meer|verder)(\W|$) | (czytaj|zobacz)\s+(też|także|więcej|również)(\W|$) | (läs|les)\s+(också|også|mer|mere)(\W|$)
        | читайте\s+(также|також|ще|еще)(\W|$) | читать\s+также(\W|$)
        )",
    )
    .expect("the pattern is constant")
});

/// Lines every site prints around its articles.
static BOILERPLATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?xi)^\W*(
        advertisement | advertising | anzeige | werbung | publicidad | publicité | pubblicità | sponsored(\s+content)? | story\s+continues\s+below.* | (article|story)\s+continues\s+(below|after).*
        | share(\s+(this|on|via|with)(\W.{0,60})?)? | tweet | facebook | twitter | whatsapp | email | e-mail | print | copy\s+link | link\s+copied.* | pinterest | linkedin | telegram | reddit
        | (sign|log)\s*(up|in|-?up|-?in)(\W.{0,120})? | subscribe(\W.{0,120})? | follow\s+(us|me|him|her|them|@|\w+\s+on)(\W.*)?
        | get\s+(the|our|more)(\W.*)?(newsletter|inbox|alerts|app)(\W.*)?
        | ©.* | \(c\)\s.* | copyright(\W.{0,160})? | .*all\s+rights\s+reserved(\W.*)? | alle\s+rechte\s+vorbehalten(\W.*)? | todos\s+los\s+derechos(\W.*)?
        | .*\((image|photo|picture|foto|bild|getty|credit)s?\s*:[^)]*\)
        | (photo|image|picture|foto|bild|photograph|credit|photo\s+credit|image\s+credit|image\s+source|fotos?|imagen|source\s+photo)s?\s*(by|:|/|courtesy)\s*.{0,100}
        | (tags?|topics?|filed\s+under|categor(y|ies)|keywords?|posted\s+in|labels?|schlagworte|themen|etiquetas|temas)\s*:?.{0,4}
        | (tags?|topics?|filed\s+under|categor(y|ies)|posted\s+in|labels?)\s*:.*
        | (quellen?|sources?|fuentes?|fontes?|źródło|bron|kilde|crédits?(\s+photos?)?)\s*:\s*.{0,60}
        | \d+\s+(comments?|shares?|views?|likes?|kommentare|min(utes?)?(\s+read)?)
        | (loading|please\s+wait)\W* | (previous|next)(\s+(article|post|story))? | back\s+to\s+top | skip\s+to(\W.*)? | view\s+comments | (leave|post|add)\s+a\s+comment | comments?
        | (last\s+)?(updated|modified|published|posted)\s*(on|at|:)?\s.{0,50}\d{4}.{0,30} | (reading|lesedauer|read)\s*(time)?\s*:?\s*\d+\s*min.{0,10}
        )\W*$",
    )
    .expect("the pattern is constant")
});

/// Calls to follow, join or subscribe somewhere: they name the place, and start with the verb.
static CALL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?xi)^\W*(
        (follow|like|join|subscribe|sign\s+up|stay|keep\s+up|download|submit|send\s+us|do\s+you\s+want|want\s+to|for\s+(more|the\s+latest)|get\s+(the|all|our)|don['’]t\s+miss|click|tap)(\W|$)
        | (folge|folgen|folgt|abonnier\w*|melde\w*|möchten\s+sie|verpassen?|nichts\s+verpassen)(\W|$)
        | (suivez|abonnez|inscrivez|téléchargez|retrouvez|rejoignez|recevez)(\W|$) | \W*(síguenos|sigue|suscríb\w+|únete|descarga|recib[ea]|mira|entérate|ya\s+sabías)(\W|$)
        | (segui\w*|iscriviti|scarica|obserwuj|zapisz|volg|følg|siga|inscreva\w*|assine|receba|acompanhe|подпис\w+|підпис\w+)(\W|$)
        ).*(\W|$)(twitter|facebook|instagram|telegram|whatsapp|youtube|linkedin|tiktok|pinterest|newsletters?|google\s+news|inbox|apps|canal|this\s+form|daily\s+email)(\W|$)",
    )
    .expect("the pattern is constant")
});

/// Headings behind which no article goes on.
static TAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?xi)^\W*(
        (\d+\s+)?(comments?|kommentare?|commentaires?|comentarios?|comentários|commenti|reacties|responses)(\s*\(?\d+\)?)?
        | (leave|post|write|add)\s+(a|your)\s+(comment|reply|response).* | join\s+the\s+(conversation|discussion).*
        | (related|recommended|similar|other|more)\s+(articles?|posts?|stor(y|ies)|news|content|links|topics|videos|reading|coverage)
        | you\s+(may|might)\s+(also\s+)?(like|enjoy|be\s+interested).* | (most|trending)\s+(read|popular|viewed|now|stories) | about\s+the\s+authors?
        | das\s+könnte\s+(sie|dich)\s+auch.* | mehr\s+zum\s+thema | (auch|ebenfalls)\s+interessant | articles?\s+(liés|similaires) | sur\s+le\s+même\s+(sujet|thème)
        | (noticias|artículos|contenidos)\s+relacionad[oa]s | te\s+puede\s+interesar | leia\s+também | potrebbe\s+interessarti.* | lees\s+ook
        | share\s+this(\s+(article|story|post))? | author | advertisement\s+advertisement
        )\W*$",
    )
    .expect("the pattern is constant")
});

/// Headings that lead elsewhere in the middle of an article as often as at its end.
static ASIDE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?xi)^\W*(
        (explore|find\s+out|discover)\s+(further|more) | further\s+(reading|information) | what\s+to\s+read\s+next | latest\s+(news|stories|posts|articles) | editors?['’]?s?\s+(picks?|choice)
        | recommended(\s+for\s+you)? | more\s+(from|on|about|like)\s.+
        | weitere\s+(artikel|beiträge|themen|links?|nachrichten|news|meldungen|storys|geschichten|texte|\w*tipps)(\s.+)? | mehr\s+(zu|zum|zur|themen|artikel|aus|von|auf)\s.+|mehr\s+(themen|artikel|nachrichten|dazu)
        | (zum\s+)?weiterlesen | weiterführende[rs]?\s+(links?|literatur|informationen) | entdecke(n\s+sie)?\s+(jetzt|weitere|mehr)(\s.+)? | quellenangaben? | (zusatz|weitere\s+)informationen
        | pour\s+aller\s+plus\s+loin | articles?\s+(récents|recommandés|connexes)
        | (más|mas)\s+(noticias|información|sobre\s.+) | te\s+recomendamos | recomendad[oa]s? | (notas|entradas)\s+relacionadas | lo\s+más\s+(leído|visto)
        | polecane | articoli\s+correlati | notícias\s+relacionadas | meer\s+(over|nieuws)\s?.* | ilgili\s+haberler | (похожие|другие)\s+(новости|статьи) | по\s+теме
        )\W*$",
    )
    .expect("the pattern is constant")
});

/// Headings behind which readers write, whatever it looks like.
static COMMENTS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*((\d+\s+)?(comments?|kommentare?|commentaires?|comentarios?|commenti|reacties)|(leave|post|add)\s+a)\b")
        .expect("the pattern is constant")
});

/// Keeps the lines of the article, in order. `headlines` are folded.
pub(super) fn keep_lines(page: &Page, chosen: &[&Block], headlines: &HashSet<String>) -> Vec<String> {
    let whole: usize = chosen.iter().map(|block| block.words).sum();
    let mut lines: Vec<String> = Vec::new();
    let mut seen: HashSet<&str> = HashSet::new();
    // Headings wait here until a line follows that they can stand above.
    let mut pending: Vec<String> = Vec::new();
    let (mut read, mut prose_seen) = (0, false);
    let column = Column::new(page, chosen);
    for (at, block) in chosen.iter().enumerate() {
        read += block.words;
        let is_prose = block.words >= PROSE_WORDS || block.tag == Tag::Paragraph && block.ends_as_sentence();
        let late = read as f32 > TAIL_SHARE * whole as f32;
        if block.words <= 8 && late && TAIL.is_match(&block.text) {
            if column.goes_on(at) && !COMMENTS.is_match(&block.text) {
                continue;
            }
            break;
        }
        if block.words <= 8 && late && ASIDE.is_match(&block.text) {
            if column.goes_on(at) || read as f32 <= ASIDE_TAIL_SHARE * whole as f32 {
                continue;
            }
            break;
        }
        if column.teasers[at] {
            continue;
        }
        if lines.len() < HEADLINE_LINES && repeats_headline(block, headlines) {
            continue;
        }
        // A heading between the article's paragraphs may be a link.
        let placed = block.tag == Tag::Heading && column.goes_on(at) && column.holds(page, block);
        if is_out_of_place(block, placed)
            || !prose_seen && !is_prose && block.tag != Tag::Heading && is_dateline(block)
        {
            continue;
        }
        // A long line that stands twice is a pull quote, or the page printed for another screen.
        if block.words >= 6 && !seen.insert(&block.text) {
            continue;
        }
        if block.tag == Tag::Heading && !is_sentence_set_large(block) {
            if prose_seen {
                pending.push(block.text.clone());
            }
            continue;
        }
        // What follows a standfirst may still be who wrote the article and when.
        prose_seen |= is_prose && block.tag != Tag::Heading;
        lines.append(&mut pending);
        lines.push(block.text.clone());
    }
    lines
}

fn is_out_of_place(block: &Block, placed: bool) -> bool {
    let linked = block.link_share > LINKED_LINE
        && !(block.tag == Tag::Paragraph && block.link_share < 0.9 && block.ends_as_sentence());
    linked && !placed
        || !block.text.chars().any(char::is_alphanumeric)
        || block.words <= 40 && (BOILERPLATE.is_match(&block.text) || CALL.is_match(&block.text))
        || block.words <= 30
            && ELSEWHERE.is_match(&block.text)
            && (block.link_share > 0.2
                || block.words <= 4
                || block.words <= 8 && (block.tag == Tag::Heading || block.text.ends_with(':')))
}

/// Which lines stand in the column the article is written in: beside its other paragraphs.
struct Column {
    /// The element most of its prose stands in.
    main: Option<u32>,
    /// The last line in the column.
    last: usize,
    /// For each line: whether it is the teaser of another article.
    teasers: Vec<bool>,
}

impl Column {
    fn new(page: &Page, chosen: &[&Block]) -> Self {
        let parent = |block: &Block| page.node(block.node).parent;
        let is_prose = |block: &Block| prose_weight(block) >= PROSE_WORDS as f32;
        let mut prose: HashMap<u32, usize> = HashMap::new();
        for block in chosen.iter().filter(|block| is_prose(block)) {
            *prose.entry(parent(block)).or_default() += block.words;
        }
        let main = prose.iter().max_by_key(|(node, words)| (**words, Reverse(**node))).map(|(node, _)| *node);
        let in_main = |block: &Block| Some(parent(block)) == main;
        let last = chosen.iter().rposition(|block| is_prose(block) && in_main(block)).unwrap_or(0);
        // A heading that is a link, and what stands below it outside the column, leads elsewhere.
        let mut teasers = vec![false; chosen.len()];
        let mut below = false;
        for (at, block) in chosen.iter().enumerate() {
            if block.tag == Tag::Heading {
                below = block.link_share > LINKED_HEADING && !in_main(block);
            } else if in_main(block) {
                below = false;
            }
            teasers[at] = below;
        }
        let words = |wanted: bool| -> usize {
            chosen
                .iter()
                .zip(&teasers)
                .filter(|(_, teaser)| !wanted || **teaser)
                .map(|(block, _)| block.words)
                .sum()
        };
        // Where most of it is so, the headings of the article are links themselves.
        if words(true) as f32 > TEASER_SHARE * words(false) as f32 {
            teasers.fill(false);
        }
        Self { main, last, teasers }
    }

    fn holds(&self, page: &Page, block: &Block) -> bool {
        self.main == Some(page.node(block.node).parent)
    }

    fn goes_on(&self, at: usize) -> bool {
        self.last > at
    }
}

/// A standfirst marked up as a heading, as many sites do.
fn is_sentence_set_large(block: &Block) -> bool {
    block.words >= PROSE_WORDS && block.link_share < LINKED_LINE && !block.text.contains('|')
}

/// Who wrote it and when, printed above the first paragraph.
fn is_dateline(block: &Block) -> bool {
    block.words < 8 && !block.ends_as_sentence()
        || block.text.len() < 80 && (block.text.starts_with("By ") || block.text.starts_with("Von "))
}
