//! Runs Prisma's own parser, which is WebAssembly for Node.
//!
//! The scripts that call it are compiled into this program. They are written to a folder of the
//! user's cache, where npm installs the parser once: the generator then works in any project.

use std::{
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{PrismaSchema, data_model::Document};

/// The scripts, and the manifest and lock file that npm installs the parser from.
const FILES: [(&str, &str); 4] = [
    ("package.json", include_str!("../../prisma/package.json")),
    (
        "package-lock.json",
        include_str!("../../prisma/package-lock.json"),
    ),
    ("blocks.mjs", include_str!("../../prisma/blocks.mjs")),
    (SCRIPT, include_str!("../../prisma/schema.mjs")),
];

/// The script that prints a schema as JSON.
const SCRIPT: &str = "schema.mjs";

/// The script's exit code where npm cannot install the parser.
const NO_PARSER: i32 = 3;

/// Why there is no [`PrismaSchema`].
#[derive(Debug, thiserror::Error)]
pub enum ParserError {
    /// Node or the parser is missing. The schema may be valid.
    #[error("{0}")]
    Unavailable(String),
    /// Prisma's parser, or the file system, refused the schema.
    #[error("PRISMA_SCHEMA={path}: {message}")]
    Refused { path: String, message: String },
    /// The folder of the scripts could not be written or locked.
    #[error("could not prepare Prisma's parser in {}", folder.display())]
    Prepare { folder: PathBuf, source: io::Error },
    /// Node is installed and could not be started.
    #[error("could not run {SCRIPT} with Node")]
    Run(#[source] io::Error),
    /// The script and this program do not belong to one version.
    #[error("{SCRIPT} did not print a schema")]
    Output(#[source] serde_json::Error),
}

/// Parses a .prisma file, or every .prisma file in a folder.
///
/// # Errors
/// [`ParserError::Unavailable`] where Node is not installed or npm cannot install the parser.
pub fn parse(schema: &str) -> Result<PrismaSchema, ParserError> {
    let folder = folder()?;
    let prepare = |source| ParserError::Prepare {
        folder: folder.clone(),
        source,
    };
    // The first run installs the parser. Two installations at the same time would damage it.
    let lock = fs::create_dir_all(&folder).and_then(|()| File::create(folder.join("lock")));
    let lock = lock.map_err(prepare)?;
    lock.lock().map_err(prepare)?;
    write_files(&folder).map_err(prepare)?;
    // The npm package runs under a Node of its own, which need not be on the PATH.
    let node = std::env::var_os("REFRACT_NODE").filter(|node| !node.is_empty());
    let output = Command::new(node.unwrap_or_else(|| "node".into()))
        .arg(folder.join(SCRIPT))
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

/// The folder of the scripts. Its name depends on their content, so that two versions of this
/// program do not overwrite each other's.
fn folder() -> Result<PathBuf, ParserError> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let cache = variable("XDG_CACHE_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .map(PathBuf::from)
        .or_else(|| variable("HOME").map(|home| Path::new(&home).join(".cache")))
        .ok_or_else(|| {
            let message =
                "neither HOME nor XDG_CACHE_HOME is set, and Prisma's parser is kept there";
            ParserError::Unavailable(message.to_owned())
        })?;
    let mut hasher = DefaultHasher::new();
    FILES.hash(&mut hasher);
    let name = format!("prisma-parser-{:016x}", hasher.finish());
    Ok(cache.join("refract").join(name))
}

fn write_files(folder: &Path) -> io::Result<()> {
    for (name, content) in FILES {
        let path = folder.join(name);
        if fs::read_to_string(&path).ok().as_deref() != Some(content) {
            fs::write(path, content)?;
        }
    }
    Ok(())
}
