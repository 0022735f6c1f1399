//! The report in a real browser: Chromium reads what the tool made, as its readers will.
//!
//! Of every page: nothing is said on the console, nothing is asked of the network, it reads the same
//! without its script, nothing stands outside the page on a phone, text can be read in light and dark, the
//! accessibility checker finds nothing, and it prints. That the content policy refuses what is
//! slipped into a page is tried with a copy. Pictures of all pages are left for a person to look at, see
//! [`pictures`]. Without a browser these tests say so and pass; `.ci/run` installs one and insists.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::tool::Tool;
use chromium::{Browser, Tab, missing};

mod chromium;
mod made;

/// A small phone, a tablet, a desk; by day and by night.
const VIEWS: [(u32, &str); 5] =
    [(360, "light"), (360, "dark"), (768, "light"), (1280, "light"), (1280, "dark")];
/// A page whose printed form is longer than this was laid out for something else.
const MOST_SHEETS: usize = 39;

#[test]
fn browser_reads_the_report_of_the_sample() {
    read("sample", made::sample, &["A description of what was said and paid, not a forecast"]);
}

#[test]
fn browser_reads_a_report_of_hostile_titles() {
    read("hostile", made::hostile, &made::HOSTILE_WORDS);
}

#[test]
fn browser_reads_a_report_without_news() {
    read("prices-only", made::prices_only, &[]);
}

#[test]
fn browser_reads_a_report_of_one_headline() {
    read("one-headline", made::one_headline, &[]);
}

#[test]
fn browser_reads_a_report_of_nothing() {
    read("empty", made::empty, &[]);
}

/// A copy of the report with everything that could be slipped into it: all of it is refused; without the
/// policy all of it works, so that it is the policy that refuses.
#[test]
fn browser_refuses_what_is_slipped_into_a_report() {
    let Some(mut browser) = Browser::start() else { return };
    let tool = Tool::new();
    let page = fs::read_to_string(made::sample(&tool)).unwrap();
    let slipped = include_str!("browser/slipped.html");
    let (head, body) = page.split_once("<body").unwrap();
    let (tag, body) = body.split_once('>').unwrap();
    let page = format!("{head}<body{tag}>{slipped}{body}");
    let policy = head.split_once("<meta http-equiv=\"Content-Security-Policy\"").unwrap().1;
    let policy = policy.split_once('>').unwrap().0;
    tool.write("refused.html", &page).write("let.html", page.replacen(policy, "", 1));

    let mut tab = browser.tab();
    tab.open(&tool.path("refused.html"));
    assert_eq!(tab.evaluate(SLIPPED), json!([]), "what the policy let through");
    let refused: BTreeSet<String> = tab
        .heard("Audits.issueAdded")
        .map(|issue| &issue["issue"]["details"]["contentSecurityPolicyIssueDetails"]["violatedDirective"])
        .filter_map(|directive| directive.as_str().map(str::to_owned))
        .collect();
    let expected = [
        "base-uri",
        "form-action",
        "frame-src",
        "img-src",
        "object-src",
        "script-src-attr",
        "script-src-elem",
        "style-src-attr",
        "style-src-elem",
    ];
    assert_eq!(refused, expected.map(str::to_owned).into());
    drop(tab);
    assert_eq!(asked_outside(&browser), Vec::<String>::new());

    let mut tab = browser.tab();
    tab.open(&tool.path("let.html"));
    let through = ["base", "handler", "inlineScript", "link", "style attribute", "style element"];
    assert_eq!(tab.evaluate(SLIPPED), json!(through), "what works without a policy");
    drop(tab);
    let asked = asked_outside(&browser).join(" ");
    for what in ["picture", "style", "script", "frame", "object", "image", "form"] {
        assert!(asked.contains(&format!("outside.example/{what}")), "{what} is not in {asked}");
    }
}

