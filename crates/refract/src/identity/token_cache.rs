//! Verified tokens, so that a signature is checked once and not with each request.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use sha2::{Digest, Sha256};

use crate::access::Principal;

/// The most tokens that are kept. Each takes about as many bytes as its claims.
const MOST: usize = 10_000;
/// The most bytes of the tokens that are kept, together.
const MOST_BYTES: usize = 16 << 20;

/// Verified tokens by their digests.
#[derive(Default)]
pub struct TokenCache(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// The state of the key sets that the tokens were verified by.
    version: u64,
    by_digest: HashMap<[u8; 32], Verified>,
    bytes: usize,
}

struct Verified {
    principal: Arc<Principal>,
    until: u64,
    bytes: usize,
}

impl TokenCache {
    /// The caller of a token that has been verified and is still valid. Tokens that were verified by
    /// another version of the key sets are forgotten, because a key may have been taken back.
    pub fn find(&self, token: &[u8], now: u64, version: u64) -> Option<Arc<Principal>> {
        let digest: [u8; 32] = Sha256::digest(token).into();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.version != version {
            *kept = Kept {
                version,
                ..Kept::default()
            };
        }
        let found = kept.by_digest.get(&digest)?;
        (found.until > now).then(|| found.principal.clone())
    }

    /// Keeps a verified token until a moment, in seconds since 1970. `version` is that of the key sets
    /// before the token was verified. If they have changed since, the token may have been verified by a
    /// key that was taken back meanwhile, and is verified again next time.
    pub fn keep(
        &self,
        token: &[u8],
        principal: &Arc<Principal>,
        until: u64,
        now: u64,
        version: u64,
    ) {
        let digest: [u8; 32] = Sha256::digest(token).into();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.version != version {
            return;
        }
        if kept.by_digest.len() >= MOST || kept.bytes + token.len() > MOST_BYTES {
            kept.by_digest.retain(|_, one| one.until > now);
            if kept.by_digest.len() >= MOST / 2 {
                kept.by_digest.clear();
            }
            kept.bytes = kept.by_digest.values().map(|one| one.bytes).sum();
        }
        kept.bytes += token.len();
        let verified = Verified {
            principal: principal.clone(),
            until,
            bytes: token.len(),
        };
        if let Some(before) = kept.by_digest.insert(digest, verified) {
            kept.bytes -= before.bytes;
        }
    }
}
