//! Finds the Prisma schema of an app, where Prisma's own tools look for it.
//!
//! Source: <https://www.prisma.io/docs/orm/reference/prisma-config-reference> and
//! <https://www.prisma.io/docs/orm/prisma-schema/overview/location>.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The schema of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSchema {
    /// A .prisma file, a folder of them, or a contract.json of Prisma 8.
    pub path: PathBuf,
    /// The environment variable that it takes the database's URL from, where that can be read off:
    /// `env("DATABASE_URL")`.
    pub url_variable: Option<String>,
}

/// Names of Prisma's configuration file.
const CONFIGS: [&str; 6] = [
    "prisma.config.ts",
    "prisma.config.mts",
    "prisma.config.js",
    "prisma.config.mjs",
    "prisma.config.cjs",
    ".config/prisma.ts",
];

/// Places of a schema below a package, in the order in which they are tried.
const PLACES: [&str; 8] = [
    "prisma/schema.prisma",
    "schema.prisma",
    "prisma/schema",
    "prisma",
    "schema",
    "src/prisma/contract.json",
    "prisma/contract.json",
    "contract.json",
];

/// Folders of a workspace that hold packages.
const PACKAGES: [&str; 3] = ["packages", "apps", "libs"];

/// Longest configuration file that is read.
const MAX_CONFIG_BYTES: u64 = 256 * 1024;

/// The schema of the app in `folder`: of the package itself, else of the packages of its workspace, and
/// of those of the folders above it up to the repository's root.
pub fn find_schema(folder: &Path) -> Option<FoundSchema> {
    for above in folder.ancestors() {
        let own = of_package(above).or_else(|| of_workspace(above));
        if own.is_some() {
            return own;
        }
        if above.join(".git").exists() {
            return None;
        }
    }
    None
}

/// The schema of a package, as its configuration names it, else in the usual places.
fn of_package(folder: &Path) -> Option<FoundSchema> {
    let (config, text) = CONFIGS
        .iter()
        .map(|name| folder.join(name))
        .find_map(|path| read(&path).map(|text| (Some(path), text)))
        .unwrap_or_default();
    let base = config.as_deref().and_then(Path::parent).unwrap_or(folder);
    let in_config = |name: &str| {
        property(&text, name).map(|path| base.join(path.strip_prefix(".").unwrap_or(&path)))
    };
    let named = in_config("schema");
    // Prisma 8 names the source of the contract, and writes the contract beside it.
    let contract = in_config("contract").map(|source| source.with_extension("json"));
    let manifest = read(&folder.join("package.json")).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap_or_default();
    let in_manifest = manifest["prisma"]["schema"].as_str();
    let path = named
        .filter(|path| is_schema(path))
        .or_else(|| contract.filter(|path| is_schema(path)))
        .or_else(|| in_manifest.map(|path| folder.join(path)))
        .filter(|path| is_schema(path))
        .or_else(|| {
            let mut places = PLACES.iter().map(|place| folder.join(place));
            places.find(|place| is_schema(place))
        })?;
    // A .prisma file beside others in its folder is one part of the schema.
    let url_variable = url_variable(&text).or_else(|| url_variable_of(&path));
    Some(FoundSchema { path, url_variable })
}

/// The schema of the only package of a workspace that has one, by the packages' names.
fn of_workspace(folder: &Path) -> Option<FoundSchema> {
    PACKAGES.iter().find_map(|name| {
        let entries = fs::read_dir(folder.join(name)).ok()?;
        let mut packages: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        packages.sort();
        packages.iter().find_map(|package| of_package(package))
    })
}

fn read(path: &Path) -> Option<String> {
    let is_small = fs::metadata(path).is_ok_and(|it| it.is_file() && it.len() <= MAX_CONFIG_BYTES);
    is_small.then(|| fs::read_to_string(path).ok()).flatten()
}

fn is_schema(path: &Path) -> bool {
    let ends = |end: &str| path.extension().is_some_and(|it| it == end);
    if path.is_file() {
        return ends("prisma") || path.file_name().is_some_and(|it| it == "contract.json");
    }
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let mut files = entries.map(|entry| entry.path());
    files.any(|file| {
        file.extension().is_some_and(|end| end == "prisma") && has_block(&file)
            || file.file_name().is_some_and(|name| name == "contract.json")
    })
}

/// Whether a file of a folder says something. Prisma 8's source files have this ending, too.
fn has_block(file: &Path) -> bool {
    read(file).is_some_and(|text| {
        let mut lines = text.lines().map(str::trim_start);
        lines.any(|line| line.starts_with("model ") || line.starts_with("datasource "))
    })
}

/// The text of a property of the configuration: `schema: "prisma/schema.prisma"`, also inside a call
/// (`path.join("prisma", "schema")`).
fn property(text: &str, name: &str) -> Option<PathBuf> {
    let code = without_comments(text);
    let start = code.match_indices(name).find_map(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + name.len()..].trim_start();
        let is_whole = !before.is_some_and(|one| one.is_alphanumeric() || "_$.".contains(one));
        after.strip_prefix(':').filter(|_| is_whole)
    })?;
    let end = start.find(['\n', '}']).unwrap_or(start.len());
    let parts: PathBuf = quoted(&start[..end]).collect();
    (!parts.as_os_str().is_empty()).then_some(parts)
}

