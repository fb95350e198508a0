//! Finds the keys of views.
//!
//! The database does not report keys for views. A view still has a key if it selects a table's key
//! columns unchanged and joins every other table on a whole key, so that each row of the table appears
//! at most once. The columns of `GROUP BY` and of `DISTINCT ON` are also unique in the result.

mod view_query;

use std::collections::HashSet;

use self::view_query::{Column, Merge, Output, Query};
use crate::snapshot::{Database, Key, Snapshot, Table, TableKind};

/// A column of one of the sources of a query, by its position.
type Place<'a> = (usize, &'a str);

/// Two columns that are equal. Where a source is given, they are equal in its rows only.
type Equal<'a> = ([Place<'a>; 2], Option<usize>);

/// Sets the row key of every view that certainly has one. `multiplying` are functions that return
/// several rows for one.
pub(super) fn find_keys(snapshot: &mut Snapshot, multiplying: &[String]) {
    let queries: Vec<(usize, Query)> = snapshot
        .tables
        .iter()
        .enumerate()
        .filter(|(_, table)| is_view(table))
        .filter_map(|(place, view)| {
            let definition = view.definition.as_deref()?;
            Some((
                place,
                view_query::parse(snapshot.database, definition, multiplying)?,
            ))
        })
        .collect();
    // A view may read another view, whose key must be found first.
    loop {
        let found: Vec<(usize, Vec<String>)> = queries
            .iter()
            .filter(|(place, _)| snapshot.tables[*place].row_key.is_empty())
            .filter_map(|(place, query)| {
                let view = &snapshot.tables[*place];
                Some((*place, Reading::of(snapshot, query)?.key(view)?))
            })
            .collect();
        if found.is_empty() {
            return;
        }
        for (place, key) in found {
            let view = &mut snapshot.tables[place];
            for column in &mut view.columns {
                if key.contains(&column.name) {
                    column.nullable = false;
                }
            }
            view.row_key = key;
        }
    }
}

fn is_view(table: &Table) -> bool {
    matches!(table.kind, TableKind::View | TableKind::MaterializedView)
}

/// A query with resolved names.
struct Reading<'a> {
    tables: Vec<&'a Table>,
    optional: Vec<bool>,
    equalities: Vec<Equal<'a>>,
    outputs: Vec<Option<Place<'a>>>,
    grouping: Option<Vec<Place<'a>>>,
    /// The columns of `DISTINCT ON`.
    distinct: Option<Vec<Place<'a>>>,
}

impl<'a> Reading<'a> {
    fn of(snapshot: &'a Snapshot, query: &Query) -> Option<Self> {
        let sources = query.sources.iter();
        let mut finder = Finder {
            snapshot,
            query,
            tables: sources
                .map(|source| table(snapshot, &source.name))
                .collect::<Option<_>>()?,
            merged: Vec::new(),
        };
        finder.merged = finder.merges()?;
        // An equality with an unresolved column proves nothing and is left out.
        let equalities = query.equalities.iter().filter_map(|equality| {
            let [left, right] = &equality.sides;
            Some(([finder.column(left)?, finder.column(right)?], equality.only))
        });
        Some(Self {
            equalities: equalities.chain(finder.merged.clone()).collect(),
            outputs: finder.outputs(),
            grouping: match &query.grouping {
                None => None,
                Some(columns) => Some(
                    columns
                        .iter()
                        .map(|column| finder.column(column))
                        .collect::<Option<_>>()?,
                ),
            },
            distinct: query.distinct_on.as_ref().and_then(|columns| {
                let places = columns.iter().map(|column| finder.column(column));
                places.collect()
            }),
            optional: query.sources.iter().map(|source| source.optional).collect(),
            tables: finder.tables,
        })
    }

    /// The columns of the view that address one row.
    fn key(&self, view: &Table) -> Option<Vec<String>> {
        if self.outputs.len() != view.columns.len() {
            return None;
        }
        let shown = |place: Place<'_>| {
            let output = self
                .outputs
                .iter()
                .position(|output| *output == Some(place))?;
            Some(view.columns[output].name.clone())
        };
        let always_there = (0..self.tables.len()).filter(|&source| !self.optional[source]);
        for source in always_there {
            let tells_rows_apart = |key: &&[String]| match &self.grouping {
                None => self.determined_by(source).len() == self.tables.len(),
                Some(grouping) => {
                    let determined = self.determined_by(source);
                    key.iter()
                        .all(|column| grouping.contains(&(source, column.as_str())))
                        && grouping.iter().all(|(other, _)| determined.contains(other))
                }
            };
            let keys = total_keys(self.tables[source]);
            let found = keys.filter(tells_rows_apart).find_map(|key| {
                let columns = key.iter().map(|column| shown((source, column)));
                columns.collect::<Option<Vec<_>>>()
            });
            if found.is_some() {
                return found;
            }
        }
        let is_certain = |&(source, column): &Place<'_>| {
            let found = self.tables[source].column(column);
            !self.optional[source] && found.is_some_and(|column| !column.nullable)
        };
        let unique = [&self.grouping, &self.distinct].into_iter().flatten();
        unique
            .filter(|places| places.iter().all(is_certain))
            .find_map(|places| places.iter().map(|&place| shown(place)).collect())
    }

    /// The sources that have at most one row for each row of this source. The source itself is included.
    fn determined_by(&self, source: usize) -> HashSet<usize> {
        let mut determined = HashSet::from([source]);
        loop {
            let next = (0..self.tables.len())
                .filter(|other| !determined.contains(other))
                .find(|&other| {
                    keys(self.tables[other]).any(|key| {
                        key.iter()
                            .all(|column| self.is_equated((other, column), &determined))
                    })
                });
            match next {
                Some(other) => determined.insert(other),
                None => return determined,
            };
        }
    }

    /// Whether a column equals a column of one of these sources wherever its own source has a row.
    fn is_equated(&self, place: Place<'_>, sources: &HashSet<usize>) -> bool {
        self.equalities.iter().any(|([left, right], only)| {
            only.is_none_or(|only| only == place.0)
                && (*left == place && sources.contains(&right.0)
                    || *right == place && sources.contains(&left.0))
        })
    }
}

