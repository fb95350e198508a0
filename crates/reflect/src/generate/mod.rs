//! Writing the entity crate.
//!
//! In comes a [`Snapshot`]; out go the files of `entity/`, formatted, and the list of what had to be
//! adapted. SeaORM's own generator writes the entities: it is fed placeholder names, because it
//! trusts names to be good identifiers and all of them different, and its output is repaired to
//! the names of the snapshot. What it cannot say (several relations between one pair of tables,
//! columns without a Rust type, keyless tables) is added on the way.

mod adaptations;
mod crate_files;
mod create_statements;
mod entity_files;
mod entity_key;
mod entity_relations;
mod enum_file;
mod layout;
mod replace_folder;
mod rust_source;
mod text_fallback;

use std::{collections::BTreeMap, path::PathBuf};

use crate::snapshot::Snapshot;
pub use adaptations::Adaptation;
use layout::Layout;
pub use replace_folder::replace;

/// The entity crate, before it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// File contents by path below `entity/`.
    pub files: BTreeMap<PathBuf, String>,
    /// What does not look in the crate as it looks in the database, and why.
    pub adaptations: Vec<Adaptation>,
}

/// Why an entity crate could not be written.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// SeaORM's generator refused the schema.
    #[error("the entity generator failed: {0}")]
    Generator(String),
    /// Generated code is not Rust: a bug in the generator or in its repair.
    #[error("generated code for {what} does not parse")]
    Syntax { what: String, source: syn::Error },
    /// The snapshot does not serialise.
    #[error("the catalog snapshot does not serialise")]
    Snapshot(#[from] serde_json::Error),
    /// A file could not be written, or rustfmt not be run.
    #[error("{what}")]
    File {
        what: String,
        source: std::io::Error,
    },
    /// rustfmt refused the generated code.
    #[error("rustfmt failed: {0}")]
    Format(String),
}

/// Generates the entity crate of a snapshot.
///
/// # Errors
///
/// Every variant but those about files is a bug in the generator: any schema has a crate.
pub fn generate(snapshot: &Snapshot) -> Result<Generated, GenerateError> {
    let layout = Layout::new(snapshot);
    let mut files = BTreeMap::new();
    let mut add = |path: &str, content: String| files.insert(PathBuf::from(path), content);

    let output = create_statements::run_generator(&layout)?;
    for (entity, source) in std::iter::zip(&layout.entities, output.entities) {
        let source = entity_files::repair(&layout, entity, &source)?;
        add(&format!("src/{}", entity.file()), source);
    }
    if let Some(source) = output.enums {
        add(
            "src/sea_orm_active_enums.rs",
            enum_file::repair(&layout, &source)?,
        );
    }
    add("src/lib.rs", crate_files::lib(&layout)?);
    if layout.has_views() {
        add("src/views/mod.rs", crate_files::views(&layout)?);
    }
    add("src/prelude.rs", crate_files::prelude(&layout)?);
    add("src/registry.rs", crate_files::registry(&layout)?);
    add("Cargo.toml", include_str!("entity.toml").to_owned());
    add(
        "catalog.json",
        serde_json::to_string_pretty(snapshot)? + "\n",
    );

    Ok(Generated {
        files,
        adaptations: adaptations::list(&layout),
    })
}
