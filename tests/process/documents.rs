//! The documents are true: errors are explained, links lead somewhere, modules and files that are named
//! exist, and README's figures are those that were measured.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

fn text(path: impl AsRef<Path>) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_error_code_is_explained() {
    let page = text("docs/errors.md");
    for code in refract::error::CODES {
        assert!(
            page.contains(&format!("## {}\n", code.replace('_', "-"))),
            "{code} has no entry"
        );
    }
}

/// The Markdown files at the root and under `docs/`, relative to the root.
fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["", "docs", "docs/adr"]
        .iter()
        .flat_map(|folder| {
            let entries = std::fs::read_dir(root.join(folder)).expect("a folder of documents");
            entries.map(move |entry| Path::new(folder).join(entry.expect("an entry").file_name()))
        })
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect()
}

/// The anchors that GitHub gives to a document's headings.
fn anchors(document: &str) -> BTreeSet<String> {
    document
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|heading| {
            let heading = heading.trim_start_matches('#').trim().to_lowercase();
            let kept = heading
                .chars()
                .filter(|one| one.is_alphanumeric() || matches!(one, ' ' | '-' | '_'));
            kept.map(|one| if one == ' ' { '-' } else { one }).collect()
        })
        .collect()
}

/// The targets of a document's links: `[text](target)`, and `[name]: target` at the start of a line.
fn links(document: &str) -> Vec<&str> {
    let inline = document.split("](").skip(1);
    let inline = inline.filter_map(|rest| rest.split_once(')'));
    let named = document.lines().filter(|line| line.starts_with('['));
    let named = named.filter_map(|line| line.split_once("]: "));
    inline
        .map(|(target, _)| target)
        .chain(named.map(|(_, target)| target))
        .filter(|target| !target.contains("://"))
        .collect()
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    for document in documents() {
        let page = text(&document);
        for target in links(&page) {
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let file = match path {
                "" => document.clone(),
                path => document.with_file_name("").join(path),
            };
            let there = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
            let from = document.display();
            assert!(there.exists(), "{from}: {target}");
            assert!(
                anchor.is_empty() || anchors(&text(&file)).contains(anchor),
                "{from}: {target} has no such heading"
            );
        }
    }
}

/// Whether a module, or an item of one, is in the sources: `query::sql`, `reflect::quote`.
fn is_in_the_sources(name: &str) -> bool {
    let (source, path) = match name.strip_prefix("reflect::") {
        Some(path) => ("crates/reflect/src", path),
        None => ("crates/refract/src", name.trim_start_matches("refract::")),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(source);
    let path = path.replace("::", "/");
    let is_module =
        |path: &str| root.join(path).is_dir() || root.join(format!("{path}.rs")).exists();
    let (parent, item) = path.split_once('/').map_or(("lib", path.as_str()), |_| {
        path.rsplit_once('/').unwrap_or_default()
    });
    let files = [format!("{parent}.rs"), format!("{parent}/mod.rs")];
    is_module(&path)
        || files
            .iter()
            .filter_map(|file| std::fs::read_to_string(root.join(file)).ok())
            .any(|source| {
                let mut words = source.split(|one: char| !one.is_alphanumeric() && one != '_');
                words.any(|word| word == item)
            })
}

#[test]
fn every_module_and_file_that_a_document_names_is_there() {
    const FOLDERS: [&str; 8] = [
        "src/", "crates/", "entity/", "tests/", "bench/", "sample/", "scripts/", "docs/",
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // These two name what has been before.
    let of_now = documents()
        .into_iter()
        .filter(|path| !path.ends_with("CHANGELOG.md") && !path.ends_with("upgrading.md"));
    for document in of_now {
        let page = text(&document);
        let quoted = page.split('`').skip(1).step_by(2);
        for name in quoted.filter(|name| !name.is_empty()) {
            let from = document.display();
            if FOLDERS.iter().any(|folder| name.starts_with(folder)) && !name.contains([' ', '*']) {
                assert!(root.join(name).exists(), "{from}: `{name}` is not there");
            }
            // Pages for users have casts that look like modules: `price::text`.
            let is_path = !document.starts_with("docs")
                || document.starts_with("docs/adr")
                || document.ends_with("glossary.md");
            let is_path = is_path
                && name.contains("::")
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b':'));
            assert!(
                !is_path || is_in_the_sources(name),
                "{from}: `{name}` is not in the sources"
            );
        }
    }
}

/// The rows of a document's Markdown tables, under the last heading before them.
fn rows(document: &str) -> BTreeMap<String, Vec<Vec<String>>> {
    let mut tables: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    let mut heading = String::new();
    for line in document.lines() {
        if line.starts_with('#') {
            line.trim_start_matches(['#', ' ']).clone_into(&mut heading);
        } else if let Some(row) = line.strip_prefix('|') {
            let row = row.trim_end_matches('|').split('|');
            let row = row.map(|cell| cell.trim().to_owned()).collect();
            tables.entry(heading.clone()).or_default().push(row);
        }
    }
    tables
}

#[test]
fn the_figures_of_readme_are_the_measured_ones() {
    let workloads = [
        ("one row by key", "Get one, 32 connections"),
        ("list of 20 rows", "List 20, 32 connections"),
        (
            "20 rows, each with related rows",
            "20 rows with a to-many, 32 connections",
        ),
        ("create a row", "Create, 32 connections"),
        (
            "create 100 rows at once",
            "Create 100 at once, 16 connections",
        ),
        (
            "create a row with related rows",
            "Create with relations, 32 connections",
        ),
        ("peak memory, one row by key", "Get one, 32 connections"),
    ];
    let measured = rows(&text("docs/benchmarks.md"));
    let readme = rows(&text("README.md"));
    let table = &readme["How fast it is"];
    let figures = &table[2..];
    assert_eq!(figures.len(), workloads.len());
    for (row, (name, workload)) in figures.iter().zip(workloads) {
        assert_eq!(row[0], name);
        for (column, told) in row
            .iter()
            .enumerate()
            .skip(1)
            .filter(|(_, told)| !told.is_empty())
        {
            // The ceiling writes embedded rows by `json_agg` only.
            let peers = [
                table[0][column].clone(),
                format!("{}, json_agg", table[0][column]),
            ];
            let found = peers
                .iter()
                .find_map(|peer| measured[workload].iter().find(|row| row[0] == *peer))
                .unwrap_or_else(|| panic!("{workload} has no {peers:?}"));
            let told = told.replace(',', "");
            let figure = match told.strip_suffix(" MB") {
                Some(megabytes) => (megabytes, found.last()),
                None => (told.as_str(), found.get(1)),
            };
            assert_eq!(
                Some(figure.0),
                figure.1.map(String::as_str),
                "{name}, {peers:?}"
            );
        }
    }
}