/// Resolves the names of a query.
struct Finder<'a, 'query> {
    snapshot: &'a Snapshot,
    query: &'query Query,
    tables: Vec<&'a Table>,
    /// Pairs of columns that joins have merged. The name refers to the left one.
    merged: Vec<Equal<'a>>,
}

impl<'a> Finder<'a, '_> {
    /// Collects the columns that joins with `USING` and `NATURAL` merge.
    fn merges(&self) -> Option<Vec<Equal<'a>>> {
        let mut merged = Vec::new();
        for merge in &self.query.merges {
            for (right, name) in self.names_of(merge)? {
                let mut left = merge.left.clone();
                let left = left.find_map(|place| self.own(place, name))?;
                merged.push(([left, (right, name)], merge.only));
            }
        }
        Some(merged)
    }

    /// The columns of the right side that the left side also has.
    fn names_of(&self, merge: &Merge) -> Option<Vec<Place<'a>>> {
        match &merge.names {
            Some(names) => {
                let names = names.iter();
                names.map(|name| self.own(merge.right, name)).collect()
            }
            None => {
                let columns = self.tables[merge.right].columns.iter();
                let names = columns.map(|column| column.name.as_str());
                let is_left = |name: &&str| {
                    let mut left = merge.left.clone();
                    left.any(|place| self.own(place, name).is_some())
                };
                Some(
                    names
                        .filter(is_left)
                        .map(|name| (merge.right, name))
                        .collect(),
                )
            }
        }
    }

    /// A column of one source.
    fn own(&self, source: usize, name: &str) -> Option<Place<'a>> {
        let mut columns = self.tables[source].columns.iter();
        let own = columns.find(|own| self.same(&own.name, name))?;
        Some((source, own.name.as_str()))
    }

    /// Whether a column has been merged into another one.
    fn is_merged(&self, place: Place<'_>) -> bool {
        self.merged.iter().any(|([_, right], _)| *right == place)
    }

    fn column(&self, column: &Column) -> Option<Place<'a>> {
        let mut found = self
            .query
            .sources
            .iter()
            .enumerate()
            .filter_map(|(place, source)| {
                let is_named = |of: &String| self.same(of, &source.alias);
                if !column.of.as_ref().is_none_or(is_named) {
                    return None;
                }
                self.own(place, &column.name)
                    .filter(|&own| column.of.is_some() || !self.is_merged(own))
            });
        // A name that several tables have is ambiguous.
        match (found.next(), found.next()) {
            (Some(place), None) => Some(place),
            _ => None,
        }
    }

    /// The columns of the result, with stars expanded.
    fn outputs(&self) -> Vec<Option<Place<'a>>> {
        let mut outputs = Vec::new();
        for output in &self.query.outputs {
            match output {
                Output::Column(column) => outputs.push(self.column(column)),
                Output::Expression => outputs.push(None),
                Output::All(of) => {
                    for (place, source) in self.query.sources.iter().enumerate() {
                        if of.as_ref().is_none_or(|of| self.same(of, &source.alias)) {
                            let columns = self.tables[place].columns.iter();
                            let places = columns.map(|own| (place, own.name.as_str()));
                            let shown = places.filter(|&own| of.is_some() || !self.is_merged(own));
                            outputs.extend(shown.map(Some));
                        }
                    }
                }
            }
        }
        outputs
    }

    fn same(&self, one: &str, other: &str) -> bool {
        match self.snapshot.database {
            Database::Postgres => one == other,
            Database::Sqlite => one.eq_ignore_ascii_case(other),
        }
    }
}

/// The table with a name. The database prints no schema where the search_path finds the table without.
fn table<'a>(snapshot: &'a Snapshot, name: &[String]) -> Option<&'a Table> {
    match (name, snapshot.database) {
        ([schema, name], _) => snapshot.table(schema, name),
        ([name], Database::Postgres) => snapshot
            .schemas
            .iter()
            .find_map(|schema| snapshot.table(schema, name)),
        ([name], Database::Sqlite) => snapshot
            .tables
            .iter()
            .find(|table| table.name.eq_ignore_ascii_case(name)),
        _ => None,
    }
}

/// The unique keys of a table.
fn keys(table: &Table) -> impl Iterator<Item = &[String]> {
    let keys = table.primary_key.iter().chain(&table.unique_keys);
    keys.map(|Key { columns, .. }| columns.as_slice())
        .chain([table.row_key.as_slice()])
        .filter(|key| !key.is_empty())
}

/// The unique keys whose columns are never NULL, the primary key first.
fn total_keys(table: &Table) -> impl Iterator<Item = &[String]> {
    let is_total = |name: &String| table.column(name).is_some_and(|column| !column.nullable);
    keys(table).filter(move |key| key.iter().all(is_total))
}
