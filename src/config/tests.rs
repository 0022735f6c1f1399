//! What a configuration says, and what is refused with its line.

use super::*;

fn check_refused(text: &str, line: usize, says: &str) {
    let error = Config::parse(text, Path::new("")).unwrap_err();
    assert_eq!(error.line, line, "{text}: {error}");
    assert!(error.what.contains(says), "{error}");
}

#[test]
fn what_is_doubtful_is_refused_with_its_line() {
    check_refused("[signal]\nlead_rnak = 0.9\n", 2, "lead_rnak");
    check_refused("\n[singal]\n", 2, "singal");
    check_refused("store = \"st\"\n", 1, "expected a table of keys");
    check_refused("signal = 3\n", 1, "expected a table of keys");
    check_refused("[signal]\nlead_rank = \"high\"\n", 2, "invalid type");
    check_refused("[signal]\nturn = 0.5\nlead_rank = nan\n", 3, "finite");
    check_refused("[signal]\nlead_rank = 80\n", 2, "80 is no share: use 0 to 1");
    check_refused("[signal]\nleave_rank = -0.1\n", 2, "use 0 to 1");
    check_refused("[signal]\nspent_dollar_60d = 2\n", 2, "0.02 is 2 %");
    check_refused("[signal]\nfailed_change = 0.2\n", 2, "-0.2 is 20 % down");
    check_refused("[signal]\nturn = 25.0\n", 2, "use -10 to 10");
    check_refused("[panel]\ncut_off = \"25:00\"\n", 2, "25:00");
    check_refused("[[prices]]\npath = \"a\"\nclock = \"soon\"\n", 3, "soon");
    check_refused("[[export]]\npath = \"signal.parquet\"\n", 2, "signal.parquet");
    check_refused("[report]\npath = \"report.pdf\"\n", 2, "end it in .html");
    check_refused("[report]\nfrom = \"2015\"\n", 2, "2015");
    check_refused("[[input]]\nsource = \"a\"\n", 1, "path");
    check_refused("[signal]\nenter_days = 0\n", 2, "use 1 or more");
    check_refused("[signal]\nz_min_sessions = 1\n", 2, "use 2 to 36500");
    check_refused("[signal]\nz_sessions = 1000000000000\n", 2, "use 2 to 36500");
    check_refused("[signal]\nlead_max_days = 40000\n", 2, "use 1 to 36500");
    check_refused("[days]\nstory_days = 32\n", 2, "use 1 to 31");
    check_refused("[days]\nspread_prior_days = -1.0\n", 2, "use 0 to 36500");
    check_refused("[signal\n", 1, "");
}

#[test]
fn a_source_that_cannot_be_meant_is_refused_with_its_line() {
    let check = |table: &str, line: usize, says: &str| {
        check_refused(&format!("[[source]]\nname = \"desk\"\n{table}\n"), line, says);
    };
    check("kind = \"fed\"\nurl = \"https://desk.example/\"", 3, "use \"feed\", \"sitemap\"");
    check("kind = \"feed\"", 1, "needs a url");
    check("kind = \"feed\"\nurl = \"desk.example\"", 1, "no http or https address");
    check("kind = \"section\"\nurl = \"https://desk.example/\"", 1, "needs include");
    check("kind = \"feed\"\nurl = \"https://desk.example/\"\ninclude = [\"(\"]", 5, "is no pattern");
    check("kind = \"feed\"\nurl = \"https://desk.example/\"\ntopics = [\"-\"]", 5, "is no word");
    check("kind = \"feed\"\nurl = \"https://desk.example/\"\nlimit = 0", 5, "use 1 or more");
    check("kind = \"gdelt\"", 1, "needs a query");
    check("kind = \"page\"\nurl = \"https://desk.example/\"\nread = \"entry\"", 1, "only a feed");
    let same = |name: &str| {
        format!("[[source]]\nname = \"{name}\"\nkind = \"feed\"\nurl = \"https://a.example/\"\n")
    };
    check_refused(&(same("a") + &same("b")), 5, "another source has the url");
    let twice = "[[source]]\nname = \"desk\"\nkind = \"feed\"\nurl = \"https://desk.example/\"\n".repeat(2);
    check_refused(&twice, 5, "two sources are called \"desk\"");
    check_refused("[collect]\ncontact = \"me\"\n", 2, "no contact");
    check_refused("[collect]\npause_secs = -1.0\n", 2, "no time to wait");
    for proxy in
        ["::::", "", "proxy.example", "proxy.example:3128", "socks5://a:1", "http://:1", "http://a:b"]
    {
        check_refused(&format!("[collect]\npause_secs = 1\nproxy = {proxy:?}\n"), 3, "no address of a proxy");
    }
    for proxy in ["http://proxy.example:3128", "http://me:secret@[::1]:3128/", "https://proxy"] {
        let config = Config::parse(&format!("[collect]\nproxy = {proxy:?}\n"), Path::new("")).unwrap();
        assert_eq!(config.collect.proxy.as_deref(), Some(proxy));
    }
}

