//! The tables and columns that the policy hides, and the other ways to their values.
//!
//! A hidden column can be read without its name. PostgreSQL reads `t.f` as `f(t)` if `t` has no
//! column `f`. A function that returns rows of the table therefore shows the column. So does a
//! column of the table's row type, or of an array, a domain or a composite of it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use reflect::{
    Difference,
    diff::DifferenceKind,
    quote,
    snapshot::{self, ComputedField, DataType, Snapshot, Table, TableName},
    tenants,
};

use super::{Catalog, Resource, nearest};
use crate::settings::ResourcePolicy;

/// The tables and views that have hidden columns.
#[derive(Debug, Clone, Default)]
pub(super) struct Hiding(HashSet<TableName>);

/// The functions of a table's rows that a request may name like columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Functions {
    /// Every function that the database knows. Nothing is hidden anywhere.
    All,
    /// The functions of which reflection knows that they show nothing hidden.
    Only(BTreeSet<String>),
    /// The functions that the policy of a role names.
    Named(BTreeSet<String>),
}

impl Hiding {
    /// Reads the policy. The snapshot must have the tables of all schemas. Schemas that hold the
    /// same tables hide the same columns.
    pub(super) fn of(snapshot: &Snapshot, policy: &BTreeMap<String, ResourcePolicy>) -> Self {
        let hides = |table: &&Table| {
            let policy = policy.get(&table.model);
            policy.is_some_and(|policy| !policy.hidden.is_empty())
        };
        let tables = snapshot.tables.iter().filter(hides);
        let names = tables.flat_map(|table| {
            let alike = snapshot.alike.iter();
            let alike = alike.filter(|(_, like)| **like == table.schema);
            let schemas = alike.map(|(schema, _)| schema).chain([&table.schema]);
            schemas.map(|schema| TableName {
                schema: schema.clone(),
                table: table.name.clone(),
            })
        });
        Self(names.collect())
    }

    /// What this and another one hide.
    pub(super) fn with(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    /// Whether anything is hidden.
    pub(super) fn is_any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Checks that the hidden fields exist and that none is part of a key, because URLs show keys.
    ///
    /// # Errors
    /// A sentence that says which field is wrong.
    pub(super) fn check(&self, table: &Table, policy: &ResourcePolicy) -> Result<(), String> {
        let is_key = |column: &snapshot::Column| table.row_key.contains(&column.name);
        for hidden in &policy.hidden {
            let mut columns = table.columns.iter();
            let Some(column) = columns.find(|column| column.field == *hidden) else {
                let fields = table.columns.iter().map(|column| column.field.as_str());
                let hint = nearest(hidden, fields)
                    .map(|name| format!(" (did you mean `{name}`?)"))
                    .unwrap_or_default();
                return Err(format!("hidden: `{hidden}` is not a field{hint}"));
            };
            if is_key(column) {
                return Err(format!("hidden: `{hidden}` is part of the key"));
            }
        }
        let mut columns = table.columns.iter();
        match columns.find(|column| is_key(column) && self.is_held_by(column)) {
            None => Ok(()),
            Some(column) => Err(format!(
                "`{}` is part of the key, and holds rows of which something is hidden",
                column.field
            )),
        }
    }

    /// Whether values of a column hold rows that have hidden columns.
    pub(super) fn is_held_by(&self, column: &snapshot::Column) -> bool {
        self.is_among(&column.holds) || self.is_named_by(column)
    }

    /// The functions of a table's rows that a request may name.
    pub(super) fn functions(&self, snapshot: &Snapshot, table: &Table) -> Functions {
        if !self.is_any() {
            return Functions::All;
        }
        let of_rows = |field: &&ComputedField| {
            field.takes.schema == table.schema && field.takes.table == table.name
        };
        let fields = || snapshot.computed_fields.iter().filter(of_rows);
        // If several schemas have a function of one name, the search path decides. One function
        // that shows hidden columns is then reason enough to refuse the name.
        let shows_hidden = |field: &&ComputedField| field.opaque || self.is_among(&field.holds);
        let refused: HashSet<&String> =
            fields().filter(shows_hidden).map(|one| &one.name).collect();
        let names = fields().map(|field| &field.name);
        Functions::Only(
            names
                .filter(|name| !refused.contains(name))
                .cloned()
                .collect(),
        )
    }

    fn is_among(&self, held: &[TableName]) -> bool {
        held.iter().any(|table| self.0.contains(table))
    }

    /// Whether the column's type has the name of a table with hidden columns. Older snapshots do
    /// not say which rows a column holds, so the type's name decides for them.
    fn is_named_by(&self, column: &snapshot::Column) -> bool {
        let mut data_type = &column.data_type;
        while let DataType::Array { of } = data_type {
            data_type = of;
        }
        let printed = column.database_type.trim_end_matches("[]");
        let is_foreign = matches!(data_type, DataType::Other { .. });
        let parts = quote::parts(printed).filter(|_| is_foreign && self.is_any());
        let name = parts.and_then(|mut parts| parts.pop());
        name.is_some_and(|name| self.0.iter().any(|hidden| hidden.table == name))
    }
}

impl Catalog {
    /// The differences through which the live schema shows hidden columns that the catalog does not
    /// know of. A request that reads them might be allowed.
    pub fn revealed_by(&self, live: &Snapshot) -> Vec<Difference> {
        if !self.hides() {
            return Vec::new();
        }
        let live = tenants::unfold(live);
        let mut found = Vec::new();
        for catalog in self.alike.values().map(|alike| &**alike).chain([self]) {
            for resource in &catalog.resources {
                let Some(table) = live.table(&resource.schema, &resource.table) else {
                    continue;
                };
                found.extend(self.revealed_of(resource, table, &live));
            }
        }
        found
    }

