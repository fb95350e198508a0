//! `refract`: the engine for any database. Its catalog comes from the live database or from a file.

mod dev;
mod init;
mod project;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The sample app's catalog, which the sandbox is made of.
const SANDBOX: &str = include_str!("../../../sample/catalog.json");

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "refract",
    version,
    about = "Serves the database of DATABASE_URL as an API. Settings come from the environment, .env and refract.toml."
)]
struct CommandLine {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    #[command(flatten)]
    Engine(refract::Verb),
    /// Find the app around this folder, serve its database, and print what is served
    Dev,
    /// Write refract.toml, compose.refract.yaml and npm scripts for the app around this folder
    Init {
        /// Print what would be written
        #[arg(long)]
        dry_run: bool,
    },
}

fn main() -> ExitCode {
    let verb = refract::command_line::<CommandLine>().verb;
    match verb.unwrap_or(Verb::Engine(refract::Verb::default())) {
        Verb::Engine(verb) => {
            let program = refract::Sidecar::of_any_database(SANDBOX);
            match dev::settings_for(&verb) {
                Some(settings) => program.settings(settings).run(verb),
                None => program.run(verb),
            }
        }
        Verb::Dev => dev::run(SANDBOX),
        Verb::Init { dry_run } => init::run(dry_run),
    }
}
