//! Where a page begins: after the last row of the one before.
//!
//! The rows after one are told by disjoint conditions, of which each is a range of an index over the
//! order: the same first values, then a later one. Where nothing can be null and all go one way, one
//! comparison of rows says the same.

use reflect::snapshot::Database;

use super::{
    OrderBy, Select,
    select_node::{NodeOrder, SelectNode},
};
use crate::{
    catalog::Type,
    codec::Value,
    error::Error,
    query::{
        cursor::{Fingerprint, decode},
        parse::ListQuery,
    },
};

/// Which rows are after a row. CursorOrder are positions in [`SelectNode::order`].
#[derive(Debug, Clone, PartialEq)]
pub enum Seek {
    /// All terms as one: `(a, b) > (1, 2)`, or `<`.
    Row(Vec<Value>),
    /// Rows of any of these, which have none in common.
    Ranges(Vec<Vec<(usize, SeekBound)>>),
}

/// A condition on one term of an order.
#[derive(Debug, Clone, PartialEq)]
pub enum SeekBound {
    Equal(Value),
    /// Greater, or less where the term descends.
    Past(Value),
    Null,
    NotNull,
}

impl SelectNode {
    /// What tells cursors of this order from others.
    pub fn fingerprint(&self) -> Fingerprint {
        let order = self.order.iter();
        order.fold(Fingerprint::of(&self.from.name), |hash, term| {
            let (hash, resource) = match term.embed {
                None => (hash, &self.from),
                Some(embed) => {
                    let embed = &self.embeds[embed];
                    (hash.with(&embed.key), &embed.node.from)
                }
            };
            let hash = hash.with(&resource.columns[term.place.column].field);
            let hash = term
                .place
                .path
                .iter()
                .fold(hash, |hash, step| hash.with(&format!("{step:?}")));
            hash.directed(term.descending, term.nulls_first)
        })
    }

    /// Whether its rows have an order without ties, so that cursors can be made.
    pub fn has_cursors(&self) -> bool {
        let is_term = |column: &usize| {
            let mut order = self.order.iter();
            order.any(|term| term.is_column(*column))
        };
        !self.grouped && !self.from.key.is_empty() && self.from.key.iter().all(is_term)
    }
}

/// The cursor of a query.
///
/// # Errors
/// [`Error::InvalidParameter`] beside an offset, and where rows have no order without ties.
pub(super) fn asked(query: &ListQuery, has_cursors: bool) -> Result<Option<&str>, Error> {
    let Some(cursor) = &query.cursor else {
        return Ok(None);
    };
    if query.offset.is_some() {
        return Err(invalid(
            "and `offset` are two ways to say where a page begins",
        ));
    }
    if !has_cursors {
        return Err(invalid("rows without a key have no cursors; use `offset`"));
    }
    Ok(Some(cursor))
}

fn invalid(reason: &str) -> Error {
    Error::InvalidParameter {
        parameter: "cursor".to_owned(),
        reason: reason.to_owned(),
    }
}

/// What a cursor needs to know of an order.
pub(super) struct CursorOrder<'plan> {
    fingerprint: Fingerprint,
    terms: Vec<Term<'plan>>,
}

struct Term<'plan> {
    data_type: &'plan Type,
    descending: bool,
    nulls_first: bool,
    nullable: bool,
}

impl<'plan> From<&'plan SelectNode> for CursorOrder<'plan> {
    fn from(node: &'plan SelectNode) -> Self {
        let term = |term: &'plan NodeOrder| Term {
            data_type: &term.place.data_type,
            descending: term.descending,
            nulls_first: term.nulls_first.unwrap_or(term.descending),
            nullable: term.is_nullable(node),
        };
        Self {
            fingerprint: node.fingerprint(),
            terms: node.order.iter().map(term).collect(),
        }
    }
}

impl<'plan> From<&'plan Select> for CursorOrder<'plan> {
    fn from(plan: &'plan Select) -> Self {
        let term = |term: &OrderBy| Term {
            data_type: &plan.from.columns[term.column].data_type,
            descending: term.descending,
            nulls_first: term.nulls_first.unwrap_or(term.descending),
            nullable: plan.from.columns[term.column].nullable,
        };
        Self {
            fingerprint: plan.fingerprint(),
            terms: plan.order.iter().map(term).collect(),
        }
    }
}

/// The rows after those of a cursor.
///
/// # Errors
/// [`Error::InvalidParameter`] where the cursor is none of this list's.
pub(super) fn after(
    database: Database,
    order: &CursorOrder<'_>,
    cursor: &str,
) -> Result<Seek, Error> {
    let CursorOrder { fingerprint, terms } = order;
    let types: Vec<&Type> = terms.iter().map(|term| term.data_type).collect();
    let is_stored = database == Database::Sqlite;
    let values = decode(cursor, *fingerprint, &types, is_stored)
        .ok_or_else(|| invalid("is not the `nextCursor` of a list with this path and `order`"))?;
    let is_uniform = terms.iter().zip(&values).all(|(term, value)| {
        term.descending == terms[0].descending && !term.nullable && *value != Value::Null
    });
    if is_uniform {
        return Ok(Seek::Row(values));
    }
    let mut ranges = Vec::new();
    let mut same = Vec::new();
    for (position, (term, value)) in terms.iter().zip(values).enumerate() {
        let mut range = |bound| {
            let mut range: Vec<_> = same.clone();
            range.push((position, bound));
            ranges.push(range);
        };
        match (&value, term.nulls_first) {
            (Value::Null, true) => range(SeekBound::NotNull),
            (Value::Null, false) => {}
            (value, nulls_first) => {
                range(SeekBound::Past(value.clone()));
                if !nulls_first && term.nullable {
                    range(SeekBound::Null);
                }
            }
        }
        same.push((
            position,
            match value {
                Value::Null => SeekBound::Null,
                value => SeekBound::Equal(value),
            },
        ));
    }
    Ok(Seek::Ranges(ranges))
}

impl NodeOrder {
    /// Whether it is a column of the level's own resource.
    pub fn is_column(&self, column: usize) -> bool {
        self.embed.is_none() && self.place.path.is_empty() && self.place.column == column
    }

    /// Whether the place may hold null.
    pub fn is_nullable(&self, node: &SelectNode) -> bool {
        !self.is_column(self.place.column) || node.from.columns[self.place.column].nullable
    }
}