/// What of `slipped.html` has an effect on the page.
const SLIPPED: &str = "(async () => {
    document.querySelector('#slipped-handler').click();
    document.querySelector('#slipped-link').click();
    await new Promise((done) => {
        document.querySelector('iframe').addEventListener('load', done);
        document.addEventListener('securitypolicyviolation', (event) => event.effectiveDirective === 'form-action' && done());
        document.querySelector('#slipped-form').submit();
    });
    // Reports of what was refused come a little later than the refusal.
    await new Promise((done) => setTimeout(done));
    const style = getComputedStyle(document.querySelector('#slipped-style'));
    const worked = Object.keys(document.documentElement.dataset);
    if (style.outlineWidth === '7px') worked.push('style element');
    if (style.letterSpacing === '9px') worked.push('style attribute');
    if (!document.baseURI.startsWith('file:')) worked.push('base');
    return worked.sort();
})()";

/// The checks find what they look for: a page with one fault of each kind.
#[test]
fn browser_sees_what_is_wrong() {
    let Some(mut browser) = Browser::start() else { return };
    let tool = Tool::new();
    tool.write("sick.html", include_str!("browser/sick.html"));
    let mut tab = browser.tab();
    tab.resize(360, 800);
    tab.emulate("screen", "dark");
    tab.open(&tool.path("sick.html"));
    let mut found = looked_wrong(&tab.evaluate(LOOK), 360, "dark");
    if let Some(script) = axe() {
        found.extend(inaccessible(&mut tab, &script));
    } else {
        found.push("critical: image-alt".to_owned());
    }
    found.extend(noise(&tab));
    let found = found.join("\n");
    for fault in [
        "scrolls sideways to ",
        "text of the body is 12 pixels",
        "brightness 1",
        "repeated: twice",
        "small: \"tiny\" is 7.0 px in body > p#tiny",
        "small: \"shrunk\" is 5.0 px",
        "outside: \"cut off\" stands outside its chart",
        "outside: \"far away\" stands outside the page",
        "faint: \"pale\" has contrast 1.",
        "unordered: ",
        "broken: \"brokenword\"",
        "overlapping: \"one\" and \"two\" overlap",
        "tight: \"x\" is ",
        "foreign: an element img",
        "foreign: an attribute onclick",
        "foreign: an attribute style",
        "foreign: a link to \"javascript:",
        "foreign: a link without noopener",
        "the console says \"warning\"",
        "an exception: ",
        "critical: image-alt",
        " requests: ",
    ] {
        assert!(found.contains(fault), "{fault:?} is not in\n{found}");
    }
    drop(tab);
    assert_ne!(asked_outside(&browser), Vec::<String>::new());
}

/// Reads a page in every way, and fails with all that was wrong. These words must stand on it.
fn read(name: &str, make: fn(&Tool) -> PathBuf, words: &[&str]) {
    let Some(mut browser) = Browser::start() else { return };
    let tool = Tool::new();
    let page = make(&tool);
    let mut faults = Faults::default();
    let mut tab = browser.tab();
    let script = axe();
    for (width, scheme) in VIEWS {
        let view = format!("{name}-{width}-{scheme}");
        tab.resize(width, 800);
        tab.emulate("screen", scheme);
        tab.open(&page);
        faults.add(&view, looked_wrong(&tab.evaluate(LOOK), width, scheme));
        picture(&mut tab, &view);
        if width != 768
            && let Some(script) = &script
        {
            faults.add(&view, inaccessible(&mut tab, script));
        }
        use_everything(&mut tab);
        faults.add(&format!("{view} all opened"), looked_wrong(&tab.evaluate(LOOK), width, scheme));
        faults.add(&view, noise(&tab));
    }
    faults.add(name, unread_without_script(&mut tab, &page, words));
    faults.add(name, noise(&tab));
    for scheme in ["light", "dark"] {
        faults.add(&format!("{name} printed from {scheme}"), printed_wrong(&mut tab, &page, name, scheme));
    }
    drop(tab);
    faults.add(name, asked_outside(&browser));
    faults.none();
}

/// What is wrong, all of it, with the views that show it: one run tells everything, once.
#[derive(Default)]
struct Faults(BTreeMap<String, Vec<String>>);

impl Faults {
    fn add(&mut self, of: &str, faults: impl IntoIterator<Item = String>) {
        for fault in faults {
            self.0.entry(fault).or_default().push(of.to_owned());
        }
    }

