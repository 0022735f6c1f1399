//! The lexicon files that travel inside the binary, so that the tool works without a folder.
//!
//! A file that is added under `lexicons/` is added to the list here; a test compares the two.

use super::SourceFile;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../lexicons/", $name)))),*]
    };
}

/// What a folder of files says together with those built in. One with an axis stands alone, for another
/// axis has other narratives. One without joins them: a file takes the place of the built-in one of the
/// same language, kind and name, the others come in addition, be it in a language of their own.
pub(super) fn joined(given: Vec<SourceFile>) -> Vec<SourceFile> {
    let heads: Vec<Option<Head>> = given.iter().map(Head::of).collect();
    // A file that cannot be read may be the axis; what is wrong with it is told when it is checked.
    let alone = |head: &Option<Head>| head.as_ref().is_none_or(|head| head.kind == "axis");
    if given.is_empty() || heads.iter().any(alone) {
        return given;
    }
    let mut all = files();
    all.retain(|file| !heads.contains(&Head::of(file)));
    all.extend(given);
    all
}

/// What makes two files the same part of a lexicon.
#[derive(Debug, PartialEq, Eq, serde::Deserialize)]
struct Head {
    name: String,
    kind: String,
    #[serde(default)]
    language: String,
}

impl Head {
    fn of(file: &SourceFile) -> Option<Self> {
        toml::from_str(&file.text).ok()
    }
}

/// All of them, the axis first.
pub(super) fn files() -> Vec<SourceFile> {
    files![
        "axis.toml",
        "en/actors.toml",
        "en/assets.toml",
        "en/btc_hedge.toml",
        "en/btc_risk.toml",
        "en/debasement.toml",
        "en/direction.toml",
        "en/dollar.toml",
        "en/fear.toml",
        "en/fiscal.toml",
        "en/geopolitics.toml",
        "en/grammar.toml",
        "en/industrial_demand.toml",
        "en/liquidity.toml",
        "en/metals_supply.toml",
        "en/modality.toml",
        "en/rates.toml",
        "en/safe_haven.toml",
        "zh/actors.toml",
        "zh/assets.toml",
        "zh/btc_hedge.toml",
        "zh/btc_risk.toml",
        "zh/debasement.toml",
        "zh/direction.toml",
        "zh/fear.toml",
        "zh/fiscal.toml",
        "zh/forms.toml",
        "zh/geopolitics.toml",
        "zh/grammar.toml",
        "zh/liquidity.toml",
        "zh/modality.toml",
        "zh/safe_haven.toml",
    ]
    .into_iter()
    .map(|(name, text)| SourceFile { name: format!("built in: {name}"), text: text.to_owned() })
    .collect()
}
