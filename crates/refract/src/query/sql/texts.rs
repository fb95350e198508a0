//! Texts that are kept.

use std::{
    hash::Hash,
    sync::{Arc, PoisonError, RwLock},
};

use super::{
    Sql, TableId,
    generations::{Found, Generations},
    shape::Shape,
};

/// Longest text that is kept, and prepared by name. A longer one is made by hand for its request,
/// and takes longer to run than to read.
pub(super) const MAX_KEPT_BYTES: usize = 32 * 1024;

#[derive(Debug)]
pub(super) struct Texts {
    by_shape: Cache<Shape>,
    /// Those of `/rest/v1`, which writes its own.
    written: Cache<String>,
}

type Cache<K> = RwLock<Generations<K, Arc<Sql>>>;

impl Texts {
    /// Texts of `limit_bytes` together, their keys included. Callers choose both by their filters.
    pub(super) fn new(limit_bytes: usize) -> Self {
        Self {
            by_shape: RwLock::new(Generations::new(limit_bytes / 2)),
            written: RwLock::new(Generations::new(limit_bytes / 2)),
        }
    }

    pub(super) fn find(&self, shape: &Shape) -> Option<Arc<Sql>> {
        find(&self.by_shape, shape)
    }

    pub(super) fn keep(&self, shape: Shape, sql: Arc<Sql>) -> Arc<Sql> {
        let bytes = shape.parts.capacity() * size_of::<u16>() + sql.bytes();
        keep(&self.by_shape, shape, sql, bytes)
    }

    /// What is kept under a text that was written elsewhere; one that is not kept is not prepared.
    pub(super) fn written(&self, table: TableId, text: String) -> Arc<Sql> {
        if text.len() > MAX_KEPT_BYTES {
            return Arc::new(Sql {
                table,
                ..Sql::once(text)
            });
        }
        find(&self.written, &text).unwrap_or_else(|| {
            let sql = Arc::new(Sql {
                table,
                ..Sql::kept(text.clone(), None, false)
            });
            let bytes = text.capacity() + sql.bytes();
            keep(&self.written, text, sql, bytes)
        })
    }
}

fn find<K: Clone + Eq + Hash>(texts: &Cache<K>, key: &K) -> Option<Arc<Sql>> {
    let kept = texts.read().unwrap_or_else(PoisonError::into_inner);
    match kept.find(key)? {
        Found::Young(sql) => Some(sql),
        Found::Old(sql) => {
            drop(kept);
            let mut kept = texts.write().unwrap_or_else(PoisonError::into_inner);
            // Another request may have been faster.
            Some(kept.renew(key.clone()).unwrap_or(sql))
        }
    }
}

fn keep<K: Eq + Hash>(texts: &Cache<K>, key: K, sql: Arc<Sql>, bytes: usize) -> Arc<Sql> {
    let mut kept = texts.write().unwrap_or_else(PoisonError::into_inner);
    kept.keep(key, sql, bytes)
}
