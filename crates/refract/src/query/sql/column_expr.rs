//! Tables and columns, as a statement names, compares and returns them.

use reflect::{quote, snapshot::Database};

use super::{Precedence, SqlWriter, sql_writer::sqlite_table};
use crate::{
    catalog::{Column, Resource, Type},
    codec::collation,
};

/// A table in a statement.
#[derive(Clone, Copy)]
pub struct TableScope<'a> {
    pub resource: &'a Resource,
    /// The name or the alias under which the table stands, in quotes.
    pub name: &'a str,
    /// The number of nodes around the one whose table it is.
    pub depth: usize,
}

impl<'a> TableScope<'a> {
    /// The only table of a statement, under its own name.
    pub fn of(resource: &'a Resource, name: &'a str) -> Self {
        Self {
            resource,
            name,
            depth: 0,
        }
    }

    fn column(&self, column: usize) -> &'a Column {
        &self.resource.columns[column]
    }
}

impl SqlWriter<'_> {
    /// Appends the table of a resource.
    pub fn table_of(&mut self, resource: &Resource) {
        self.table(&resource.schema, &resource.table);
    }

    /// Appends the table of a scope, with its alias.
    pub fn aliased(&mut self, scope: TableScope<'_>) {
        self.table_of(scope.resource);
        self.quoted_alias(scope.name);
    }

    /// The name of a table where it has no alias, in quotes and without its schema.
    pub fn own_name(&self, resource: &Resource) -> String {
        match self.database {
            Database::Postgres => quote::identifier(&resource.table),
            Database::Sqlite => quote::identifier(&sqlite_table(&resource.schema, &resource.table)),
        }
    }

    /// Appends a column as it is stored.
    ///
    /// The name of the table stands before it. A bare name in `ORDER BY` would mean an output column,
    /// which may be a text made of this one, and SQLite takes a bare name that it does not know for a
    /// string.
    pub fn stored(&mut self, scope: TableScope<'_>, column: usize) -> Precedence {
        self.push(scope.name);
        self.push(".");
        self.push(&scope.column(column).quoted);
        Precedence::Primary
    }

    /// Appends a column as it is compared, ordered and grouped.
    pub fn column(&mut self, scope: TableScope<'_>, column: usize) -> Precedence {
        self.comparable(scope.column(column), |sql| sql.stored(scope, column))
    }

    /// Appends a value of a column as it is compared with parameters, ordered and grouped.
    ///
    /// PostgreSQL reads the text of a parameter in the column's type, and the text of `money` depends
    /// on the locale. SQLite has no types for moments: it compares the texts that are stored, by the
    /// collations of `codec::COLLATIONS`, which read them.
    pub fn comparable(
        &mut self,
        column: &Column,
        value: impl FnOnce(&mut Self) -> Precedence,
    ) -> Precedence {
        match self.database {
            Database::Postgres if column.is_money() => {
                let numeric = match column.data_type {
                    Type::Array(_) => "numeric[]",
                    _ => "numeric",
                };
                self.cast(numeric, value)
            }
            Database::Postgres => value(self),
            Database::Sqlite => match collation(&column.data_type) {
                None => value(self),
                Some(name) => {
                    self.push("CAST(");
                    value(self);
                    self.push(" AS TEXT) COLLATE ");
                    self.identifier(name);
                    Precedence::Other
                }
            },
        }
    }

    /// Appends a column as an answer returns it.
    pub fn returned(&mut self, scope: TableScope<'_>, column: usize) -> Precedence {
        match self.database {
            Database::Postgres => {
                self.as_read(scope.column(column), |sql| sql.column(scope, column))
            }
            Database::Sqlite => self.stored(scope, column),
        }
    }

    /// Appends columns as an answer returns them. A row of no columns is a row of the number 1.
    pub fn returned_columns(
        &mut self,
        scope: TableScope<'_>,
        columns: impl Iterator<Item = usize>,
    ) {
        let mut separator = "";
        for column in columns {
            self.push(std::mem::replace(&mut separator, ", "));
            self.returned(scope, column);
        }
        if separator.is_empty() {
            self.push("1");
        }
    }

    /// Appends a value of a column as the codec reads it.
    ///
    /// The types that are not PostgreSQL's own come as their text: the codec has no other form for
    /// them, and the driver would first have to ask the server about an enum.
    pub fn as_read(
        &mut self,
        column: &Column,
        value: impl FnOnce(&mut Self) -> Precedence,
    ) -> Precedence {
        let read_as = match self.database {
            Database::Postgres => read_as(column),
            Database::Sqlite => None,
        };
        match read_as {
            None => value(self),
            // A cast of `inet` adds a netmask that its own text does not have, and so does a cast of
            // an array of them.
            Some("text") if is_inet(&column.data_type) => {
                self.push("abbrev(");
                value(self);
                self.push(")");
                Precedence::Primary
            }
            Some("text[]") if matches!(&column.data_type, Type::Array(item) if is_inet(item)) => {
                self.cast("text[]", |sql| sql.cast("text", value))
            }
            Some(text) => self.cast(text, value),
        }
    }

    /// Appends NULL, of the type that [`Self::as_read`] gives a column on PostgreSQL. The column must
    /// be one that [`has_null`].
    pub fn null(&mut self, column: &Column) {
        self.push("NULL::");
        self.push(read_as(column).unwrap_or(&column.database_type));
    }
}

/// The type that the codec reads a column's values as, unless it is the column's own.
fn read_as(column: &Column) -> Option<&'static str> {
    let is_foreign = |data_type: &Type| match data_type {
        Type::Other { .. } | Type::Enum(_) => true,
        Type::Text { .. } => !OWN_TEXT
            .iter()
            .any(|own| column.database_type.starts_with(own)),
        _ => false,
    };
    match &column.data_type {
        Type::Array(item) if is_foreign(item) => Some("text[]"),
        data_type if is_foreign(data_type) => Some("text"),
        _ => None,
    }
}

fn is_inet(data_type: &Type) -> bool {
    matches!(data_type, Type::Other { name, .. } if name == "inet")
}

/// Whether the name of a column's type means the same type under every search path. The name of a
/// domain does not, nor does the name of an array of a domain.
pub fn has_null(column: &Column) -> bool {
    let item = column.database_type.trim_end_matches("[]");
    let name = item.split('(').next().unwrap_or_default();
    read_as(column).is_some() || OWN.contains(&name)
}

/// The names of PostgreSQL's own types, as `format_type` begins to print them.
const OWN: [&str; 22] = [
    "bigint",
    "boolean",
    "bytea",
    "character",
    "character varying",
    "date",
    "double precision",
    "integer",
    "json",
    "jsonb",
    "name",
    "numeric",
    "oid",
    "real",
    "smallint",
    "text",
    "time",
    "time without time zone",
    "timestamp",
    "timestamp with time zone",
    "timestamp without time zone",
    "uuid",
];

/// PostgreSQL's own character types, as `format_type` begins to print them.
const OWN_TEXT: [&str; 3] = ["text", "character", "name"];
