//! The limits of one request.

/// The limits of one request.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The number of rows of a list without `limit`.
    pub page_size: u64,
    /// The largest `limit`.
    pub max_page_size: u64,
    /// The most conditions, wherever they stand.
    pub filters: usize,
    /// The deepest nesting of `and` and `or`, and of embedded relations.
    pub depth: usize,
    /// The most embedded relations.
    pub embeds: usize,
    /// The most rows of one relation that one row embeds.
    pub embed_rows: u64,
    /// The length of a query string, in bytes.
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
