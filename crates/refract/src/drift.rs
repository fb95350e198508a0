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

use reflect::{Difference, ReflectError, diff::DifferenceKind, snapshot::Database, tenants};
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use crate::{
    catalog::{Catalog, Resource},
    db::Db,
    error::Error,
    telemetry,
};

/// How long a look at the live schema counts as present.
const FRESH: Duration = Duration::from_secs(60);
/// The same while a resource is out of service, which should not last longer than it must.
const FRESH_WHILE_HARMED: Duration = Duration::from_secs(2);

/// How long a request that has failed waits for the reason.
const SOON: Duration = Duration::from_secs(2);

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
        db: &Db,
    ) -> Result<Arc<[Difference]>, ReflectError> {
        let _looking = self.looking.lock().await;
        if let Some(last) = self.last()
            && last.began >= since
        {
            return Ok(last.differences);
        }
        let began = Instant::now();
        let differences: Arc<[_]> = differences(catalog, db).await?.into();
        let emptiness = emptiness(catalog, db, &differences).await;
        let before = self.last().map(|last| last.differences).unwrap_or_default();
        *self.last.write().unwrap_or_else(PoisonError::into_inner) = Some(Look {
            began,
            differences: differences.clone(),
        });
        let is_harmful = differences.iter().any(|difference| difference.harmful);
        self.harmful.store(is_harmful, Ordering::Release);
        tell(&before, &differences, emptiness);
        Ok(differences)
    }

    /// Looks once more for a request that has failed, which does not wait for it for long. Whether
    /// the schema could be read.
    pub async fn look_soon(&self, catalog: &Catalog, db: &Db) -> bool {
        let look = self.since(Instant::now(), catalog, db);
        matches!(tokio::time::timeout(SOON, look).await, Ok(Ok(_)))
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
pub async fn differences(catalog: &Catalog, db: &Db) -> Result<Vec<Difference>, ReflectError> {
    if db.is_sandbox() {
        // Made from the catalog a moment ago.
        return Ok(Vec::new());
    }
    let committed = &catalog.snapshot;
    let mut live = reflect::read(db.sea_orm(), &catalog.reflected_schemas).await?;
    tenants::keep(&mut live, &committed.schemas);
    let mut differences = reflect::diff(committed, &live);
    differences.extend(catalog.revealed_by(&live));
    Ok(differences)
}

/// One line for all the tables where the database has none of those that are served, and what to do
/// about it.
pub async fn emptiness(catalog: &Catalog, db: &Db, differences: &[Difference]) -> Option<String> {
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

/// Other schemas of a PostgreSQL database that have tables of names that are served.
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
    // It is but a hint.
    let rows = db.sea_orm().query_all_raw(statement).await;
    let rows = rows.unwrap_or_default();
    let names = rows.iter().map(|row| row.try_get("", "name"));
    names.filter_map(Result::ok).collect()
}

/// Logs what is new and what is over, in one line where no table is there at all, and sends what is
/// new to Sentry, in one event.
fn tell(before: &[Difference], now: &[Difference], emptiness: Option<String>) {
    let new: Vec<&Difference> = now.iter().filter(|one| !before.contains(one)).collect();
    match emptiness {
        Some(emptiness) if !new.is_empty() => tracing::warn!("{emptiness}"),
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
