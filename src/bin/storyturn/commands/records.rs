//! What `extract` and `tag` share: articles in, one nested record each out, as they come.

use std::io::Write;

use anyhow::Result;
use serde::Serialize;
use storyturn::{
    document::Skip,
    export::ExportError,
    pipeline::{Input, PipelineError, Progress, ReadArticle, read_articles, read_paths},
};

use crate::{
    args::{Format, InputArgs, TableArgs},
    console::{Console, counted},
    exit::{Exit, UsageError},
    output,
    settings::Settings,
};

/// What one article gives: a record to print, a skip to report, or both.
pub type Given<T> = (Option<T>, Option<Skip>);

/// Reads the inputs and prints a record each, in input order, made by `work` on all cores.
pub fn print<T: Serialize + Send>(
    inputs: &InputArgs,
    table: &TableArgs,
    settings: &Settings,
    console: &Console,
    work: impl Fn(&ReadArticle) -> Given<T> + Sync,
) -> Result<Exit> {
    let form = check_format(table)?;
    let inputs = inputs_of(inputs)?;
    let mut exit = Exit::Done;
    let mut failed = None;
    let mut passed_over = 0;
    let written = output::write_data(table, |out| {
        let mut lines = Lines { form, out, count: 0 };
        let each = |(record, skip): Given<T>| {
            if let Some(skip) = skip {
                exit = Exit::Skipped;
                console.skip(&skip);
            }
            record.map_or(Ok(()), |record| lines.write(&record)).map_err(PipelineError::from)
        };
        match read_articles(&inputs, &settings.config.extract, console, work, each) {
            Ok(read) => {
                passed_over = read.passed_over;
                lines.finish()
            }
            Err(PipelineError::Export(error)) => Err(error),
            Err(error) => {
                // The file must not appear, and the input's error is the one to show.
                failed = Some(error);
                Err(failed_write(std::io::Error::other("the input failed")))
            }
        }
    });
    if let Some(error) = failed {
        return Err(error.into());
    }
    written?;
    console.finish_skips();
    if passed_over > 0 {
        console.say(format_args!(
            "passed over as no pages: {} of web archives",
            counted(passed_over, "record", "records")
        ));
    }
    Ok(exit)
}

/// The inputs that the flags name.
pub fn inputs_of(args: &InputArgs) -> Result<Vec<Input>> {
    let input = |path, listed| Input { kind: args.kind, listed, ..Input::new(path) };
    let mut inputs: Vec<Input> = args.paths.iter().map(|path| input(path.clone(), false)).collect();
    if let Some(list) = &args.paths_from {
        let listed = read_paths(list)?;
        if list.as_os_str() == "-" && args.paths.iter().chain(&listed).any(|path| path.as_os_str() == "-") {
            let message = "standard input cannot be both the list of paths and one of them";
            return Err(UsageError::new(message.to_owned()).into());
        }
        inputs.extend(listed.into_iter().map(|path| input(path, true)));
    }
    Ok(inputs)
}

/// Records are nested: they have no form as CSV or aligned columns.
pub fn check_format(args: &TableArgs) -> Result<Format> {
    match output::format(args, Format::Jsonl)? {
        form @ (Format::Json | Format::Jsonl) => Ok(form),
        Format::Csv | Format::Table => {
            let message =
                "these records are nested: use --format jsonl or json; `days` and `export` print tables";
            Err(UsageError::new(message.to_owned()).into())
        }
    }
}

/// JSON lines, or one array.
struct Lines<'a> {
    form: Format,
    out: &'a mut dyn Write,
    count: u64,
}

impl Lines<'_> {
    fn write(&mut self, record: &impl Serialize) -> Result<(), ExportError> {
        let line = serde_json::to_string(record).map_err(|error| failed_write(error.into()))?;
        let (before, after) = match (self.form, self.count) {
            (Format::Json, 0) => ("[\n", ""),
            (Format::Json, _) => (",\n", ""),
            _ => ("", "\n"),
        };
        self.count += 1;
        write!(self.out, "{before}{line}{after}").map_err(failed_write)
    }

    fn finish(self) -> Result<(), ExportError> {
        let end = match (self.form, self.count) {
            (Format::Json, 0) => "[]\n",
            (Format::Json, _) => "\n]\n",
            _ => "",
        };
        self.out.write_all(end.as_bytes()).map_err(failed_write)
    }
}

fn failed_write(source: std::io::Error) -> ExportError {
    ExportError::Write { subject: "the records".to_owned(), source }
}
