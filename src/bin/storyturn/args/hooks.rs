//! The flags of `hooks`: trying them, and what they were told.
//!
//! Whom to tell and of what is no flag: it stands in the configuration.

use clap::{Args as ClapArgs, Subcommand};

use super::TableArgs;

#[derive(Debug, Subcommand)]
pub enum HooksCommand {
    /// Send each hook the last change, marked as a test; nothing is noted
    Test(HooksTestArgs),
    /// What each hook was told and when, what failed, and what waits
    List(HooksListArgs),
}

#[derive(Debug, ClapArgs)]
pub struct HooksTestArgs {
    /// Only this hook; may be given several times
    #[arg(long = "hook", value_name = "NAME")]
    pub hooks: Vec<String>,
}

#[derive(Debug, ClapArgs)]
pub struct HooksListArgs {
    #[command(flatten)]
    pub table: TableArgs,
}
