//! Generates the entity crate from a [`Snapshot`].
//!
//! The result is the files of `entity/` and a list of adaptations. SeaORM's own generator writes the
//! entities. It expects names that are valid and distinct identifiers, so it gets placeholder names,
//! and its output is repaired to the snapshot's names. The repair also adds content that the
//! generator does not support: several relations between two tables, columns without a Rust type,
//! tables without a key.

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

/// The content of an entity crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// File contents by path below `entity/`.
    pub files: BTreeMap<PathBuf, String>,
    /// The differences between the crate and the database, with their reasons.
    pub adaptations: Vec<Adaptation>,
}

/// Why an entity crate could not be generated or written.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// SeaORM's generator refused the schema.
    #[error("the entity generator failed: {0}")]
    Generator(String),
    /// Generated code is not valid Rust. This is a bug in the generator or in the repair.
    #[error("generated code for {what} does not parse")]
    Syntax { what: String, source: syn::Error },
    /// The snapshot does not serialise.
    #[error("the catalog snapshot does not serialise")]
    Snapshot(#[from] serde_json::Error),
    /// A file could not be written, or rustfmt could not be run.
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
/// Every schema has an entity crate. An error is a bug in the generator.
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
