//! Whether the live schema still is the one the entities were generated from.
//!
//! Looked for at start, at an interval, and where a statement failed in a way that a changed schema
//! explains. A table that can no longer be served as it was takes its own resource out of service,
//! until a later look finds it mended; the rest is served on.

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use reflect::{Difference, ReflectError, alike};

use crate::{
    backend::Backend,
    catalog::{Catalog, Resource},
    error::Error,
    telemetry,
};

/// How long a look at the live schema counts as present.
const FRESH: Duration = Duration::from_secs(60);
/// The same while a resource is out of service, which should not last longer than it must.
const FRESH_WHILE_HARMED: Duration = Duration::from_secs(2);

/// The last look at the live schema.
#[derive(Default)]
pub struct Drift {
    /// Whether any table is harmed: all that requests look at while none is.
    harmful: AtomicBool,
    last: RwLock<Option<Look>>,
    /// Held while looking.
    looking: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Look {
    began: Instant,
    differences: Arc<[Difference]>,
}

/// What the last look has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub differences: usize,
    /// Tables and views that cannot be served.
    pub harmed: usize,
}

impl Drift {
    /// The differences that a look has found which began after `since`. Those who ask at the same
    /// time share one.
    ///
    /// # Errors
    /// Whatever keeps the schema from being read.
    pub async fn since(
        &self,
        since: Instant,
        catalog: &Catalog,
        backend: &Backend,
    ) -> Result<Arc<[Difference]>, ReflectError> {
        let _looking = self.looking.lock().await;
        if let Some(last) = self.last()
            && last.began >= since
        {
            return Ok(last.differences);
        }
        let began = Instant::now();
        let differences: Arc<[_]> = differences(catalog, backend).await?.into();
        let before = self.last().map(|last| last.differences).unwrap_or_default();
        *self.last.write().unwrap_or_else(PoisonError::into_inner) = Some(Look {
            began,
            differences: differences.clone(),
        });
        let is_harmful = differences.iter().any(|difference| difference.harmful);
        self.harmful.store(is_harmful, Ordering::Release);
        tell(&before, &differences);
        Ok(differences)
    }

    /// What was found last; `None` before the first look.
    pub fn found(&self) -> Option<Found> {
        let last = self.last()?;
        let harmed: std::collections::HashSet<_> = last
            .differences
            .iter()
            .filter(|difference| difference.harmful)
            .map(|difference| (&difference.schema, &difference.name))
            .collect();
        Some(Found {
            differences: last.differences.len(),
            harmed: harmed.len(),
        })
    }

    /// Whether it is time for another look.
    pub fn is_due(&self) -> bool {
        let fresh = if self.harmful.load(Ordering::Relaxed) {
            FRESH_WHILE_HARMED
        } else {
            FRESH
        };
        self.last().is_none_or(|last| last.began.elapsed() >= fresh)
    }

    /// Refuses a request for a resource whose table cannot be served as the catalog has it.
    ///
    /// # Errors
    /// [`Error::OutOfService`].
    pub fn admit(&self, resource: &Resource) -> Result<(), Error> {
        if !self.harmful.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.refuse_if_harmed(resource)
    }

    #[cold]
    fn refuse_if_harmed(&self, resource: &Resource) -> Result<(), Error> {
        let differences = self.last().map(|last| last.differences).unwrap_or_default();
        let mut harms = differences
            .iter()
            .filter(|one| {
                one.harmful && one.schema == resource.schema && one.name == resource.table
            })
            .peekable();
        if harms.peek().is_none() {
            return Ok(());
        }
        let is_shown = |name: &String| {
            let mut columns = resource.columns.iter();
            !columns.any(|column| column.name == *name && column.is_hidden())
        };
        let reasons: Vec<&str> = harms
            .filter(|one| one.column.as_ref().is_none_or(is_shown))
            .map(|one| one.detail.as_str())
            .collect();
        Err(Error::OutOfService {
            resource: resource.name.clone(),
            reason: (!reasons.is_empty()).then(|| reasons.join(", ")),
        })
    }

    fn last(&self) -> Option<Look> {
        let last = self.last.read().unwrap_or_else(PoisonError::into_inner);
        last.clone()
    }
}

/// The differences from the entities to the live schema, in what is served.
///
/// # Errors
/// Whatever keeps the schema from being read.
pub async fn differences(
    catalog: &Catalog,
    backend: &Backend,
) -> Result<Vec<Difference>, ReflectError> {
    if backend.is_sandbox() {
        // Made from the catalog a moment ago.
        return Ok(Vec::new());
    }
    let committed = &catalog.snapshot;
    let mut live = reflect::read(backend.sea_orm(), &catalog.reflected_schemas).await?;
    alike::keep(&mut live, &committed.schemas);
    let mut differences = reflect::diff(committed, &live);
    differences.extend(catalog.revealed_by(&live));
    Ok(differences)
}

/// Logs what is new and what is over, and sends what is new to Sentry, in one event.
fn tell(before: &[Difference], now: &[Difference]) {
    let new: Vec<&Difference> = now.iter().filter(|one| !before.contains(one)).collect();
    for difference in &new {
        let harmful = difference.harmful;
        tracing::warn!(%difference, harmful, "the live schema differs from the entities");
    }
    for difference in before.iter().filter(|one| !now.contains(one)) {
        tracing::info!(%difference, "the live schema no longer differs from the entities");
    }
    if !new.is_empty() {
        telemetry::report_drift(&new);
    }
}
