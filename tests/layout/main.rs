//! The order of the engine's modules, and the names of its files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// `(module, module further down in lib.rs that it uses)`: each needs a reason.
const EXCEPTIONS: &[(&str, &str)] = &[];

/// Names that several folders or files may have.
const COMMON_NAMES: &[&str] = &["mod", "lib", "main"];

/// The promise of lib.rs: modules stand in the order in which data flows, and each uses those above
/// it only.
#[test]
fn modules_use_only_those_above_them() {
    let source = Path::new("crates/refract/src");
    let order = modules(&read(&source.join("lib.rs")));
    let place = |module: &str| order.iter().position(|known| known == module);
    let mut upward: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for file in rust_files(source) {
        let inside = file.strip_prefix(source).expect("a file of the engine");
        let first = inside.iter().next().expect("a name").to_string_lossy();
        let module = first.trim_end_matches(".rs").to_owned();
        let Some(own) = place(&module) else { continue };
        for used in used_modules(&read(&file)) {
            if place(&used).is_some_and(|other| other > own) {
                let users = upward.entry((module.clone(), used)).or_default();
                users.push(inside.display().to_string());
            }
        }
    }
    let allowed =
        |(from, to): &(String, String)| EXCEPTIONS.contains(&(from.as_str(), to.as_str()));
    let mut wrong: Vec<String> = upward
        .iter()
        .filter(|(arrow, _)| !allowed(arrow))
        .map(|((from, to), users)| format!("{from} uses {to} in {}", users.join(", ")))
        .collect();
    let is_needed = |from: &str, to: &str| upward.contains_key(&(from.to_owned(), to.to_owned()));
    let unused = EXCEPTIONS.iter().filter(|(from, to)| !is_needed(from, to));
    wrong.extend(unused.map(|(from, to)| format!("the exception {from} → {to} is not needed")));
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// A file is found by its name alone, within each crate.
#[test]
fn no_two_folders_or_files_share_a_name() {
    for source in ["crates/refract/src", "crates/reflect/src"] {
        let mut places: BTreeMap<String, BTreeSet<PathBuf>> = BTreeMap::new();
        for file in rust_files(Path::new(source)) {
            let stem = file.file_stem().expect("a name").to_string_lossy();
            let inside = file.strip_prefix(source).expect("a file of the crate");
            let folders = inside
                .ancestors()
                .skip(1)
                .filter(|at| at.file_name().is_some());
            for folder in folders {
                let name = folder.file_name().expect("a name").to_string_lossy();
                // `a.rs` and `a/` are one module.
                let module = Path::new(source).join(folder);
                places.entry(name.into_owned()).or_default().insert(module);
            }
            if !COMMON_NAMES.contains(&&*stem) {
                places
                    .entry(stem.into_owned())
                    .or_default()
                    .insert(file.with_extension(""));
            }
        }
        let shared: Vec<String> = places
            .iter()
            .filter(|(_, places)| places.len() > 1)
            .map(|(name, places)| format!("{name}: {places:?}"))
            .collect();
        assert!(shared.is_empty(), "\n{}\n", shared.join("\n"));
    }
}

/// The modules that lib.rs declares, in its order.
fn modules(lib: &str) -> Vec<String> {
    let lines = lib.lines().map(|line| {
        line.trim_start_matches("pub ")
            .trim_start_matches("pub(crate) ")
    });
    let declared = lines.filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
    declared.map(str::to_owned).collect()
}

/// The names after `crate::` in code, those of groups included: `crate::{a::B, c}` has `a` and `c`.
fn used_modules(source: &str) -> BTreeSet<String> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n");
    let mut used = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let path = &code[at + "crate::".len()..];
        match path.strip_prefix('{') {
            None => used.extend(name(path)),
            Some(group) => {
                let mut depth = 0;
                let mut begins = true;
                for (at, character) in group.char_indices() {
                    match character {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => begins = true,
                        _ if character.is_whitespace() => {}
                        _ if begins => {
                            used.extend(name(&group[at..]));
                            begins = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    used
}

fn name(path: &str) -> Option<String> {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    let length = path
        .find(|character| !is_part(character))
        .unwrap_or(path.len());
    (length > 0).then(|| path[..length].to_owned())
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of sources");
    let paths = entries.map(|entry| entry.expect("a folder entry").path());
    let mut files: Vec<PathBuf> = paths
        .flat_map(|path| match path.is_dir() {
            true => rust_files(&path),
            false => vec![path],
        })
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .collect();
    files.sort();
    files
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).expect("a source file")
}
