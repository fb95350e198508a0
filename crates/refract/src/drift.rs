//! Compares the live schema with the one that the entities were generated from.
//!
//! It runs at the start, at an interval, and after a statement has failed in a way that a changed
//! schema explains. A table that can no longer be served takes its own resource out of service,
//! until a later comparison finds it repaired. The other resources are not affected.

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use reflect::{Difference, ReflectError, diff::DifferenceKind, snapshot::Database, tenants};
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use crate::{
    catalog::{Catalog, Resource},
    db::Db,
    error::Error,
    telemetry,
};

/// How long a comparison stays fresh.
const FRESH: Duration = Duration::from_secs(60);
/// The same while a resource is out of service, which should be short.
const FRESH_WHILE_OUT_OF_SERVICE: Duration = Duration::from_secs(2);

/// How long a failed request waits for the comparison.
const SOON: Duration = Duration::from_secs(2);

/// The last comparison with the live schema.
#[derive(Default)]
pub struct Drift {
    /// Whether any table cannot be served. While none is affected, requests read only this flag.
    harmful: AtomicBool,
    last: RwLock<Option<Comparison>>,
    /// Locked while comparing.
    comparing: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Comparison {
    began: Instant,
    differences: Arc<[Difference]>,
}

/// A summary of the last comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DriftReport {
    pub differences: usize,
    /// Tables and views that cannot be served.
    pub out_of_service: usize,
}

impl Drift {
    /// The state right after the catalog was read from the live schema.
    pub fn in_step() -> Self {
        let now = Comparison {
            began: Instant::now(),
            differences: Arc::default(),
        };
        Self {
            last: RwLock::new(Some(now)),
            ..Self::default()
        }
    }

    /// Says that the catalog fits the live schema, as a reading of somebody else's has found.
    pub fn set_in_step(&self) {
        let before = self.last().map(|last| last.differences).unwrap_or_default();
        self.keep(Instant::now(), Arc::default());
        log_changes(&before, &[], None);
    }

    fn keep(&self, began: Instant, differences: Arc<[Difference]>) {
        let is_harmful = differences.iter().any(|difference| difference.harmful);
        *self.last.write().unwrap_or_else(PoisonError::into_inner) =
            Some(Comparison { began, differences });
        self.harmful.store(is_harmful, Ordering::Release);
    }

    /// The differences found by a comparison that began after `since`. Concurrent callers share
    /// one.
    ///
    /// # Errors
    /// The schema could not be read.
    pub async fn since(
        &self,
        since: Instant,
        catalog: &Catalog,
        db: &Db,
    ) -> Result<Arc<[Difference]>, ReflectError> {
        let _looking = self.comparing.lock().await;
        if let Some(last) = self.last()
            && last.began >= since
        {
            return Ok(last.differences);
        }
        let began = Instant::now();
        let differences: Arc<[_]> = differences(catalog, db).await?.into();
        let missing_tables = missing_tables(catalog, db, &differences).await;
        let before = self.last().map(|last| last.differences).unwrap_or_default();
        self.keep(began, differences.clone());
        log_changes(&before, &differences, missing_tables);
        Ok(differences)
    }

    /// Compares again for a failed request, which waits only [`SOON`]. Gives whether the schema
    /// could be read.
    pub async fn compare_soon(&self, catalog: &Catalog, db: &Db) -> bool {
        let look = self.since(Instant::now(), catalog, db);
        matches!(tokio::time::timeout(SOON, look).await, Ok(Ok(_)))
    }

    /// The summary of the last comparison. `None` before the first.
    pub fn found(&self) -> Option<DriftReport> {
        let last = self.last()?;
        let out_of_service: std::collections::HashSet<_> = last
            .differences
            .iter()
            .filter(|difference| difference.harmful)
            .map(|difference| (&difference.schema, &difference.name))
            .collect();
        Some(DriftReport {
            differences: last.differences.len(),
            out_of_service: out_of_service.len(),
        })
    }

    /// Whether the next comparison is due.
    pub fn is_due(&self) -> bool {
        let fresh = if self.harmful.load(Ordering::Relaxed) {
            FRESH_WHILE_OUT_OF_SERVICE
        } else {
            FRESH
        };
        self.last().is_none_or(|last| last.began.elapsed() >= fresh)
    }

