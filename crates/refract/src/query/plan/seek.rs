//! The start of a page: after the last row of the page before.
//!
//! The rows after a cursor are those of disjoint ranges. Each range has the same first values of the
//! order and a later next value, so that an index over the order serves it. If no term can be null and
//! all have one direction, one comparison of rows does the same.

use reflect::snapshot::Database;

use super::select_node::{NodeOrder, SelectNode};
use crate::{
    catalog::{Resource, Type},
    codec::Value,
    error::Error,
    query::{
        cursor::{Fingerprint, decode},
        parse::ListQuery,
    },
};

/// The rows after a row. Numbers are positions in [`SelectNode::order`].
#[derive(Debug, Clone, PartialEq)]
pub enum Seek {
    /// One comparison of all terms: `(a, b) > (1, 2)`, or `<`.
    Row(Vec<Value>),
    /// The rows of any of these disjoint ranges.
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
    /// The fingerprint of its order: it tells the cursors of this order from all others.
    pub fn fingerprint(&self) -> Fingerprint {
        let start = Fingerprint::of(&self.from.name);
        self.order.iter().fold(start, |hash, term| {
            let (hash, resource) = match term.embed {
                None => (hash, &*self.from),
                Some(embed) => {
                    let embed = &self.embeds[embed];
                    (hash.with(&embed.key), &*embed.node.from)
                }
            };
            let hash = hash.with(&resource.columns[term.place.column].field);
            let path = term.place.path.iter();
            let hash = path.fold(hash, |hash, step| hash.with(&format!("{step:?}")));
            hash.directed(term.descending, term.nulls_first)
        })
    }

    /// Whether its order has no ties, so that it can have cursors.
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
/// [`Error::InvalidParameter`] next to an offset, and for an order that may have ties.
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

/// The parts of an order that a cursor depends on.
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
            nullable: term.is_nullable(&node.from),
        };
        Self {
            fingerprint: node.fingerprint(),
            terms: node.order.iter().map(term).collect(),
        }
    }
}

/// The rows after a cursor.
///
/// # Errors
/// [`Error::InvalidParameter`] for a cursor of another list.
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
    /// Whether it is this column of the node's own resource.
    pub fn is_column(&self, column: usize) -> bool {
        self.embed.is_none() && self.place.path.is_empty() && self.place.column == column
    }

    /// Whether it may be null for a row of `from`.
    pub fn is_nullable(&self, from: &Resource) -> bool {
        !self.is_column(self.place.column) || from.columns[self.place.column].nullable
    }
}
