//! Running Prisma's own parser, which is WebAssembly for Node: `crates/reflect/prisma/schema.mjs`.

use std::{
    io,
    path::Path,
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
};

use super::{PrismaSchema, document::Document};

/// The script, from the project's root.
pub const SCRIPT: &str = "crates/reflect/prisma/schema.mjs";

/// Exit code of the script where the parser is not to be had.
const NO_PARSER: i32 = 3;

/// Why there is no [`PrismaSchema`].
#[derive(Debug, thiserror::Error)]
pub enum ParserError {
    /// Node or the parser is missing: the schema may be all right.
    #[error("{0}")]
    Unavailable(String),
    /// Prisma's parser, or the file system, refused the schema.
    #[error("PRISMA_SCHEMA={path}: {message}")]
    Refused { path: String, message: String },
    #[error("could not run {SCRIPT}")]
    Run(#[source] io::Error),
    #[error("{SCRIPT} printed something else than a schema")]
    Output(#[source] serde_json::Error),
}

/// Parses a .prisma file, or all those in a folder. `script` is the path of [`SCRIPT`].
///
/// # Errors
/// [`ParserError::Unavailable`] where Node is not installed or npm cannot install the parser.
pub fn parse(script: &Path, schema: &str) -> Result<PrismaSchema, ParserError> {
    // The first run installs the parser, which two at a time would spoil.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let output = Command::new("node")
        .arg(script)
        .arg(schema)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ParserError::Unavailable("Node is not installed".to_owned()),
            _ => ParserError::Run(error),
        })?;
    if output.status.success() {
        let document: Document =
            serde_json::from_slice(&output.stdout).map_err(ParserError::Output)?;
        return Ok(document.into_schema());
    }
    let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(match output.status.code() {
        Some(NO_PARSER) => ParserError::Unavailable(message),
        _ => ParserError::Refused {
            path: schema.to_owned(),
            message,
        },
    })
}
