//! Sets `cfg(sample_app)` where `entity/` has what `src/endpoints/example.rs` uses.
//!
//! `make orm` replaces `entity/` by the entities of another database. The examples are then left
//! out, so that the project still compiles.

use std::{fs, path::Path};

/// Modules of `entity/`, with the lines that the examples rely on.
const USED: [(&str, &[&str]); 4] = [
    (
        "page",
        &[
            "pub id: String,",
            "pub status: crate::sea_orm_active_enums::PageStatus,",
            "pub updated_at: DateTime,",
            "pub published_at: Option<DateTime>,",
        ],
    ),
    ("page_view", &["pub page_id: String,", "pub day: Date,"]),
    (
        "user",
        &["pub id: String,", "pub name: Option<String>,", "Pages,"],
    ),
    (
        "sea_orm_active_enums",
        &["pub enum PageStatus {", "Draft,", "Published,"],
    ),
];

fn main() {
    println!("cargo::rustc-check-cfg=cfg(sample_app)");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=entity/src");
    let is_there = |(module, lines): (&str, &[&str])| {
        let file = Path::new("entity/src").join(module).with_extension("rs");
        let source = fs::read_to_string(file).unwrap_or_default();
        let mut found = source.lines().map(str::trim);
        lines.iter().all(|line| found.any(|one| one == *line))
    };
    if USED.into_iter().all(is_there) {
        println!("cargo::rustc-cfg=sample_app");
    }
}
