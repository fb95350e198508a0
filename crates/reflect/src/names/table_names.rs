//! Names tables and enum types: model, path, module.

use super::{
    inflect::{kebab, plural, snake, upper_camel},
    name_registry::Taken,
};
use crate::snapshot::{EnumType, Snapshot, Table, TableKind};

/// Last path segments that the API uses itself.
pub const RESERVED_PATHS: [&str; 10] = [
    "schema",
    "schemas",
    "health",
    "utils",
    "private",
    "docs",
    "redoc",
    "openapi.json",
    "batch",
    "rpc",
];

/// Modules that every entity crate has, file names with a meaning for Cargo or rustc, and crates
/// whose names a module would shadow.
const RESERVED_MODULES: [&str; 13] = [
    "prelude",
    "views",
    "registry",
    "sea_orm_active_enums",
    "lib",
    "main",
    "mod",
    "sea_orm",
    "serde",
    "reflect",
    "std",
    "core",
    "alloc",
];

/// Names tables, views and enum types. Names of schema.prisma come first, tables before junctions and
/// enums, the default database schema before the others, and a name that needs no change before one
/// that does.
pub(super) fn assign(snapshot: &mut Snapshot) {
    let mut models = Taken::default();
    let mut paths = Taken::default();
    let mut modules = Taken::default();

    let (tables, enums) = (naming_order(snapshot), enum_order(snapshot));
    for named in [true, false] {
        for at in &tables {
            let schema = foreign_schema(snapshot, &snapshot.tables[*at].schema);
            let table = &mut snapshot.tables[*at];
            if table.prisma_name.is_some() == named {
                let ideal = ideal_model(table);
                table.model = model(&mut models, ideal, schema.as_deref(), "Table");
                table.path = path(&mut paths, &ideal_path(table), schema.as_deref());
                table.module = module(&mut modules, table, schema.as_deref());
            }
        }
        for at in &enums {
            let schema = foreign_schema(snapshot, &snapshot.enums[*at].schema);
            let of = &mut snapshot.enums[*at];
            if of.prisma_name.is_some() == named {
                of.model = model(&mut models, ideal_enum(of), schema.as_deref(), "Enum");
            }
        }
    }
}

fn naming_order(snapshot: &Snapshot) -> Vec<usize> {
    let mut order: Vec<usize> = (0..snapshot.tables.len()).collect();
    order.sort_by_cached_key(|at| {
        let table = &snapshot.tables[*at];
        let schema = schema_rank(snapshot, &table.schema);
        let changes = ideal_model(table) != table.name;
        (
            table.kind == TableKind::Junction,
            schema,
            changes,
            table.name.clone(),
        )
    });
    order
}

fn enum_order(snapshot: &Snapshot) -> Vec<usize> {
    let mut order: Vec<usize> = (0..snapshot.enums.len()).collect();
    order.sort_by_key(|at| schema_rank(snapshot, &snapshot.enums[*at].schema));
    order
}

/// The position among the reflected schemas. Enum types may be in other schemas, which come last.
fn schema_rank(snapshot: &Snapshot, schema: &str) -> usize {
    let position = snapshot
        .schemas
        .iter()
        .position(|reflected| reflected == schema);
    position.unwrap_or(usize::MAX)
}

/// The schema's name as a prefix. The default schema is never a prefix.
fn foreign_schema(snapshot: &Snapshot, schema: &str) -> Option<String> {
    (snapshot.schemas.first().map(String::as_str) != Some(schema)).then(|| schema.to_owned())
}

/// The model name of a table if no other name conflicts: Prisma's, else derived from the table's.
pub fn ideal_model(table: &Table) -> String {
    (table.prisma_name.clone()).unwrap_or_else(|| upper_camel(&table.name))
}

/// The model name of an enum type if no other name conflicts.
pub fn ideal_enum(of: &EnumType) -> String {
    (of.prisma_name.clone()).unwrap_or_else(|| upper_camel(&of.name))
}

/// The path of a table if no other name conflicts.
pub fn ideal_path(table: &Table) -> String {
    plural(&kebab(prisma_or_table(table)))
}

/// The module of a table if no other name conflicts, without `views::`.
pub fn ideal_module(table: &Table) -> String {
    module_name(prisma_or_table(table))
}

fn prisma_or_table(table: &Table) -> &str {
    table.prisma_name.as_deref().unwrap_or(&table.name)
}

fn module_name(name: &str) -> String {
    let name = snake(name);
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("n{name}")
    } else {
        name
    }
}

fn model(taken: &mut Taken, ideal: String, schema: Option<&str>, kind: &str) -> String {
    let mut candidates = Vec::new();
    if ideal == "Self" {
        candidates.push(format!("{ideal}{kind}"));
    } else if ideal.starts_with(|first: char| first.is_ascii_digit()) {
        candidates.push(format!("{kind}{ideal}"));
    } else {
        candidates.push(ideal.clone());
    }
    candidates.extend(schema.map(|schema| format!("{}{ideal}", upper_camel(schema))));
    taken.claim(
        &candidates,
        |base, number| format!("{base}{number}"),
        |_, name| name.starts_with(|first: char| first.is_ascii_alphabetic()),
    )
}

fn path(taken: &mut Taken, ideal: &str, schema: Option<&str>) -> String {
    let mut candidates = vec![ideal.to_owned()];
    candidates.extend(schema.map(|schema| format!("{}-{ideal}", kebab(schema))));
    if RESERVED_PATHS.contains(&ideal) {
        candidates.insert(1, format!("{ideal}-rows"));
    }
    taken.claim(
        &candidates,
        |base, number| format!("{base}-{number}"),
        |_, name| !RESERVED_PATHS.contains(&name),
    )
}

fn module(taken: &mut Taken, table: &Table, schema: Option<&str>) -> String {
    let (parent, kind) = match table.kind {
        TableKind::View | TableKind::MaterializedView => ("views::", "view"),
        TableKind::Table | TableKind::Junction => ("", "table"),
    };
    let ideal = ideal_module(table);
    let mut candidates = Vec::new();
    if RESERVED_MODULES.contains(&ideal.as_str()) || CANNOT_BE_RAW.contains(&ideal.as_str()) {
        candidates.push(format!("{parent}{ideal}_{kind}"));
    } else {
        candidates.push(format!("{parent}{ideal}"));
    }
    candidates.extend(
        schema.map(|schema| format!("{parent}{}", module_name(&format!("{schema}_{ideal}")))),
    );
    let name = taken.claim(
        &candidates,
        |base, number| format!("{base}_{number}"),
        |_, _| true,
    );
    match name.strip_prefix("views::") {
        Some(name) => format!("views::{}", raw(name)),
        None => raw(&name),
    }
}

/// Keywords that cannot be raw identifiers.
pub(super) const CANNOT_BE_RAW: [&str; 3] = ["crate", "self", "super"];

/// Keywords of edition 2024, reserved ones included, in lower case.
const KEYWORDS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// `name` as an identifier: keywords become raw.
pub(super) fn raw(name: &str) -> String {
    if KEYWORDS.contains(&name) {
        format!("r#{name}")
    } else {
        name.to_owned()
    }
}