    /// Refuses a request for a resource whose table cannot be served as the catalog has it.
    ///
    /// # Errors
    /// [`Error::OutOfService`].
    pub fn ensure_in_service(&self, resource: &Resource) -> Result<(), Error> {
        if !self.harmful.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.refuse_if_harmful(resource)
    }

    #[cold]
    fn refuse_if_harmful(&self, resource: &Resource) -> Result<(), Error> {
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

    fn last(&self) -> Option<Comparison> {
        let last = self.last.read().unwrap_or_else(PoisonError::into_inner);
        last.clone()
    }
}

/// The differences from the entities to the live schema, in what is served.
///
/// # Errors
/// The schema could not be read.
pub async fn differences(catalog: &Catalog, db: &Db) -> Result<Vec<Difference>, ReflectError> {
    if db.is_sandbox() {
        // The sandbox was created from the catalog.
        return Ok(Vec::new());
    }
    let committed = &catalog.snapshot;
    let mut live = reflect::read(db.sea_orm(), &catalog.reflected_schemas).await?;
    tenants::keep(&mut live, &committed.schemas);
    let mut differences = reflect::diff(committed, &live);
    differences.extend(catalog.revealed_by(&live));
    Ok(differences)
}

/// One message where the database has none of the tables that are served, with advice.
pub async fn missing_tables(
    catalog: &Catalog,
    db: &Db,
    differences: &[Difference],
) -> Option<String> {
    let gone = differences.iter();
    let gone = gone.filter(|one| one.kind == DifferenceKind::TableRemoved);
    let tables = catalog.snapshot.tables.len();
    if tables == 0 || gone.count() < tables {
        return None;
    }
    let (schemas, elsewhere) = match db.database() {
        Database::Postgres => {
            let schemas = catalog.snapshot.schemas.join(", ");
            (
                format!(" in schema {schemas}"),
                elsewhere(catalog, db).await,
            )
        }
        Database::Sqlite => (String::new(), Vec::new()),
    };
    let cure = if elsewhere.is_empty() {
        "run the app's migrations (npx prisma migrate deploy), or correct DATABASE_URL".to_owned()
    } else {
        format!(
            "some of them are in schema {}: name it in DATABASE_SCHEMAS and run make orm",
            elsewhere.join(", ")
        )
    };
    Some(format!(
        "{} has none of the {tables} tables and views served{schemas}: {cure}",
        db.description()
    ))
}

/// Other schemas of a PostgreSQL database with tables of the same names.
async fn elsewhere(catalog: &Catalog, db: &Db) -> Vec<String> {
    const SQL: &str = "SELECT DISTINCT schemaname::text AS name FROM pg_catalog.pg_tables \
                       WHERE tablename::text IN (SELECT json_array_elements_text($1::json)) \
                       AND schemaname::text NOT IN (SELECT json_array_elements_text($2::json)) \
                       AND schemaname NOT IN ('pg_catalog', 'information_schema') \
                       ORDER BY 1 LIMIT 5";
    let tables = catalog.snapshot.tables.iter();
    let tables: serde_json::Value = tables.map(|table| table.name.as_str()).collect();
    let schemas = serde_json::Value::from(catalog.reflected_schemas.clone());
    let values = [tables.to_string().into(), schemas.to_string().into()];
    let statement = Statement::from_sql_and_values(DatabaseBackend::Postgres, SQL, values);
    // It is only a hint, so errors are ignored.
    let rows = db.sea_orm().query_all_raw(statement).await;
    let rows = rows.unwrap_or_default();
    let names = rows.iter().map(|row| row.try_get("", "name"));
    names.filter_map(Result::ok).collect()
}

/// Logs new differences and those that are gone, and sends the new ones to Sentry as one event.
/// Where all tables are missing, it logs one line.
fn log_changes(before: &[Difference], now: &[Difference], missing_tables: Option<String>) {
    let new: Vec<&Difference> = now.iter().filter(|one| !before.contains(one)).collect();
    match missing_tables {
        Some(missing_tables) if !new.is_empty() => tracing::warn!("{missing_tables}"),
        Some(_) => {}
        None => {
            for difference in &new {
                let harmful = difference.harmful;
                tracing::warn!(%difference, harmful, "the live schema differs from the entities");
            }
            for difference in before.iter().filter(|one| !now.contains(one)) {
                tracing::info!(%difference, "the live schema no longer differs from the entities");
            }
        }
    }
    if !new.is_empty() {
        telemetry::report_drift(&new);
    }
}
