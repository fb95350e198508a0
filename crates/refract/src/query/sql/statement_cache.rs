//! The texts of statements that are kept and prepared.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{Arc, PoisonError, RwLock},
};

use twox_hash::XxHash3_64;

use super::{
    Sql,
    generations::{CacheHit, Generations},
    statement::Traits,
};

/// The longest text that is kept, and prepared by name. A longer one was made by hand for its request,
/// and takes longer to run than to read.
const MAX_KEPT_BYTES: usize = 32 * 1024;

/// Texts of statements by themselves, within a number of bytes. Callers choose them by their filters.
#[derive(Debug)]
pub struct StatementCache {
    by_hash: RwLock<Generations<u64, Arc<Sql>>>,
    /// It keeps callers from choosing texts of equal hashes.
    seed: u64,
}

impl StatementCache {
    /// A cache of `limit_bytes` bytes.
    pub fn new(limit_bytes: usize) -> Self {
        Self {
            by_hash: RwLock::new(Generations::new(limit_bytes)),
            seed: RandomState::new().hash_one(limit_bytes),
        }
    }

    /// The statement of a text: the one that is kept, or a new one. A text that is not kept is not
    /// prepared.
    pub fn prepared(&self, text: String, traits: impl FnOnce() -> Traits) -> Arc<Sql> {
        if text.len() > MAX_KEPT_BYTES {
            return Arc::new(Sql::ad_hoc(text).with(traits()));
        }
        let hash = XxHash3_64::oneshot_with_seed(self.seed, text.as_bytes());
        match self.find(hash) {
            Some(sql) if sql.text == text => sql,
            Some(_) => Arc::new(Sql::ad_hoc(text).with(traits())),
            None => {
                let sql = Arc::new(Sql::prepared(text, traits()));
                self.keep(hash, sql)
            }
        }
    }

    fn find(&self, hash: u64) -> Option<Arc<Sql>> {
        let kept = self.by_hash.read().unwrap_or_else(PoisonError::into_inner);
        match kept.find(&hash)? {
            CacheHit::Young(sql) => Some(sql),
            CacheHit::Old(sql) => {
                drop(kept);
                let mut kept = self.by_hash.write().unwrap_or_else(PoisonError::into_inner);
                // Another request may have been faster.
                Some(kept.renew(hash).unwrap_or(sql))
            }
        }
    }

    fn keep(&self, hash: u64, sql: Arc<Sql>) -> Arc<Sql> {
        let mut kept = self.by_hash.write().unwrap_or_else(PoisonError::into_inner);
        let before = kept.keep(hash, sql.clone(), sql.bytes());
        // Another request may have been faster, with the same text or with another of this hash.
        if before.text == sql.text { before } else { sql }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_prepared_once() {
        let cache = StatementCache::new(1024 * 1024);
        let prepared = |text: &str| cache.prepared(text.to_owned(), Traits::default);
        let first = prepared("SELECT 1");
        assert!(Arc::ptr_eq(&first, &prepared("SELECT 1")));
        assert_ne!(first.id, prepared("SELECT 2").id);
        assert_eq!(prepared(&"x".repeat(MAX_KEPT_BYTES + 1)).id, None);
    }
}
