//! The command-line tool: starts, dispatches, and turns an error into an exit status.

mod args;
mod columns;
mod commands;
mod console;
mod exit;
mod marked;
mod output;
mod page;
mod picture;
mod settings;

use std::process::ExitCode;

use clap::Parser;

use crate::{args::Args, console::Console, exit::Exit};

/// Opening a store takes memory in a million small parts: this allocator spares a fifth of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = Args::parse();
    let console = Console::new(&args.shared);
    page::settle(args.shared.width);
    match commands::run(args, &console) {
        Ok(exit) => exit.into(),
        Err(error) if output::is_closed_pipe(&error) => Exit::Done.into(),
        Err(error) => {
            console.error(&error);
            Exit::of(&error).into()
        }
    }
}
