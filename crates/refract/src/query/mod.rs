//! A request's question, from text to SQL: [`parse`] ─► [`plan`] ─► [`sql`].
//!
//! All of it is synchronous and pure. `parse` refuses text that is not of the grammar, `plan`
//! refuses names and values that are not of the catalog, `sql` refuses nothing: a plan can no
//! longer be wrong, only fail in the database.

pub mod body;
pub mod casts;
pub mod csv;
pub mod cursor;
pub(crate) mod fill;
pub mod operators;
pub mod parse;
pub mod plan;
pub mod prefer;
pub mod sql;

/// Bounds of what one request may ask.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Rows of a list that names no `limit`.
    pub page_size: u64,
    /// Largest `limit`.
    pub max_page_size: u64,
    /// Conditions, wherever they stand.
    pub filters: usize,
    /// Levels of `and`/`or` within each other, and of embedded relations.
    pub depth: usize,
    /// Embedded relations.
    pub embeds: usize,
    /// Rows that one row may have embedded of one relation.
    pub embed_rows: u64,
    /// Bytes of a query string.
    pub query_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            page_size: 20,
            max_page_size: 100,
            filters: 64,
            depth: 8,
            embeds: 16,
            embed_rows: 1000,
            query_bytes: 16 * 1024,
        }
    }
}