    /// Visible columns of views that copy hidden columns unchanged, as `View.field` and
    /// `table.column`. They are not refused: a view has a policy of its own, and may exist to show
    /// these columns.
    pub fn copies_of_hidden(&self) -> Vec<(String, String)> {
        let copies = self.resources.iter().flat_map(|resource| {
            let table = self.snapshot.table(&resource.schema, &resource.table);
            let columns = table.into_iter().flat_map(|table| &table.columns);
            columns.filter_map(|column| {
                let origin = column.origin.as_ref()?;
                let shown = &resource.columns[resource.named(&column.name)?];
                let beneath = self.by_table(&origin.schema, &origin.table)?;
                let mut hidden = beneath.columns.iter().filter(|one| one.hidden);
                let hidden = hidden.find(|one| one.name == origin.column)?;
                Some((
                    format!("{}.{}", resource.name, shown.field),
                    format!("{}.{}", origin.table, hidden.name),
                ))
            })
        });
        copies.collect()
    }

    fn revealed_of(&self, resource: &Resource, table: &Table, live: &Snapshot) -> Vec<Difference> {
        let report = |column: Option<&str>, detail: String| Difference {
            schema: table.schema.clone(),
            name: table.name.clone(),
            column: column.map(str::to_owned),
            kind: DifferenceKind::TypeChanged,
            detail,
            harmful: true,
        };
        let columns = table.columns.iter().filter(|column| {
            self.hiding.is_among(&column.holds) && resource.named(&column.name).is_some()
        });
        let columns = columns.map(|column| {
            let name = &column.name;
            let detail = format!("column \"{name}\" holds rows of which something is hidden");
            report(Some(name), detail)
        });
        let (Functions::Only(known), Functions::Only(safe)) =
            (&resource.functions, self.hiding.functions(live, table))
        else {
            return columns.collect();
        };
        let is_gone = |name: &&String| {
            !live.computed_fields.iter().any(|field| {
                field.name == **name
                    && (&field.takes.schema, &field.takes.table) == (&table.schema, &table.name)
            })
        };
        let functions = known.difference(&safe).filter(|name| !is_gone(name));
        let functions = functions.map(|name| {
            let detail = format!("function \"{name}\" gives rows of which something is hidden");
            report(None, detail)
        });
        columns.chain(functions).collect()
    }
}