/// The quoted texts of a line.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let start = rest.find(['"', '\'', '`'])?;
        let quote = rest[start..].chars().next()?;
        let inside = &rest[start + 1..];
        let end = inside.find(quote)?;
        rest = &inside[end + 1..];
        Some(&inside[..end])
    })
}

fn without_comments(text: &str) -> String {
    let lines = text.lines();
    let code = lines.map(|line| match line.trim_start().starts_with("//") {
        true => "",
        false => line,
    });
    code.collect::<Vec<_>>().join("\n")
}

/// The variable of `env("NAME")` or `process.env.NAME`, after `url` in a text, or after Prisma 8's
/// `connection`.
fn url_variable(text: &str) -> Option<String> {
    let code = without_comments(text);
    let mut lines = code.lines().filter(|line| {
        let line = line.trim_start();
        line.strip_prefix("url")
            .or_else(|| line.strip_prefix("connection"))
            .is_some_and(|rest| rest.trim_start().starts_with([':', '=']))
    });
    let line = lines.next()?;
    let is_word = |one: char| one.is_ascii_alphanumeric() || one == '_';
    let name = |after: &str| {
        let after = after.trim_start_matches(['"', '\'', '`']);
        let end = after.find(|one| !is_word(one)).unwrap_or(after.len());
        (end > 0).then(|| after[..end].to_owned())
    };
    let called = line.split_once("env(").or_else(|| {
        line.split_once("process.env.")
            .or_else(|| line.split_once("process.env["))
    });
    called.and_then(|(_, after)| name(after))
}

/// The same of a .prisma file or of the files of a folder.
fn url_variable_of(path: &Path) -> Option<String> {
    if path.is_file() {
        return read(path).and_then(|text| url_variable(&text));
    }
    let entries = fs::read_dir(path).ok()?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    files
        .iter()
        .filter(|file| file.extension().is_some_and(|end| end == "prisma"))
        .find_map(|file| read(file).and_then(|text| url_variable(&text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join(".git")).expect("a repository");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        }
        folder
    }

    fn found(files: &[(&str, &str)], inside: &str) -> Option<(String, Option<String>)> {
        let folder = project(files);
        let found = find_schema(&folder.path().join(inside))?;
        let path = found.path.strip_prefix(folder.path()).expect("inside");
        Some((path.to_string_lossy().into_owned(), found.url_variable))
    }

    const SCHEMA: &str = "datasource db {\n  provider = \"postgresql\"\n  url = env(\"PG_URL\")\n}\nmodel A { id Int @id }\n";

    #[test]
    fn the_usual_place_is_found_also_from_a_folder_below() {
        let files = [("package.json", "{}"), ("prisma/schema.prisma", SCHEMA)];
        let expected = Some(("prisma/schema.prisma".to_owned(), Some("PG_URL".to_owned())));
        assert_eq!(found(&files, ""), expected);
        assert_eq!(
            found(&[files[0], files[1], ("src/x.ts", "")], "src"),
            expected
        );
    }

    #[test]
    fn the_configuration_decides_before_the_usual_places() {
        let config = "// schema: 'nowhere'\nexport default defineConfig({\n  schema: path.join('db', 'models'),\n  datasource: {\n    url: env('DIRECT'),\n  },\n})\n";
        let files = [
            ("prisma.config.ts", config),
            ("db/models/a.prisma", SCHEMA),
            ("prisma/schema.prisma", SCHEMA),
        ];
        let expected = Some(("db/models".to_owned(), Some("DIRECT".to_owned())));
        assert_eq!(found(&files, ""), expected);
    }

    #[test]
    fn a_manifest_and_a_package_of_the_workspace_are_found() {
        let manifest = r#"{"prisma":{"schema":"db/app.prisma"}}"#;
        let files = [("package.json", manifest), ("db/app.prisma", SCHEMA)];
        assert_eq!(found(&files, "").expect("found").0, "db/app.prisma");
        let files = [
            ("apps/web/package.json", "{}"),
            ("packages/database/schema/main.prisma", SCHEMA),
        ];
        let path = "packages/database/schema";
        assert_eq!(found(&files, "apps/web").expect("found").0, path);
    }

    #[test]
    fn the_contract_is_beside_its_source_as_the_init_of_prisma_8_writes_it() {
        let config = |source: &str| {
            format!(
                "export default definePrismaConfig({{\n  orm: ormConfig({{\n    contract: \"{source}\",\n    db: {{\n      connection: process.env['PG_8']!,\n    }},\n  }}),\n}});\n"
            )
        };
        let source = "// use prisma-8\nmodel A {\n  id Int @id\n}\n";
        for folder in ["src/prisma", "db/own"] {
            let config = config(&format!("./{folder}/contract.prisma"));
            let json = format!("{folder}/contract.json");
            let files = [
                ("prisma.config.ts", config.as_str()),
                (&format!("{folder}/contract.prisma"), source),
                (&json, "{}"),
            ];
            assert_eq!(found(&files, ""), Some((json, Some("PG_8".to_owned()))));
        }
    }

    #[test]
    fn a_contract_is_a_schema_and_nothing_is_none() {
        let files = [("prisma/contract.json", "{}")];
        assert_eq!(found(&files, "").expect("found").0, "prisma");
        assert_eq!(found(&[("package.json", "{}")], ""), None);
    }
}
