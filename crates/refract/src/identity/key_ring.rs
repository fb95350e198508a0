//! The keys of `[keys]`. They are read again when refract.toml changes, so that a key is given out or
//! taken back without a restart.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use arc_swap::ArcSwap;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Known, token};
use crate::{
    access::{Claims, Principal, Role},
    settings::{AuthSettings, ConfigFile, KeyDigest, KeySettings, Settings},
};

/// The keys that callers present.
pub struct KeyRing {
    keys: ArcSwap<Vec<Key>>,
    file: Option<PathBuf>,
    /// When the file was last looked at, in seconds since 1970.
    looked_at: AtomicU64,
    /// The state of the file that the keys were read from.
    read: Mutex<Option<SystemTime>>,
}

struct Key {
    digest: [u8; 32],
    known: Known,
}

impl KeyRing {
    pub fn new(settings: &Settings) -> Self {
        let file = match &settings.config_file {
            ConfigFile::At(path) => Some(path.clone()),
            ConfigFile::Missing | ConfigFile::Unwanted => None,
        };
        Self {
            keys: ArcSwap::from_pointee(keys(&settings.auth.keys)),
            read: Mutex::new(file.as_ref().and_then(changed_at)),
            looked_at: AtomicU64::new(0),
            file,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.keys.load().is_empty()
    }

    /// The caller that presents one of the keys.
    pub fn find(&self, presented: &[u8]) -> Option<Known> {
        self.look();
        let digest: [u8; 32] = Sha256::digest(presented).into();
        let mut found = None;
        // All of them are compared, so that the time tells nothing.
        for key in self.keys.load().iter() {
            if bool::from(key.digest.ct_eq(&digest)) {
                found = Some(key.known.clone());
            }
        }
        found
    }

    /// Reads the keys again if the file has changed. It is looked at once a second at most.
    fn look(&self) {
        let Some(file) = &self.file else { return };
        let now = token::now();
        if self.looked_at.swap(now, Ordering::Relaxed) == now {
            return;
        }
        let changed = changed_at(file);
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if *read == changed {
            return;
        }
        let text = std::fs::read_to_string(file);
        let found = text
            .map_err(|error| error.to_string())
            .and_then(|text| AuthSettings::of_toml(&text).map_err(|error| error.to_string()));
        match found {
            Ok(found) => {
                tracing::info!(keys = found.keys.len(), "the keys were read again");
                self.keys.store(Arc::new(keys(&found.keys)));
            }
            Err(error) => {
                tracing::error!("the keys cannot be read again; those before still count: {error}");
            }
        }
        *read = changed;
    }
}

fn changed_at(file: &PathBuf) -> Option<SystemTime> {
    std::fs::metadata(file)
        .and_then(|file| file.modified())
        .ok()
}

fn keys(stated: &[KeySettings]) -> Vec<Key> {
    let keys = stated.iter().flat_map(|stated| {
        let principal = Arc::new(Principal {
            role: Role::of(&stated.role),
            claims: Claims::new(),
        });
        stated.digests.iter().map(move |digest| Key {
            digest: match digest {
                KeyDigest::Plain(key) => Sha256::digest(key.reveal()).into(),
                KeyDigest::Sha256(digest) => *digest,
            },
            known: Known {
                principal: principal.clone(),
                acts_for_others: stated.acts_for_others,
            },
        })
    });
    keys.collect()
}
