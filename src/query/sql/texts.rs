//! Texts that are kept.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, PoisonError, RwLock},
};

use super::{Sql, TableId, shape::Shape};

/// Texts kept in each of two generations: when the younger is full, it becomes the older, and what
/// was in that is dropped unless it has been used since. Callers choose shapes by their filters, so
/// that their number has no other bound.
const MAX_KEPT: usize = 5_000;

#[derive(Debug, Default)]
pub(super) struct Texts {
    by_shape: RwLock<Generations<Shape>>,
    /// Those of `/rest/v1`, which writes its own.
    written: RwLock<Generations<String>>,
}

#[derive(Debug)]
struct Generations<K> {
    young: HashMap<K, Arc<Sql>>,
    old: HashMap<K, Arc<Sql>>,
}

impl Texts {
    pub(super) fn find(&self, shape: &Shape) -> Option<Arc<Sql>> {
        find(&self.by_shape, shape)
    }

    pub(super) fn keep(&self, shape: Shape, sql: Arc<Sql>) -> Arc<Sql> {
        keep(&self.by_shape, shape, sql)
    }

    /// What is kept under a text that was written elsewhere.
    pub(super) fn written(&self, table: TableId, text: String) -> Arc<Sql> {
        find(&self.written, &text).unwrap_or_else(|| {
            let sql = Arc::new(Sql {
                table,
                ..Sql::kept(text.clone(), None, false)
            });
            keep(&self.written, text, sql)
        })
    }
}

fn find<K: Clone + Eq + Hash>(texts: &RwLock<Generations<K>>, key: &K) -> Option<Arc<Sql>> {
    let kept = texts.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(sql) = kept.young.get(key) {
        return Some(sql.clone());
    }
    let sql = kept.old.get(key)?.clone();
    drop(kept);
    Some(keep(texts, key.clone(), sql))
}

fn keep<K: Eq + Hash>(texts: &RwLock<Generations<K>>, key: K, sql: Arc<Sql>) -> Arc<Sql> {
    let mut kept = texts.write().unwrap_or_else(PoisonError::into_inner);
    if kept.young.len() >= MAX_KEPT {
        kept.old = std::mem::take(&mut kept.young);
    }
    // Another request may have been faster; its text has its history already.
    kept.young.entry(key).or_insert(sql).clone()
}

impl<K> Default for Generations<K> {
    fn default() -> Self {
        Self {
            young: HashMap::new(),
            old: HashMap::new(),
        }
    }
}
