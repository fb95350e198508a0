//! The text of a statement, and the values for it.

use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
};

use super::SqlWriter;
use crate::{
    catalog::{Resource, ResourceId, Type},
    codec::Value,
};

/// SQL text and the values for its placeholders, in their order.
#[derive(Debug, Clone)]
pub struct Statement<'plan> {
    pub sql: Arc<Sql>,
    pub values: Vec<Cow<'plan, Value>>,
    /// Whether its answer may be long. If so, its rows are collected up to a number of bytes only, and
    /// [`Sql::is_long`] notes whether there were more.
    pub bounded: bool,
}

/// The text of a statement.
#[derive(Debug)]
pub struct Sql {
    pub text: String,
    /// A number that no other text of the process has. `None` for a text that is used once, and not
    /// worth preparing.
    pub id: Option<u64>,
    /// The read of many rows by their keys, if this is the read of one row by its key.
    pub many: Option<Many>,
    /// The types of the first columns as the codec reads them. If the server answers with others, it
    /// has another schema.
    pub returns: Vec<Type>,
    /// The table that the statement is about.
    pub table: TableId,
    /// The time that it takes in the database, in microseconds, as `db` has measured it. 0 if it is not
    /// known, and 1 before the first time if the statement follows a key. It is kept here because it
    /// lives as long as the text does.
    pub took: AtomicU32,
    /// The least of the last of these times, in microseconds. 0 if it is not known.
    pub took_least: AtomicU32,
    /// Whether the last answer was longer than is held in memory. It is known only of statements that
    /// are [`Statement::bounded`].
    pub is_long: AtomicBool,
}

/// What is known of a statement beside its text.
#[derive(Debug, Default)]
pub(super) struct Traits {
    pub many: Option<Many>,
    pub returns: Vec<Type>,
    pub table: TableId,
    /// Whether it is taken to be quick before it has ever run, since it follows a key.
    pub quick: bool,
}

impl Traits {
    /// A statement that is quick.
    pub fn quick() -> Self {
        Self {
            quick: true,
            ..Self::default()
        }
    }

    /// A statement about the table of a resource.
    pub fn about(resource: &Resource) -> Self {
        Self {
            table: TableId::of(resource),
            ..Self::default()
        }
    }

    /// A statement that returns columns of a resource.
    pub fn returning(resource: &Resource, columns: impl Iterator<Item = usize>) -> Self {
        let types = columns.map(|column| resource.columns[column].data_type.clone());
        Self {
            returns: types.collect(),
            ..Self::about(resource)
        }
    }
}

/// Tells apart the tables that statements are about. The default is for a statement about no table, or
/// about several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TableId(Option<ResourceId>);

impl TableId {
    pub fn of(resource: &Resource) -> Self {
        Self(Some(resource.id))
    }

    /// The same even number for the same table, and seldom for others.
    pub fn hash(self) -> u32 {
        self.0.map_or(0, |id| (id.number() as u32 + 1) << 1)
    }

    #[cfg(test)]
    pub(crate) fn from_number(number: usize) -> Self {
        Self(Some(ResourceId::from_number(number)))
    }
}

/// A read of rows by their keys: `key = ANY($1)`. The last column is the key.
#[derive(Debug)]
pub struct Many {
    pub sql: Arc<Sql>,
    pub key: KeyType,
}

/// The type of a key whose values are equal only if their bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyType {
    Text,
    Integer,
    Uuid,
}

impl Sql {
    /// The number of bytes that it takes.
    pub fn bytes(&self) -> usize {
        let many = self.many.as_ref().map_or(0, |many| many.sql.bytes());
        size_of::<Self>() + self.text.capacity() + self.returns.len() * size_of::<Type>() + many
    }

    /// A text that is not kept, and not prepared.
    pub fn ad_hoc(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            id: None,
            many: None,
            returns: Vec::new(),
            table: TableId::default(),
            took: AtomicU32::new(0),
            took_least: AtomicU32::new(0),
            is_long: AtomicBool::new(false),
        }
    }

    /// A text that is kept, and told from all others.
    pub(super) fn prepared(mut text: String, mut traits: Traits) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        text.shrink_to_fit();
        Self {
            id: Some(NEXT.fetch_add(1, Ordering::Relaxed)),
            many: traits.many.take(),
            took: AtomicU32::new(u32::from(traits.quick)),
            ..Self::ad_hoc(text).with(traits)
        }
    }

    /// The same, with its types and its table.
    pub(super) fn with(self, traits: Traits) -> Self {
        Self {
            returns: traits.returns,
            table: traits.table,
            ..self
        }
    }
}

impl Statement<'_> {
    /// The same whose answer may be long.
    pub fn bounded(self) -> Self {
        Self {
            bounded: true,
            ..self
        }
    }

    /// The same with values of its own.
    pub fn into_owned(self) -> Statement<'static> {
        let values = self.values.into_iter();
        Statement {
            sql: self.sql,
            values: values.map(|it| Cow::Owned(it.into_owned())).collect(),
            bounded: self.bounded,
        }
    }

    /// A statement without values that is not kept, and not prepared.
    pub fn ad_hoc(text: impl Into<String>) -> Self {
        Self {
            sql: Arc::new(Sql::ad_hoc(text)),
            values: Vec::new(),
            bounded: false,
        }
    }
}

impl<'plan> Statement<'plan> {
    /// A statement that is not kept, and not prepared.
    pub(super) fn ad_hoc_of(sql: SqlWriter<'plan>, traits: Traits) -> Self {
        Self {
            sql: Arc::new(Sql::ad_hoc(sql.text).with(traits)),
            values: sql.binds,
            bounded: false,
        }
    }
}

impl<'plan> From<SqlWriter<'plan>> for Statement<'plan> {
    /// A statement that is not kept, and not prepared.
    fn from(sql: SqlWriter<'plan>) -> Self {
        Self::ad_hoc_of(sql, Traits::default())
    }
}
