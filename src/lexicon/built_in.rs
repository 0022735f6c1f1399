//! The lexicon files that travel inside the binary, so that the tool works without a folder.
//!
//! A file that is added under `lexicons/` is added to the list here; a test compares the two.

use super::SourceFile;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../lexicons/", $name)))),*]
    };
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
