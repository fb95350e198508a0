//! A cache whose size is counted in bytes.

use std::{collections::HashMap, hash::Hash};

/// The bytes that an entry takes beside its key and its value: slots of tables, counters, padding.
const ENTRY_BYTES: usize = 256;

/// Values by keys that callers choose, within a number of bytes.
///
/// There are two generations. When the younger one is full, it becomes the older one, and the entries
/// of the former older one are dropped unless they have been used since. So the entries that are in
/// use stay, without a list of uses to which every look-up would have to write.
#[derive(Debug)]
pub struct Generations<K, V> {
    young: HashMap<K, Entry<V>>,
    old: HashMap<K, Entry<V>>,
    young_bytes: usize,
    /// The most bytes of one generation.
    limit_bytes: usize,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    bytes: usize,
}

/// The result of a look-up.
#[derive(Debug, PartialEq, Eq)]
pub enum CacheHit<V> {
    Young(V),
    /// The entry is dropped with its generation, unless [`Generations::renew`] is called.
    Old(V),
}

impl<K: Eq + Hash, V: Clone> Generations<K, V> {
    /// A cache of `limit_bytes` bytes, as [`Self::keep`] is told them.
    pub fn new(limit_bytes: usize) -> Self {
        Self {
            young: HashMap::new(),
            old: HashMap::new(),
            young_bytes: 0,
            limit_bytes: limit_bytes / 2,
        }
    }

    pub fn find(&self, key: &K) -> Option<CacheHit<V>> {
        if let Some(entry) = self.young.get(key) {
            return Some(CacheHit::Young(entry.value.clone()));
        }
        self.old
            .get(key)
            .map(|entry| CacheHit::Old(entry.value.clone()))
    }

    /// Keeps a value that takes `bytes` bytes, its key included. Gives the value that is kept, since
    /// another request may have been faster.
    pub fn keep(&mut self, key: K, value: V, bytes: usize) -> V {
        if let Some(entry) = self.young.get(&key) {
            return entry.value.clone();
        }
        let bytes = bytes.saturating_add(ENTRY_BYTES);
        if self.young_bytes.saturating_add(bytes) > self.limit_bytes {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        // A value that is larger than a generation is not kept at all.
        if bytes <= self.limit_bytes {
            let entry = Entry {
                value: value.clone(),
                bytes,
            };
            self.young_bytes += bytes;
            self.young.insert(key, entry);
        }
        value
    }

    /// Moves a value from the older generation to the younger one.
    pub fn renew(&mut self, key: K) -> Option<V> {
        let Entry { value, bytes } = self.old.remove(&key)?;
        Some(self.keep(key, value, bytes - ENTRY_BYTES))
    }

    pub fn remove(&mut self, key: &K) {
        if let Some(entry) = self.young.remove(key) {
            self.young_bytes -= entry.bytes;
        }
        self.old.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(cache: &Generations<u32, u32>) -> usize {
        let entries = cache.young.values().chain(cache.old.values());
        entries.map(|entry| entry.bytes).sum()
    }

    #[test]
    fn no_number_of_entries_takes_more_than_the_limit() {
        let mut cache = Generations::new(100_000);
        for key in 0..10_000 {
            cache.keep(key, key, (key as usize * 37) % 3000);
            assert!(bytes(&cache) <= 100_000);
        }
        cache.keep(10_001, 0, 60_000);
        assert_eq!(cache.find(&10_001), None, "larger than a generation");
    }

    #[test]
    fn what_is_in_use_stays() {
        let mut cache = Generations::new(100_000);
        cache.keep(u32::MAX, 7, 1000);
        for key in 0..1000 {
            cache.keep(key, key, 1000);
            if let CacheHit::Old(_) = cache.find(&u32::MAX).expect("it is in use") {
                assert_eq!(cache.renew(u32::MAX), Some(7));
            }
        }
        assert_eq!(cache.find(&0), None, "it has not been used since");
        cache.remove(&u32::MAX);
        assert_eq!(cache.find(&u32::MAX), None);
    }
}
