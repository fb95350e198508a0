//! Finds the table's column that a view's column copies.
//!
//! PostgreSQL's parser stores this: every entry of a query's target list names the table and column it
//! comes from (`resorigtbl`, `resorigcol` of `TargetEntry`). That includes subqueries and joins, but
//! not other views, which are followed here.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sqlx::{Postgres, Transaction};

use super::{
    catalog_rows::{NameRow, RuleRow},
    fetch,
};
use crate::{introspect::ReflectError, snapshot::Origin};

/// Longest chain of views that is followed.
const MAX_VIEWS: usize = 32;

/// Columns by relation and number.
type Place = (i64, i16);

/// The origins of the columns of views.
pub(super) struct Origins {
    /// The table's column for every column that has an origin.
    of: BTreeMap<Place, Place>,
    names: BTreeMap<Place, Origin>,
}

impl Origins {
    /// Reads the origins of `views`, and of the views that these read.
    pub(super) async fn read(
        db: &mut Transaction<'static, Postgres>,
        views: Vec<i64>,
    ) -> Result<Self, ReflectError> {
        let mut direct: BTreeMap<Place, Place> = BTreeMap::new();
        let mut seen: BTreeSet<i64> = BTreeSet::new();
        let mut next = views;
        for _ in 0..MAX_VIEWS {
            next.retain(|relation| seen.insert(*relation));
            if next.is_empty() {
                break;
            }
            let sql = include_str!("rules.sql");
            let rules: Vec<RuleRow> = fetch(db, "views", sql, std::mem::take(&mut next)).await?;
            for rule in rules {
                for (number, origin) in targets(&rule.action) {
                    direct.insert((rule.relation, number), origin);
                    next.push(origin.0);
                }
            }
        }
        let resolve = |place: &Place| {
            let mut place = *place;
            for _ in 0..MAX_VIEWS {
                match direct.get(&place) {
                    Some(further) => place = *further,
                    None => break,
                }
            }
            place
        };
        let of: BTreeMap<Place, Place> = direct.keys().map(|from| (*from, resolve(from))).collect();
        let relations: BTreeSet<i64> = of.values().map(|(relation, _)| *relation).collect();
        let names = if relations.is_empty() {
            Vec::new()
        } else {
            let relations: Vec<i64> = relations.into_iter().collect();
            fetch::<NameRow>(db, "views", include_str!("names.sql"), relations).await?
        };
        let names = names.into_iter().map(|row| {
            let origin = Origin {
                schema: row.schema,
                table: row.table,
                column: row.column,
            };
            ((row.relation, row.number), origin)
        });
        Ok(Self {
            of,
            names: names.collect(),
        })
    }

    /// The origin of the column at this position of a view.
    pub(super) fn of(&self, view: i64, position: usize) -> Option<&Origin> {
        let number = i16::try_from(position + 1).ok()?;
        self.names.get(self.of.get(&(view, number))?)
    }

    /// The tables that columns come from.
    pub(super) fn tables(&self) -> impl Iterator<Item = i64> {
        self.of.values().map(|(relation, _)| *relation)
    }
}

/// The target list of the outermost query of a rule: the number of each entry, and its origin.
fn targets(action: &str) -> Vec<(i16, Place)> {
    let mut found = Vec::new();
    let Some((_, list)) = at_depth(action, 2).find(|(name, _)| *name == "targetList") else {
        return found;
    };
    for entry in entries(list) {
        let (mut number, mut table, mut column) = (None, None, None);
        for (name, value) in at_depth(entry, 1) {
            match name {
                "resno" => number = value.trim().parse().ok(),
                "resorigtbl" => table = value.trim().parse().ok(),
                "resorigcol" => column = value.trim().parse().ok(),
                _ => {}
            }
        }
        if let (Some(number), Some(table @ 1..), Some(column @ 1..)) = (number, table, column) {
            found.push((number, (table, column)));
        }
    }
    found
}

/// The fields of a node (`:name value`) at this depth of brackets, each with the text up to the next
/// field. PostgreSQL's `outfuncs.c` puts a backslash before characters that are not syntax.
fn at_depth(text: &str, wanted: usize) -> impl Iterator<Item = (&str, &str)> {
    let mut starts = Vec::new();
    let mut depth = 0_usize;
    let mut before = ' ';
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            ':' if depth == wanted && before == ' ' => starts.push(at),
            _ => {}
        }
        before = character;
    }
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([text.len()]).collect();
    starts.into_iter().zip(ends).filter_map(|(start, end)| {
        let field = &text[start + 1..end];
        let name = field.split_whitespace().next()?;
        Some((name, &field[name.len()..]))
    })
}

/// The nodes of a list: `({…} {…})`.
fn entries(list: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    let mut characters = list.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '{' => {
                if depth == 0 {
                    start = at;
                }
                depth += 1;
            }
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    found.push(&list[start..=at]);
                }
            }
            ')' if depth == 0 => break,
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outermost_target_list_says_where_columns_come_from() {
        let action = "({QUERY :commandType 1 :rtable ({RTE :subquery {QUERY :targetList \
            ({TARGETENTRY :expr {VAR :varno 1} :resno 1 :resname x :resorigtbl 9 :resorigcol 9 \
            :resjunk false}) :limit <>}}) :targetList ({TARGETENTRY :expr {VAR :varno 1 :varattno 1} \
            :resno 1 :resname odd\\ \\{name :ressortgroupref 0 :resorigtbl 16390 :resorigcol 2 \
            :resjunk false} {TARGETENTRY :expr {CONST :constvalue 4 [ 1 0 0 0 ]} :resno 2 :resname one \
            :ressortgroupref 0 :resorigtbl 0 :resorigcol 0 :resjunk false}) :override 0})";
        assert_eq!(targets(action), vec![(1, (16390, 2))]);
        assert_eq!(targets("<>"), vec![]);
    }
}
