//! Which connection a statement takes.
//!
//! Quick statements share lanes: they follow each other on the wire without waiting for answers.
//! Whatever may be slow has a lane to itself, and so has a transaction; some lanes are never given
//! away, so that quick statements always find one.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_postgres::Row;

use super::{
    connect::Connector,
    connection::{CANCEL_PATIENCE, Connection},
    lane::Lane,
    pace,
};
use crate::{
    backend::{Class, Fault, Repeat},
    query::sql::{Sql, Statement},
};

/// Longest wait for a lane of one's own.
const LANE_PATIENCE: Duration = Duration::from_secs(10);
/// The same for a statement of which nobody knows how long it and those before it will take.
const FIRST_PATIENCE: Duration = Duration::from_secs(1);

/// Lanes to one server.
pub(super) struct Lanes {
    connector: Arc<Connector>,
    lanes: Vec<Arc<Lane>>,
    /// Lanes that may be given away at a time.
    own: Arc<Semaphore>,
    own_at_most: usize,
    /// Statements that wait for one.
    queue: AtomicUsize,
}

impl Lanes {
    /// Of several lanes a quarter, at least one, is never given away.
    pub(super) fn new(connector: Arc<Connector>, lanes: Vec<Arc<Lane>>) -> Self {
        let own_at_most = match lanes.len() {
            1 => 1,
            all => all - (all / 4).max(1),
        };
        Self {
            connector,
            lanes,
            own: Arc::new(Semaphore::new(own_at_most)),
            own_at_most,
            queue: AtomicUsize::new(0),
        }
    }

    /// Runs a quick statement among others.
    ///
    /// The first lanes are filled before others are taken: what is sent together costs one system
    /// call at either end. Writes come from the other end: they may have to wait for a row that
    /// somebody has locked, and reads should not wait behind them.
    pub(super) async fn run(
        &self,
        statement: &Statement<'_>,
        repeat: Repeat,
    ) -> Result<Vec<Row>, Fault> {
        let company = pace::company(&statement.sql);
        loop {
            let lane = match repeat {
                Repeat::Allowed => self.shared(self.lanes.iter(), company),
                Repeat::Forbidden => self.shared(self.lanes.iter().rev(), company),
            };
            match lane {
                Some(lane) => {
                    if let Some(rows) = lane.run(&self.connector, statement).await? {
                        return Ok(rows);
                    }
                }
                None => Box::pin(self.one_released()).await?,
            }
        }
    }

    /// Waits for the only lane.
    async fn one_released(&self) -> Result<(), Fault> {
        let released = tokio::time::timeout(LANE_PATIENCE, self.lanes[0].released());
        released.await.map_err(|_| Fault::of(Class::Overloaded))
    }

    /// The first lane for a quick statement with less than `company` before it, else that with the
    /// least. It is open and not stuck, if one is; none where the only one is given away.
    fn shared<'lanes>(
        &'lanes self,
        lanes: impl Iterator<Item = &'lanes Arc<Lane>>,
        company: usize,
    ) -> Option<&'lanes Lane> {
        let mut fewest: Option<(&Lane, usize)> = None;
        for lane in lanes {
            let in_flight = lane.in_flight();
            if lane.is_reserved() || in_flight > 0 && lane.busy_for() > pace::QUICK {
                continue;
            }
            let is_fewer = fewest.is_none_or(|(_, fewest)| in_flight < fewest);
            if !is_fewer || !lane.is_open() {
                continue;
            }
            if in_flight < company {
                return Some(lane);
            }
            fewest = Some((lane, in_flight));
        }
        let free = || self.lanes.iter().filter(|lane| !lane.is_reserved());
        let closed = || free().find(|lane| !lane.is_open());
        match fewest {
            Some((lane, _)) => {
                if let Some(closed) = closed() {
                    closed.open_in_background(&self.connector);
                }
                Some(lane)
            }
            // All are closed, given away or stuck.
            None => closed()
                .or_else(|| free().min_by_key(|lane| lane.busy_for()))
                .map(Arc::as_ref),
        }
    }

    /// A lane for one statement, or for a transaction.
    ///
    /// # Errors
    /// [`Class::Overloaded`] where none gets free in time; at once where that can be foreseen.
    pub(super) async fn own(&self, sql: &Sql) -> Result<Own, Fault> {
        let permit = match self.own.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                let patience = self.patience(sql)?;
                let _queued = Queued::count(&self.queue);
                let turn = tokio::time::timeout(patience, self.own.clone().acquire_owned());
                match turn.await {
                    Ok(Ok(permit)) => permit,
                    _ => return Err(Fault::of(Class::Overloaded)),
                }
            }
        };
        let lane = self.take()?;
        // From here on the lane is given back when `own` goes, whatever happens.
        let mut own = Own {
            lane,
            connection: None,
            connector: self.connector.clone(),
            permit: Some(permit),
            under_way: UnderWay::Nothing,
        };
        own.connection = Some(own.lane.connected(&self.connector).await?);
        let emptied = tokio::time::timeout(LANE_PATIENCE, own.lane.emptied());
        emptied.await.map_err(|_| Fault::of(Class::Overloaded))?;
        Ok(own)
    }

    /// How long to wait for a lane.
    fn patience(&self, sql: &Sql) -> Result<Duration, Fault> {
        let Some(usual) = pace::usual(sql) else {
            return Ok(FIRST_PATIENCE);
        };
        let before = self.queue.load(Ordering::Relaxed) + 1;
        if usual.mul_f64(before as f64 / self.own_at_most as f64) > LANE_PATIENCE {
            return Err(Fault::of(Class::Overloaded));
        }
        Ok(LANE_PATIENCE)
    }

    /// Reserves a lane: an idle one, else one to be opened, else the one with the fewest before one.
    fn take(&self) -> Result<Arc<Lane>, Fault> {
        let idle = |lane: &&Arc<Lane>| lane.is_open() && lane.in_flight() == 0;
        let mut busy: Vec<_> = self.lanes.iter().filter(|lane| lane.is_open()).collect();
        busy.sort_by_key(|lane| (lane.busy_for() > pace::QUICK, lane.in_flight()));
        // The first ones are those that quick reads share.
        let idle = self.lanes.iter().rev().filter(idle);
        let closed = self.lanes.iter().filter(|lane| !lane.is_open());
        idle.chain(closed)
            .chain(busy)
            .find(|lane| lane.reserve())
            .cloned()
            .ok_or_else(|| Fault::of(Class::Overloaded))
    }
}

