//! Texts that are kept.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
};

use super::{Sql, shape::Shape};

/// Texts kept in each of two generations: when the younger is full, it becomes the older, and what
/// was in that is dropped unless it has been used since. Callers choose shapes by their filters, so
/// that their number has no other bound.
const MAX_KEPT: usize = 5_000;
/// Texts by their shapes, and those that have none.
#[derive(Debug, Default)]
pub(super) struct Texts(RwLock<Kept>);

#[derive(Debug, Default)]
struct Kept {
    young: HashMap<Shape, Arc<Sql>>,
    old: HashMap<Shape, Arc<Sql>>,
    /// Those of `/rest/v1`, which writes its own.
    written: HashMap<String, Arc<Sql>>,
}

impl Texts {
    pub(super) fn find(&self, shape: &Shape) -> Option<Arc<Sql>> {
        let kept = self.read();
        if let Some(sql) = kept.young.get(shape) {
            return Some(sql.clone());
        }
        let sql = kept.old.get(shape)?.clone();
        drop(kept);
        Some(self.keep(shape.clone(), sql))
    }

    pub(super) fn keep(&self, shape: Shape, sql: Arc<Sql>) -> Arc<Sql> {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.young.len() >= MAX_KEPT {
            kept.old = std::mem::take(&mut kept.young);
        }
        // Another request may have been faster; its text has its history already.
        kept.young.entry(shape).or_insert(sql).clone()
    }

    /// What is kept under a text that was written elsewhere.
    pub(super) fn written(&self, text: String) -> Arc<Sql> {
        if let Some(sql) = self.read().written.get(&text) {
            return sql.clone();
        }
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.written.len() >= MAX_KEPT {
            kept.written.clear();
        }
        let sql = || Arc::new(Sql::kept(text.clone(), None, false));
        kept.written.entry(text.clone()).or_insert_with(sql).clone()
    }

    fn read(&self) -> RwLockReadGuard<'_, Kept> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}
