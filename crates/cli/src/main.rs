//! `refract`: the engine for any database. Its catalog comes from the live database or from a file.

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
}

fn main() -> ExitCode {
    let verb = CommandLine::parse().verb;
    match verb.unwrap_or(Verb::Engine(refract::Verb::default())) {
        Verb::Engine(verb) => refract::Sidecar::of_any_database(SANDBOX).run(verb),
    }
}
