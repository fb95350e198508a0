//! The text of a statement, and the values for it.

use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
};

use crate::{
    catalog::{Resource, Type},
    codec::Value,
};

/// SQL text and the values for its placeholders, in their order.
#[derive(Debug, Clone)]
pub struct Statement<'plan> {
    pub sql: Arc<Sql>,
    pub values: Vec<Cow<'plan, Value>>,
    /// Whether its answer may be long: whatever collects its rows stops at a number of bytes, and
    /// notes it in [`Sql::is_long`].
    pub bounded: bool,
}

/// The text of a statement.
#[derive(Debug)]
pub struct Sql {
    pub text: String,
    /// Never given twice in a process. `None`: made for one use, not worth preparing.
    pub id: Option<u64>,
    /// For a read of one row by its key: the same for many keys.
    pub many: Option<Many>,
    /// Types of its first columns as the codec reads them. A server that answers with others has
    /// another schema.
    pub returns: Vec<Type>,
    /// The table that it is about.
    pub table: TableId,
    /// How long it takes in the database, in microseconds, as the db has learned; 0 is not
    /// known, and 1 is what it is taken for to begin with where it follows a key. It is here because it lives as long as the text does.
    pub took: AtomicU32,
    /// The least of the last of these times; 0 is not known.
    pub took_least: AtomicU32,
    /// Whether the last answer was longer than is held in memory. Known of what is read as
    /// [`Statement::bounded`].
    pub is_long: AtomicBool,
}

/// Tells the tables apart that statements are about; the default is none, or several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TableId(usize);

impl TableId {
    pub fn of(resource: &Resource) -> Self {
        Self(super::address(resource))
    }

    /// The same for the same table, seldom for others.
    pub fn hash(self) -> u32 {
        // Addresses of resources differ in neither their first nor their last bits.
        (self.0 >> 4) as u32
    }

    #[cfg(test)]
    pub(crate) fn from_number(number: usize) -> Self {
        Self(number)
    }
}

/// A read of rows by their keys: `key = ANY($1)`. The key is the last column.
#[derive(Debug)]
pub struct Many {
    pub sql: Arc<Sql>,
    pub key: KeyType,
}

/// How the key of a row is told from another's, without asking the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyType {
    Text,
    Integer,
    Uuid,
}

impl Sql {
    /// Bytes that it holds.
    pub fn bytes(&self) -> usize {
        let many = self.many.as_ref().map_or(0, |many| many.sql.bytes());
        size_of::<Self>() + self.text.capacity() + self.returns.len() * size_of::<Type>() + many
    }

    /// A text that is not kept.
    pub fn once(text: impl Into<String>) -> Self {
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
    pub(super) fn kept(text: String, many: Option<Many>, quick: bool) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self {
            id: Some(NEXT.fetch_add(1, Ordering::Relaxed)),
            many,
            took: AtomicU32::new(u32::from(quick)),
            ..Self::once(text)
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

    /// A statement without values that is not kept.
    pub fn once(text: impl Into<String>) -> Self {
        Self {
            sql: Arc::new(Sql::once(text)),
            values: Vec::new(),
            bounded: false,
        }
    }
}
