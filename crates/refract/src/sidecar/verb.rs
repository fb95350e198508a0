//! The command line that every Refract program has.

use std::path::PathBuf;

use clap::{Parser, Subcommand, error::ErrorKind};

use crate::api::openapi::Form;

/// What a Refract program is asked to do.
///
/// Another program adds verbs of its own with `#[command(flatten)]`; it passes these to
/// [`Sidecar::run`](super::Sidecar::run).
#[derive(Debug, Clone, Default, Subcommand)]
pub enum Verb {
    /// Serve the API (default)
    #[default]
    Serve,
    /// Print the OpenAPI document
    Openapi {
        /// Write everything out, or what is equal once; by default by the number of models
        #[arg(long, value_parser = Form::NAMES)]
        form: Option<String>,
        /// That of a role of refract.toml
        #[arg(long, value_name = "ROLE")]
        role: Option<String>,
    },
    /// Compare the live schema with the one that is served; exit 1 where they differ
    Check,
    /// Ask the server on PORT for its health; exit 1 where it is not up
    Healthcheck,
    /// Print TypeScript types of what is served
    Types {
        /// The `Database` type that supabase-js takes
        #[arg(long)]
        supabase: bool,
        /// Of what a role of refract.toml may name
        #[arg(long, value_name = "ROLE")]
        role: Option<String>,
        /// The file to write, instead of standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Read the schema of the database, and write it as a catalog for CATALOG=file
    Reflect {
        /// The file to write, instead of standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// The command line of a sidecar.
#[derive(Debug, Parser)]
#[command(
    name = "refract",
    version,
    about = "Serves the database of DATABASE_URL as an API. Settings come from the environment, .env and refract.toml."
)]
pub(super) struct CommandLine {
    #[command(subcommand)]
    pub(super) verb: Option<Verb>,
}

/// Reads the command line of the process. An unknown verb is told the known ones.
pub fn command_line<P: Parser>() -> P {
    P::try_parse().unwrap_or_else(|error| {
        // Nobody may be listening.
        let _ = error.print();
        if error.kind() == ErrorKind::InvalidSubcommand {
            eprintln!("\n{}", P::command().render_help());
        }
        std::process::exit(error.exit_code())
    })
}