    fn none(self) {
        let lines = self.0.iter().map(|(fault, views)| format!("{fault}\n    in {}", views.join(", ")));
        let lines: Vec<String> = lines.collect();
        assert!(lines.is_empty(), "{} faults\n{}", lines.len(), lines.join("\n"));
    }
}

const LOOK: &str = include_str!("browser/look.js");

fn looked_wrong(seen: &Value, width: u32, scheme: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut expect = |holds: bool, fault: String| {
        if !holds {
            faults.push(fault);
        }
    };
    expect(
        seen["width"] == width,
        format!("laid out {} pixels wide: no viewport for phones?", seen["width"]),
    );
    expect(
        seen["scroll"].as_f64() <= seen["client"].as_f64(),
        format!("scrolls sideways to {}", seen["scroll"]),
    );
    expect(seen["size"].as_f64() >= Some(16.0), format!("text of the body is {} pixels", seen["size"]));
    expect(
        (seen["brightness"].as_f64() > Some(0.5)) == (scheme == "light"),
        format!("brightness {}", seen["brightness"]),
    );
    for list in
        ["repeated", "small", "outside", "faint", "unordered", "broken", "overlapping", "tight", "foreign"]
    {
        for fault in seen[list].as_array().unwrap() {
            expect(false, format!("{list}: {}", fault.as_str().unwrap()));
        }
    }
    faults
}

/// What the page said, was refused, asked for or opened since it was loaded.
fn noise(tab: &Tab<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    for said in tab.heard("Runtime.consoleAPICalled") {
        faults.push(format!("the console says {}: {}", said["type"], said["args"]));
    }
    for thrown in tab.heard("Runtime.exceptionThrown") {
        faults.push(format!("an exception: {}", thrown["exceptionDetails"]));
    }
    for entry in tab.heard("Log.entryAdded") {
        faults.push(format!("the log says {}: {}", entry["entry"]["level"], entry["entry"]["text"]));
    }
    for issue in tab.heard("Audits.issueAdded") {
        faults.push(format!("an issue: {}", issue["issue"]));
    }
    for dialog in tab.heard("Page.javascriptDialogOpening") {
        faults.push(format!("a dialog: {}", dialog["message"]));
    }
    let requests: Vec<&Value> = tab.heard("Network.requestWillBeSent").collect();
    if requests.len() != 1 || requests[0]["type"] != "Document" {
        faults.push(format!("{} requests: {requests:?}", requests.len()));
    }
    faults
}

/// What was asked of the network by a page: all its addresses end in `.example`. The browser itself looks
/// for updates, in vain.
fn asked_outside(browser: &Browser) -> Vec<String> {
    let asked = browser.asked().into_iter().filter(|address| address.contains(".example"));
    asked.map(|address| format!("{address} was asked for")).collect()
}

/// Points at every chart, presses every button, opens everything that opens.
fn use_everything(tab: &mut Tab<'_>) {
    const CHARTS: &str =
        "[...document.querySelectorAll('svg')].filter((chart) => chart.checkVisibility()).length";
    const AIM: &str = "((at) => { const chart = [...document.querySelectorAll('svg')]\
        .filter((chart) => chart.checkVisibility())[at]; chart.scrollIntoView({ block: 'center', behavior: 'instant' }); \
        const box = chart.getBoundingClientRect(); \
        return [box.left, box.top, box.width, Math.min(box.height, innerHeight)]; })";
    for chart in 0..tab.evaluate(CHARTS).as_u64().unwrap() {
        let aim = tab.evaluate(&format!("{AIM}({chart})"));
        let [left, top, width, height] = [0, 1, 2, 3].map(|at| aim[at].as_f64().unwrap());
        for (across, down) in [(0.02, 0.1), (0.3, 0.5), (0.98, 0.9)] {
            let (x, y) = (left + across * width, top + down * height);
            tab.call("Input.dispatchMouseEvent", json!({ "type": "mouseMoved", "x": x, "y": y }));
        }
    }
    tab.evaluate(
        "for (const part of document.querySelectorAll('button, summary, input')) part.click(); \
         for (const part of document.querySelectorAll('details')) part.open = true; \
         scrollTo(0, 0)",
    );
}

