//! A design as the SQL that creates it.

use super::{
    design::{Column, Design, Key, Of, Table},
    types::types,
};
use crate::support::Kind;

pub(super) fn script(design: &Design, kind: Kind) -> String {
    let mut script = String::new();
    let mut add = |statement: String| script.push_str(&format!("{statement};\n"));
    if kind == Kind::Postgres {
        for schema in design.schemas.iter().filter(|name| *name != "public") {
            add(format!("CREATE SCHEMA {}", quote(schema)));
        }
        for one in &design.enums {
            let labels: Vec<String> = one.labels.iter().map(|label| literal(label)).collect();
            add(format!(
                "CREATE TYPE {} AS ENUM ({})",
                qualified(design, kind, one.schema, &one.name),
                labels.join(", ")
            ));
        }
    }
    for table in &design.tables {
        add(create(design, kind, table));
    }
    for table in &design.tables {
        if kind == Kind::Postgres {
            for reference in &table.references {
                let target = &design.tables[reference.table];
                add(format!(
                    "ALTER TABLE {} ADD FOREIGN KEY ({}) REFERENCES {} ({})",
                    qualified(design, kind, table.schema, &table.name),
                    quote(&reference.column),
                    qualified(design, kind, target.schema, &target.name),
                    quote(&target.columns[0].name),
                ));
            }
        }
        if table.has_view {
            add(format!(
                "CREATE VIEW {} AS SELECT * FROM {}",
                qualified(design, kind, table.schema, &view_name(table)),
                qualified(design, kind, table.schema, &table.name),
            ));
        }
    }
    script
}

/// No name of a design is as long.
pub(super) fn view_name(table: &Table) -> String {
    format!("{} as a view", table.name)
}

fn create(design: &Design, kind: Kind, table: &Table) -> String {
    let mut parts: Vec<String> = table
        .columns
        .iter()
        .map(|column| definition(design, kind, column))
        .collect();
    for reference in &table.references {
        let target = &design.tables[reference.table];
        let of = definition_type(design, kind, &target.columns[0]);
        let refers = match kind {
            Kind::Postgres => String::new(),
            Kind::Sqlite => format!(
                " REFERENCES {} ({})",
                quote(&target.name),
                quote(&target.columns[0].name)
            ),
        };
        parts.push(format!("{} {of}{refers}", quote(&reference.column)));
    }
    let columns: Vec<String> = table
        .key_columns()
        .iter()
        .map(|one| quote(&one.name))
        .collect();
    let columns = columns.join(", ");
    match table.key {
        Key::Primary(_) => parts.push(format!("PRIMARY KEY ({columns})")),
        Key::Unique(_) => parts.push(format!("UNIQUE ({columns})")),
        Key::None => {}
    }
    let name = qualified(design, kind, table.schema, &table.name);
    format!("CREATE TABLE {name} ({})", parts.join(", "))
}

fn definition(design: &Design, kind: Kind, column: &Column) -> String {
    let of = definition_type(design, kind, column);
    let null = if column.nullable { "" } else { " NOT NULL" };
    format!("{} {of}{null}", quote(&column.name))
}

fn definition_type(design: &Design, kind: Kind, column: &Column) -> String {
    match column.of {
        Of::Type(of) => types(kind)[of].name.to_owned(),
        Of::Enum(of) => {
            let one = &design.enums[of];
            qualified(design, kind, one.schema, &one.name)
        }
    }
}

fn qualified(design: &Design, kind: Kind, schema: usize, name: &str) -> String {
    match kind {
        Kind::Postgres => format!("{}.{}", quote(&design.schemas[schema]), quote(name)),
        Kind::Sqlite => quote(name),
    }
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
