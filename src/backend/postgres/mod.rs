//! PostgreSQL through tokio-postgres: prepared statements, pipelined over multiplexed connections.
//!
//! A [`lane::Lane`] is one connection; many requests share it at a time, since the protocol lets
//! statements follow each other without waiting for answers. A request takes the lane with the
//! fewest statements in flight; lanes open as they are needed, up to `DB_POOL_SIZE`. What needs a
//! transaction takes a connection of its own.

mod connect;
mod lane;
mod parameter;

use std::{sync::Arc, time::Duration};

use rand::Rng;
use reflect::database_url::DatabaseUrl;
use sea_orm::{DatabaseConnection, SqlxPostgresConnector, sqlx};

use self::{connect::Connector, lane::Lane};
use super::{Class, Fault, PoolStatus, Repeat, Rows};
use crate::{query::sql::Statement, settings::DatabaseSettings};

/// First pause before a read is tried again; doubles with every try.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Connections of the pool behind hand-written endpoints.
const SEA_ORM_CONNECTIONS: u32 = 5;

/// A PostgreSQL server.
#[derive(Debug)]
pub struct Postgres {
    connector: Arc<Connector>,
    lanes: Vec<Arc<Lane>>,
    retries: u32,
    sea_orm: DatabaseConnection,
}

impl Postgres {
    /// Prepares to connect, and starts to in the background.
    ///
    /// # Errors
    /// A URL that the driver does not take.
    pub fn open(url: &DatabaseUrl, settings: &DatabaseSettings) -> Result<Self, Fault> {
        let connector = Arc::new(Connector::new(url, settings.statement_timeout)?);
        let lanes: Vec<_> = (0..settings.pool_size)
            .map(|_| Arc::new(Lane::default()))
            .collect();
        let pool = sqlx::postgres::PgPoolOptions::new()
            .max_connections(SEA_ORM_CONNECTIONS)
            .connect_lazy(url.as_str())?;
        let postgres = Self {
            sea_orm: SqlxPostgresConnector::from_sqlx_postgres_pool(pool),
            retries: settings.retries,
            connector,
            lanes,
        };
        postgres.connect_in_background();
        Ok(postgres)
    }

    /// Runs one statement.
    pub(super) async fn fetch(&self, statement: &Statement, repeat: Repeat) -> Result<Rows, Fault> {
        let mut tries = 0;
        loop {
            let fault = match self.fetch_once(statement).await {
                Ok(rows) => return Ok(rows),
                Err(fault) => fault,
            };
            // A stale plan was refused before anything ran; the lane has dropped it.
            let again = match (fault.class, repeat) {
                (Class::StalePlan, _) => tries == 0,
                (_, Repeat::Allowed) => fault.class == Class::Interrupted && tries < self.retries,
                (_, Repeat::Forbidden) => false,
            };
            if !again {
                return Err(fault);
            }
            if fault.class != Class::StalePlan {
                tokio::time::sleep(pause(tries)).await;
            }
            tries += 1;
        }
    }

    async fn fetch_once(&self, statement: &Statement) -> Result<Rows, Fault> {
        let lane = self.lane();
        let answer = lane.fetch(&self.connector, statement).await?;
        Ok(Rows::postgres(answer))
    }

    /// Runs statements in one transaction on a connection of its own.
    pub(super) async fn fetch_all(&self, statements: &[Statement]) -> Result<Rows, Fault> {
        let mut client = self.connector.connect().await?;
        let transaction = client.transaction().await?;
        let mut rows = Vec::new();
        for statement in statements {
            let parameters = parameter::all(&statement.values);
            let prepared = transaction.prepare(&statement.sql).await?;
            rows.extend(
                transaction
                    .query(&prepared, &parameter::refs(&parameters))
                    .await?,
            );
        }
        transaction.commit().await?;
        Ok(Rows::postgres(rows))
    }

    /// The SeaORM connection for hand-written endpoints; connects when first used.
    pub(super) fn sea_orm(&self) -> &DatabaseConnection {
        &self.sea_orm
    }

    pub(super) fn status(&self) -> PoolStatus {
        PoolStatus {
            size: self.lanes.len(),
            open: self.lanes.iter().filter(|lane| lane.is_open()).count(),
            in_flight: self.lanes.iter().map(|lane| lane.in_flight()).sum(),
        }
    }

    /// The open lane with the fewest statements in flight. If that one is busy and another could
    /// be opened, that is started, for the requests to come.
    fn lane(&self) -> &Lane {
        let open = self
            .lanes
            .iter()
            .filter(|lane| lane.is_open())
            .min_by_key(|lane| lane.in_flight());
        let closed = self.lanes.iter().find(|lane| !lane.is_open());
        match (open, closed) {
            (Some(open), Some(closed)) if open.in_flight() > 0 => {
                let (closed, connector) = (closed.clone(), self.connector.clone());
                if closed.begin_opening() {
                    tokio::spawn(async move { closed.finish_opening(&connector).await });
                }
                open
            }
            (Some(open), _) => open,
            (None, Some(closed)) => closed,
            // The last closed lane has opened between the two looks.
            (None, None) => &self.lanes[0],
        }
    }

    /// Tries the first lane until it is open, at start and whenever the database has gone.
    fn connect_in_background(&self) {
        let connector = self.connector.clone();
        let lane = Arc::downgrade(&self.lanes[0]);
        tokio::spawn(async move {
            let mut tries = 0;
            // Ends with the backend that owns the lane.
            while let Some(lane) = lane.upgrade() {
                let delay = if lane.is_open() {
                    tries = 0;
                    Duration::from_secs(1)
                } else {
                    match lane.open(&connector).await {
                        Ok(()) => tracing::info!("connected to the database"),
                        Err(fault) => tracing::warn!(
                            error = &fault as &dyn std::error::Error,
                            tries,
                            "the database is not reachable"
                        ),
                    }
                    tries += 1;
                    pause(tries)
                };
                drop(lane);
                tokio::time::sleep(delay).await;
            }
        });
    }
}

/// Exponential backoff with full jitter on the upper half.
fn pause(tries: u32) -> Duration {
    let longest = FIRST_PAUSE
        .saturating_mul(1 << tries.min(16))
        .min(LONGEST_PAUSE);
    longest.mul_f64(rand::rng().random_range(0.5..=1.0))
}