#[test]
fn the_preset_sources_cover_every_subject_and_can_be_used() {
    let config = Config::parse(SOURCES, Path::new("")).unwrap();
    let switched_on = config.sources.iter().filter(|source| source.enabled).count();
    assert!(switched_on >= 15, "{switched_on}");
    for subject in ["Mining", "Kitco", "CoinDesk", "Bitcoin", "Federal Reserve", "CNBC"] {
        assert!(config.sources.iter().any(|source| source.name.contains(subject)), "{subject}");
    }
    let mut above = "";
    for line in SOURCES.lines() {
        assert!(line != "[[source]]" || above.starts_with("# "), "a source without a word about it");
        above = line;
    }
    // Plain http would let anybody on the way write the commentary.
    assert!(config.sources.iter().all(|source| source.url.starts_with("https://")));
}

#[test]
fn a_provider_that_cannot_be_meant_is_refused_with_its_line() {
    let url = "url = \"https://a.example/{from}\"";
    let check = |table: &str, line: usize, says: &str| {
        check_refused(&format!("[[provider]]\nname = \"a\"\nseries = \"btc\"\n{table}\n"), line, says);
    };
    check(&format!("{url}\nformat = \"stock\""), 5, "use \"lbma\", \"coinbase\"");
    check("format = \"csv\"", 1, "url");
    check("format = \"csv\"\nurl = \"https://a.example/{start}\"", 1, "{start} is no place");
    check("format = \"csv\"\nurl = \"a.example\"", 1, "no http or https address");
    check(&format!("{url}\nformat = \"lbma\"\nclose = \"chf\""), 1, "no currency of LBMA");
    check(&format!("{url}\nformat = \"kraken\"\nclose = \"usd\""), 1, "cannot be chosen");
    check(&format!("{url}\nformat = \"csv\"\nclock = \"noon\""), 6, "noon");
    check(&format!("{url}\nformat = \"csv\"\nsince = \"2015\""), 6, "2015");
    check(&format!("{url}\nformat = \"csv\"\ndays_per_request = 0"), 6, "use 1 or more");
    check("url = \"https://a.example/\"\nformat = \"csv\"\ndays_per_request = 9", 1, "needs {from} and {to}");
    check(&format!("{url}\nformat = \"csv\"\nkey_env = \"A\""), 1, "a key needs key_env");
    check(&format!("{url}\nformat = \"csv\"\nseries = \"btc\""), 6, "duplicate");
    let key = "key_env = \"CG-secret\"\nkey_header = \"x-key\"";
    check(&format!("{url}\nformat = \"csv\"\n{key}"), 1, "name of an environment variable");
    let told = format!("[[provider]]\nname = \"a\"\nseries = \"btc\"\n{url}\nformat = \"csv\"\n{key}\n");
    assert!(!Config::parse(&told, Path::new("")).unwrap_err().what.contains("secret"));
    let twice = format!("[[provider]]\nname = \"a\"\nseries = \"btc\"\n{url}\nformat = \"csv\"\n");
    check_refused(&twice.repeat(2), 6, "two providers are called \"a\"");
    check_refused(&twice.replace("btc", "btc@a"), 1, "no name for a series");
}

