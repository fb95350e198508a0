//! The names of types. No two are the same, and none is a word of the language.

use std::collections::{HashMap, HashSet};

use crate::catalog::{Catalog, Resource};

/// Words that no interface can be called, and names that the file has itself.
const TAKEN: [&str; 56] = [
    "Schema",
    "any",
    "await",
    "bigint",
    "boolean",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "models",
    "never",
    "new",
    "null",
    "number",
    "object",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "string",
    "super",
    "switch",
    "symbol",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "undefined",
    "unknown",
    "var",
    "void",
    "while",
];

/// Suffixes of the types of one model.
pub(super) const SUFFIXES: [&str; 12] = [
    "Create",
    "CreateMany",
    "Update",
    "UpdateMany",
    "Where",
    "WhereUnique",
    "OrderBy",
    "Select",
    "Include",
    "Args",
    "ListArgs",
    "Model",
];

/// The names of a catalog's types.
pub(super) struct Names {
    /// By resource name: what stands before the suffixes.
    stems: HashMap<String, String>,
    enums: HashMap<String, String>,
    keys: HashMap<String, String>,
}

impl Names {
    pub(super) fn of(catalog: &Catalog) -> Self {
        let mut taken: HashSet<String> = TAKEN.iter().map(|&word| word.to_owned()).collect();
        let mut enums = HashMap::new();
        for one in &catalog.enums {
            let name = free(identifier(&one.model), |name| !taken.contains(name));
            taken.insert(name.clone());
            enums.insert(one.model.clone(), name);
        }
        // The rows' names come first: a model that is called `PostCreate` keeps its name.
        let mut stems = HashMap::new();
        for resource in &catalog.resources {
            let name = free(identifier(&resource.name), |name| !taken.contains(name));
            taken.insert(name.clone());
            stems.insert(resource.name.clone(), name);
        }
        for resource in &catalog.resources {
            let stem = stems[&resource.name].clone();
            let is_free = |stem: &str| {
                let mut names = SUFFIXES.iter().map(|suffix| format!("{stem}{suffix}"));
                !names.any(|name| taken.contains(&name))
            };
            let joined = free(stem, is_free);
            taken.extend(SUFFIXES.iter().map(|suffix| format!("{joined}{suffix}")));
            stems.insert(format!("{}.", resource.name), joined);
        }
        let mut keys = HashMap::new();
        let mut taken = HashSet::new();
        for resource in &catalog.resources {
            let key = free(camel_case(&resource.path), |name| !taken.contains(name));
            taken.insert(key.clone());
            keys.insert(resource.name.clone(), key);
        }
        Self { stems, enums, keys }
    }

    /// The interface of a resource's rows.
    pub(super) fn row(&self, resource: &Resource) -> &str {
        &self.stems[&resource.name]
    }

    /// Another type of a resource.
    pub(super) fn with(&self, resource: &Resource, suffix: &str) -> String {
        format!("{}{suffix}", self.stems[&format!("{}.", resource.name)])
    }

    /// The union type of an enum.
    pub(super) fn of_enum(&self, model: &str) -> &str {
        &self.enums[model]
    }

    /// The member of the client that stands for a resource.
    pub(super) fn key(&self, resource: &Resource) -> &str {
        &self.keys[&resource.name]
    }
}

/// A model's name as an identifier.
fn identifier(name: &str) -> String {
    let word = |one: char| match one.is_ascii_alphanumeric() || one == '_' {
        true => one,
        false => '_',
    };
    let name: String = name.chars().map(word).collect();
    match name.starts_with(|one: char| one.is_ascii_digit()) {
        true => format!("_{name}"),
        false => name,
    }
}

fn free(mut name: String, is_free: impl Fn(&str) -> bool) -> String {
    while !is_free(&name) {
        name.push('_');
    }
    name
}

/// `generation-jobs` is `generationJobs`.
fn camel_case(path: &str) -> String {
    let mut key = String::new();
    let mut is_start = false;
    for letter in path.chars() {
        match letter {
            '-' | '.' => is_start = true,
            letter if is_start => {
                key.extend(letter.to_uppercase());
                is_start = false;
            }
            letter => key.push(letter),
        }
    }
    key
}