/// One who waits, for as long as it lives.
pub(super) struct Queued<'queue>(&'queue AtomicUsize);

impl<'queue> Queued<'queue> {
    pub(super) fn count(queue: &'queue AtomicUsize) -> Self {
        queue.fetch_add(1, Ordering::Relaxed);
        Self(queue)
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A lane that somebody has to himself.
pub(super) struct Own {
    lane: Arc<Lane>,
    connection: Option<Arc<Connection>>,
    connector: Arc<Connector>,
    permit: Option<OwnedSemaphorePermit>,
    under_way: UnderWay,
}

/// What has to end before a lane can be given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnderWay {
    Nothing,
    /// A transaction in which nothing runs.
    Transaction,
    Statement,
}

impl Own {
    pub(super) fn connection(&self) -> Result<Arc<Connection>, Fault> {
        self.connection
            .clone()
            .ok_or_else(|| Fault::of(Class::Unavailable))
    }

    /// Notes what is under way from here on.
    pub(super) fn note(&mut self, under_way: UnderWay) {
        self.under_way = under_way;
    }

    /// Runs one statement, for as long as statements may run.
    pub(super) async fn run(mut self, statement: &Statement<'_>) -> Result<Vec<Row>, Fault> {
        let connection = self.connection()?;
        self.note(UnderWay::Statement);
        let lane = self.lane.clone();
        let place = lane.enter();
        let rows = tokio::time::timeout(self.connector.patience(), connection.run(statement))
            .await
            .unwrap_or_else(|_| Err(Fault::of(Class::Timeout)));
        if rows.as_ref().map_or_else(Fault::is_answer, |_| true) {
            pace::learn(&statement.sql, place.answered());
            self.note(UnderWay::Nothing);
        }
        rows
    }
}

impl Drop for Own {
    /// Gives the lane back; where a transaction is open, only once that is rolled back; where
    /// something still runs, because whoever waited has gone, only once that is cancelled.
    fn drop(&mut self) {
        let (lane, under_way) = (self.lane.clone(), self.under_way);
        let running = |_: &_| under_way != UnderWay::Nothing;
        let Some(connection) = self.connection.take().filter(running) else {
            lane.release();
            return;
        };
        let (connector, permit) = (self.connector.clone(), self.permit.take());
        tokio::spawn(async move {
            let stopped = async {
                if under_way == UnderWay::Statement {
                    connector.cancel(&connection).await?;
                    connection.settle().await?;
                }
                connection.control("ROLLBACK").await
            };
            let stopped = tokio::time::timeout(CANCEL_PATIENCE, stopped).await;
            // Nobody says when the server has read what it was told to cancel: it may do so later,
            // to whatever runs then. A connection that may still be cancelled is not used again.
            if under_way == UnderWay::Statement || !matches!(stopped, Ok(Ok(()))) {
                connection.give_up();
            }
            lane.release();
            drop(permit);
        });
    }
}
