//! `init`: a commented configuration to start from.

use anyhow::Result;
use storyturn::{
    config::{EXAMPLE, PROVIDERS, SOURCES},
    export::write_whole,
};

use crate::{
    args::InitArgs,
    console::Console,
    exit::{Exit, UsageError},
};

pub fn run(args: &InitArgs, console: &Console) -> Result<Exit> {
    let written = format!("{EXAMPLE}{SOURCES}{PROVIDERS}");
    if args.file.as_os_str() == "-" {
        std::io::Write::write_all(&mut std::io::stdout().lock(), written.as_bytes())?;
        return Ok(Exit::Done);
    }
    if args.file.exists() {
        return Err(
            UsageError::new(format!("{} exists already and is left as it is", args.file.display())).into()
        );
    }
    write_whole(&args.file, |out| {
        out.write_all(written.as_bytes()).map_err(|source| storyturn::export::ExportError::Write {
            subject: args.file.display().to_string(),
            source,
        })
    })?;
    console.say(format_args!("{} written: every key is explained in it", args.file.display()));
    console
        .hint("fill in `contact`, choose among the sources and price providers, then call `storyturn run`");
    Ok(Exit::Done)
}
