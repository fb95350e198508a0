//! One connection that many requests share.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::Mutex;
use tokio_postgres::{Client, Row};

use super::{connect::Connector, parameter};
use crate::{
    backend::{Class, Fault},
    query::sql::Statement,
};

/// Prepared statements kept per connection; past that, all are dropped and prepared anew.
const MAX_PREPARED: usize = 1000;
/// How long after a failed attempt nobody makes another on the same lane.
const HOLD_OFF: Duration = Duration::from_millis(100);

/// One connection to be, or open.
#[derive(Default)]
pub(super) struct Lane {
    connection: RwLock<Option<Arc<Connection>>>,
    /// Held while connecting, so that waiting requests share one attempt; when the last one failed.
    opening: Mutex<Option<Instant>>,
    /// Somebody in the background is opening this lane.
    claimed: AtomicBool,
    in_flight: AtomicUsize,
}

struct Connection {
    client: Client,
    prepared: RwLock<HashMap<Box<str>, tokio_postgres::Statement>>,
}

impl Lane {
    pub(super) fn is_open(&self) -> bool {
        self.connection().is_some()
    }

    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// Runs a statement, connecting first if need be.
    pub(super) async fn fetch(
        &self,
        connector: &Connector,
        statement: &Statement,
    ) -> Result<Vec<Row>, Fault> {
        let _place = Place::take(&self.in_flight);
        let connection = match self.connection() {
            Some(connection) => connection,
            None => {
                self.open(connector).await?;
                self.connection()
                    .ok_or_else(|| Fault::of(Class::Unavailable))?
            }
        };
        tokio::time::timeout(connector.patience(), connection.run(statement))
            .await
            .unwrap_or_else(|_| Err(Fault::of(Class::Timeout)))
    }

    /// Connects, unless somebody else just has, or has just failed to: requests that wait for a
    /// server that does not answer must not wait one after the other.
    pub(super) async fn open(&self, connector: &Connector) -> Result<(), Fault> {
        let asked = Instant::now();
        let mut failed = self.opening.lock().await;
        if self.is_open() {
            return Ok(());
        }
        if failed.is_some_and(|when| when > asked || when.elapsed() < HOLD_OFF) {
            return Err(Fault::of(Class::Unavailable));
        }
        let client = connector
            .connect()
            .await
            .inspect_err(|_| *failed = Some(Instant::now()))?;
        let connection = Connection {
            client,
            prepared: RwLock::default(),
        };
        *self
            .connection
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(connection));
        Ok(())
    }

    /// Claims the right to open this lane in the background.
    pub(super) fn begin_opening(&self) -> bool {
        !self.claimed.swap(true, Ordering::AcqRel)
    }

    /// Opens the lane after [`Self::begin_opening`]. A failure is told by the lane that is waited
    /// for, not here.
    pub(super) async fn finish_opening(&self, connector: &Connector) {
        if let Err(fault) = self.open(connector).await {
            tracing::debug!(
                error = &fault as &dyn std::error::Error,
                "one more connection could not be opened"
            );
        }
        self.claimed.store(false, Ordering::Release);
    }

    fn connection(&self) -> Option<Arc<Connection>> {
        self.connection
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .filter(|connection| !connection.client.is_closed())
            .cloned()
    }
}

impl Connection {
    async fn run(&self, statement: &Statement) -> Result<Vec<Row>, Fault> {
        let prepared = self.prepare(&statement.sql).await?;
        let parameters = parameter::all(&statement.values);
        let answer = self
            .client
            .query(&prepared, &parameter::refs(&parameters))
            .await;
        answer.map_err(|error| {
            let fault = Fault::from(error);
            if fault.class == Class::StalePlan {
                self.forget(&statement.sql);
            }
            fault
        })
    }

    async fn prepare(&self, sql: &str) -> Result<tokio_postgres::Statement, Fault> {
        let known = self
            .prepared
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(sql)
            .cloned();
        if let Some(prepared) = known {
            return Ok(prepared);
        }
        let prepared = self.client.prepare(sql).await?;
        let mut all = self
            .prepared
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MAX_PREPARED {
            all.clear();
        }
        all.insert(sql.into(), prepared.clone());
        Ok(prepared)
    }

    fn forget(&self, sql: &str) {
        self.prepared
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(sql);
    }
}

impl std::fmt::Debug for Lane {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "Lane {{ open: {}, in_flight: {} }}",
            self.is_open(),
            self.in_flight()
        )
    }
}

/// A statement's place in a lane, given back however the statement ends.
struct Place<'lane>(&'lane AtomicUsize);

impl<'lane> Place<'lane> {
    fn take(in_flight: &'lane AtomicUsize) -> Self {
        in_flight.fetch_add(1, Ordering::Relaxed);
        Self(in_flight)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
