//! The report that `make orm` prints.

use std::{collections::BTreeMap, path::Path};

use reflect::{
    DatabaseUrl, Snapshot,
    generate::Adaptation,
    prisma::Disagreement,
    snapshot::{Column, DataType, Database, Table, TableKind},
};

use super::Names;

/// The results that the report is made of.
pub(super) struct Found<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) names: &'a Names,
    pub(super) disagreements: &'a [Disagreement],
    pub(super) adaptations: &'a [Adaptation],
}

pub(super) fn text(target: &Path, url: &DatabaseUrl, found: &Found) -> String {
    let snapshot = found.snapshot;
    let mut text = format!(
        "{} generated from {url} ({})\n  {}\n",
        target.display(),
        match snapshot.database {
            Database::Postgres => format!("PostgreSQL, schema {}", snapshot.schemas.join(", ")),
            Database::Sqlite => "SQLite".to_owned(),
        },
        counts(snapshot),
    );
    let source = match found.names {
        Names::Prisma { path, .. } => {
            format!("Names and client-side defaults are those of {path}.")
        }
        Names::Inferred { why } => format!("Names and client-side defaults are inferred: {why}."),
    };
    text.push_str(&format!("\n{source}\n"));
    let disagreements = found.disagreements.iter().map(Disagreement::to_string);
    section(
        &mut text,
        "Where schema.prisma and the database differ:",
        disagreements.collect(),
    );
    let unreadable = snapshot.unreadable.iter();
    let unreadable = unreadable.map(|view| format!("{view}: a table or column it names is gone"));
    section(
        &mut text,
        "Views that are not served, as the database cannot read them:",
        unreadable.collect(),
    );
    let alike = alike(snapshot);
    section(&mut text, "Schemas that hold the same tables:", alike);
    let adapted = found.adaptations.iter().map(Adaptation::to_string);
    section(&mut text, "Adapted:", adapted.collect());
    section(
        &mut text,
        "Inferred, since Prisma Client and not the database fills it in:",
        inferred(snapshot),
    );
    section(&mut text, "Served as text:", as_text(snapshot));
    text
}

fn counts(snapshot: &Snapshot) -> String {
    let count = |kinds: &[TableKind]| {
        snapshot
            .tables
            .iter()
            .filter(|table| kinds.contains(&table.kind))
            .count()
    };
    let say = |count, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    [
        say(count(&[TableKind::Table]), "table"),
        say(count(&[TableKind::Junction]), "many-to-many table"),
        say(
            count(&[TableKind::View, TableKind::MaterializedView]),
            "view",
        ),
        say(snapshot.enums.len(), "enum type"),
    ]
    .join(", ")
}

fn section(text: &mut String, title: &str, lines: Vec<String>) {
    if !lines.is_empty() {
        text.push_str(&format!("\n{title}\n"));
        for line in lines {
            text.push_str(&format!("  {line}\n"));
        }
    }
}

/// Schemas with the same tables, and schemas whose tables have the same names but differ.
fn alike(snapshot: &Snapshot) -> Vec<String> {
    let alike = snapshot.alike.iter();
    let alike = alike.map(|(schema, like)| {
        format!("{schema} is served as {like} is, where Accept-Profile or Content-Profile names it")
    });
    let nearly = reflect::tenants::nearly(snapshot).into_iter();
    let nearly = nearly.map(|(schema, like, table)| {
        format!("{schema} has the tables of {like}, but another {table}: served apart from it")
    });
    alike.chain(nearly).collect()
}

fn inferred(snapshot: &Snapshot) -> Vec<String> {
    grouped(snapshot, |_, column| {
        if !column.inferred {
            return None;
        }
        if column.updated_at {
            return Some("@updatedAt".to_owned());
        }
        column.client_default.as_ref().map(ToString::to_string)
    })
}

fn as_text(snapshot: &Snapshot) -> Vec<String> {
    grouped(snapshot, |table, column| {
        let data_type = match &column.data_type {
            DataType::Array { of } => of,
            data_type => data_type,
        };
        let DataType::Other { writable } = data_type else {
            return None;
        };
        let is_table = matches!(table.kind, TableKind::Table | TableKind::Junction);
        let read_only = if is_table && !writable {
            ", read-only"
        } else {
            ""
        };
        let name = match column.database_type.as_str() {
            "" => "undeclared",
            name => name,
        };
        Some(format!("{name}{read_only}"))
    })
}

/// Columns on one line of a group.
const COLUMNS_PER_LINE: usize = 4;

/// For each group its name and size, then its columns.
fn grouped(snapshot: &Snapshot, group: impl Fn(&Table, &Column) -> Option<String>) -> Vec<String> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for table in &snapshot.tables {
        for column in &table.columns {
            if let Some(name) = group(table, column) {
                groups
                    .entry(name)
                    .or_default()
                    .push(format!("{}.{}", table.name, column.name));
            }
        }
    }
    groups
        .into_iter()
        .flat_map(|(name, columns)| {
            let lines = columns
                .chunks(COLUMNS_PER_LINE)
                .map(|line| format!("  {}", line.join(", ")));
            std::iter::once(format!("{name} ({})", columns.len()))
                .chain(lines)
                .collect::<Vec<_>>()
        })
        .collect()
}