/// What of the page's words needs its script, and which are missing.
fn unread_without_script(tab: &mut Tab<'_>, page: &Path, words: &[&str]) -> Vec<String> {
    const WORDS: &str = "document.body.innerText";
    tab.resize(1280, 800);
    tab.emulate("screen", "light");
    tab.open(page);
    let with = tab.evaluate(WORDS);
    tab.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    tab.open(page);
    let without = tab.evaluate(WORDS);
    tab.call("Emulation.setScriptExecutionDisabled", json!({ "value": false }));
    let (with, without) = (with.as_str().unwrap(), without.as_str().unwrap());
    let missing = words.iter().filter(|words| !without.contains(**words));
    let mut faults: Vec<String> = missing.map(|words| format!("{words:?} is not on the page")).collect();
    let [with, without] = [with, without].map(|text| text.lines().collect::<BTreeSet<&str>>());
    let differ = with.symmetric_difference(&without);
    faults.extend(differ.map(|line| format!("reads otherwise without its script: {line:?}")));
    faults
}

fn printed_wrong(tab: &mut Tab<'_>, page: &Path, name: &str, scheme: &str) -> Vec<String> {
    let mut faults = Vec::new();
    tab.resize(794, 1123); // A4 at 96 pixels an inch
    tab.emulate("print", scheme);
    tab.open(page);
    let brightness = tab.evaluate(LOOK)["brightness"].as_f64();
    if brightness < Some(0.9) {
        faults.push(format!("the paper has brightness {brightness:?}"));
    }
    let printed = tab.call("Page.printToPDF", json!({ "printBackground": true, "preferCSSPageSize": true }));
    let printed = BASE64_STANDARD.decode(printed["data"].as_str().unwrap()).unwrap();
    let sheets = String::from_utf8_lossy(&printed).matches("/Type /Page\n").count();
    if !(1..=MOST_SHEETS).contains(&sheets) {
        faults.push(format!("{sheets} sheets of paper"));
    }
    fs::write(pictures().join(format!("{name}-{scheme}.pdf")), printed).unwrap();
    faults
}

/// Where pictures of the pages are left: where `STORYTURN_PICTURES` says, or under `target/tmp`.
fn pictures() -> PathBuf {
    let folder = env::var_os("STORYTURN_PICTURES")
        .map_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures"), PathBuf::from);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Pictures of what is seen first, and of the whole page.
fn picture(tab: &mut Tab<'_>, view: &str) {
    for (whole, ending) in [(false, "first"), (true, "whole")] {
        let picture = json!({ "format": "png", "captureBeyondViewport": whole });
        let taken = tab.call("Page.captureScreenshot", picture);
        let png = BASE64_STANDARD.decode(taken["data"].as_str().unwrap()).unwrap();
        fs::write(pictures().join(format!("{view}-{ending}.png")), png).unwrap();
    }
}

/// The accessibility checker's source. It is not part of the project: `.ci/run` fetches it.
fn axe() -> Option<String> {
    let usual = "target/axe/node_modules/axe-core/axe.min.js";
    let file = env::var_os("STORYTURN_AXE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(usual), PathBuf::from);
    let source = fs::read_to_string(&file).ok();
    if source.is_none() {
        missing(&format!(
            "accessibility is not checked: {} is not here; `.ci/run tools` fetches axe-core",
            file.display()
        ));
    }
    source
}

/// What the accessibility checker finds, however little it calls it.
fn inaccessible(tab: &mut Tab<'_>, axe: &str) -> Vec<String> {
    const RUN: &str = "axe.run(document, { \
        runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }, \
        rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'], preload: false }) \
        .then(({ violations }) => violations.map(({ id, impact, help, nodes }) => \
        `${impact}: ${id}: ${help}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).join('; ')}`))";
    tab.evaluate(&format!("{axe};0"));
    let found = tab.evaluate(RUN);
    found.as_array().unwrap().iter().map(|finding| finding.as_str().unwrap().to_owned()).collect()
}