#[test]
fn the_preset_providers_feed_every_series_once_and_name_every_format() {
    let config = Config::parse(PROVIDERS, Path::new("")).unwrap();
    let mut fed: Vec<&str> =
        config.providers.iter().filter(|one| one.enabled).map(|one| one.series.as_str()).collect();
    fed.sort_unstable();
    assert_eq!(fed, ["btc", "dollar", "fed_upper", "gold", "real_yield", "silver"]);
    for format in crate::prices::Format::ALL {
        assert!(config.providers.iter().any(|provider| provider.format == format), "{format}");
    }
    for provider in &config.providers {
        assert!(provider.url.as_str().starts_with("https://"), "{}", provider.name);
        assert!(provider.clock.is_some(), "{}", provider.name);
    }
    // What `init` writes is read as a whole.
    let all = format!("{EXAMPLE}{SOURCES}{PROVIDERS}");
    assert_eq!(Config::parse(&all, Path::new("")).unwrap().providers, config.providers);
}

#[test]
fn the_example_says_every_default_and_nothing_else() {
    let mut config = Config::parse(EXAMPLE, Path::new("")).unwrap();
    assert!(config.store.take().is_some());
    assert_eq!(config, Config::default());
    // Its commented lines are keys with their defaults: switched on, they change nothing either.
    let switched_on: String =
        EXAMPLE.lines().map(|line| line.strip_prefix("#:").unwrap_or(line).to_owned() + "\n").collect();
    let mut config = Config::parse(&switched_on, Path::new("")).unwrap();
    assert!(!config.inputs.is_empty() && !config.prices.is_empty() && !config.exports.is_empty());
    config.store = None;
    (config.inputs, config.prices, config.exports) = (Vec::new(), Vec::new(), Vec::new());
    assert_eq!(config.hooks.len(), 2);
    config.hooks = Vec::new();
    (config.note, config.lexicons) = (None, None);
    assert!(config.report.path.take().is_some() && config.report.from.take().is_some());
    assert!(config.collect.proxy.take().is_some());
    assert_eq!(config, Config::default());
    for key in
        tables::KEYS.iter().flat_map(|keys| keys.iter()).chain(sources::COLLECT_KEYS).chain(hooks::HOOK_KEYS)
    {
        assert!(switched_on.contains(&format!("\n{key} = ")), "the example does not explain {key}");
    }
}

#[test]
fn what_differs_from_the_usual_is_named() {
    let text =
        "[signal]\nmode = \"price-only\"\nlead_rank = 0.9\nenter_days = 3\n[panel]\ncut_off = \"22:00\"\n";
    let changed = Config::parse(text, Path::new("")).unwrap().changed();
    let told: Vec<[&str; 3]> = changed.iter().map(|one| [&*one.key, &*one.value, &*one.usual]).collect();
    assert_eq!(
        told,
        [
            ["panel.cut_off", "22:00", "24:00"],
            ["signal.mode", "price-only", "auto"],
            ["signal.lead_rank", "0.9", "0.8"],
        ]
    );
    assert_eq!(Config::default().changed(), []);
}

#[test]
fn paths_start_from_the_file() {
    let config =
        Config::parse("[store]\npath = \"s\"\n[[input]]\npath = \"/abs\"\n", Path::new("f")).unwrap();
    assert_eq!(config.store, Some(PathBuf::from("f/s")));
    assert_eq!(config.inputs[0].path, PathBuf::from("/abs"));
}
