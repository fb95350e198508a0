//! Whether the live schema still is the one the entities were generated from.

use std::{
    sync::{PoisonError, RwLock},
    time::{Duration, Instant},
};

use reflect::{Difference, ReflectError, Snapshot};
use sea_orm::DatabaseConnection;

use crate::{backend::Backend, catalog::Catalog};

/// How long a look at the live schema counts as present.
const FRESH: Duration = Duration::from_secs(60);

/// The last look at the live schema.
#[derive(Default)]
pub struct Drift {
    last: RwLock<Option<(Instant, Vec<Difference>)>>,
}

impl Drift {
    /// Looks now.
    ///
    /// # Errors
    /// Whatever keeps the schema from being read.
    pub async fn look(
        &self,
        catalog: &Catalog,
        backend: &Backend,
    ) -> Result<Vec<Difference>, ReflectError> {
        let differences = if backend.is_sandbox() {
            // Made from the catalog a moment ago.
            Vec::new()
        } else {
            let live = read(backend.sea_orm(), &catalog.snapshot).await?;
            reflect::diff(&catalog.snapshot, &live)
        };
        *self.last.write().unwrap_or_else(PoisonError::into_inner) =
            Some((Instant::now(), differences.clone()));
        Ok(differences)
    }

    /// The number of differences found last; `None` before the first look.
    pub fn known(&self) -> Option<usize> {
        let last = self.last.read().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().map(|(_, differences)| differences.len())
    }

    /// Whether the last look was a moment ago.
    pub fn is_fresh(&self) -> bool {
        let last = self.last.read().unwrap_or_else(PoisonError::into_inner);
        last.as_ref()
            .is_some_and(|(when, _)| when.elapsed() < FRESH)
    }
}

async fn read(
    connection: &DatabaseConnection,
    committed: &Snapshot,
) -> Result<Snapshot, ReflectError> {
    reflect::read(connection, &committed.schemas).await
}
