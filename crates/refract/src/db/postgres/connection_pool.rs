//! Which connection a statement takes.
//!
//! Quick statements share lanes: they follow each other on the wire without waiting for answers.
//! Whatever may be slow has a lane to itself, and so has a transaction; some lanes are never given
//! away, so that quick statements always find one.

use std::{
    pin::pin,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::Notify;
use tokio_postgres::Row;

use super::{
    connector::Connector,
    exclusive_connection::{Own, UnderWay},
    latency,
    pooled_connection::{Company, Lane, Ran},
    table_limit::Gate,
};
use crate::{
    db::{DbError, DbErrorKind, Repeat},
    query::sql::{Sql, Statement, TableId},
};

/// Longest wait for a lane of one's own.
const LANE_PATIENCE: Duration = Duration::from_secs(10);
/// The same for a statement of which nobody knows how long it and those before it will take.
const FIRST_PATIENCE: Duration = Duration::from_secs(1);
/// How long those may take that are still under way on a lane which somebody is to have: after that
/// another lane may be free.
const EMPTYING: Duration = Duration::from_millis(250);

/// How long a table shares no lanes after it has held others up.
const HELD_UP: Duration = Duration::from_secs(2);
/// How often lanes are looked at while none can be had.
const LOOKED_AT: Duration = Duration::from_millis(50);
/// When somebody asks a server again for one more connection that took no more.
const FULL: Duration = Duration::from_secs(2);

/// Lanes to one server.
pub(super) struct Lanes {
    connector: Arc<Connector>,
    lanes: Vec<Arc<Lane>>,
    /// Who may have a lane to itself.
    gate: Arc<Gate>,
    /// Statements that wait for one.
    queue: AtomicUsize,
    /// ServerMessage when a lane is given back.
    given_back: Arc<Notify>,
    /// Tables that have held others up, and until when that counts; seldom any.
    held_up: RwLock<Vec<(TableId, Instant)>>,
    any_held_up: AtomicBool,
    /// Until when the server takes no more connections, as far as it has said; microseconds since
    /// `made`.
    full_until: AtomicU64,
    made: Instant,
}

impl Lanes {
    pub(super) fn new(connector: Arc<Connector>, lanes: Vec<Arc<Lane>>) -> Self {
        Self {
            connector,
            lanes,
            gate: Arc::default(),
            queue: AtomicUsize::new(0),
            given_back: Arc::default(),
            held_up: RwLock::default(),
            any_held_up: AtomicBool::new(false),
            full_until: AtomicU64::new(0),
            made: Instant::now(),
        }
    }

    /// The lanes, in order.
    pub(super) fn all(&self) -> &[Arc<Lane>] {
        &self.lanes
    }

    /// Runs a quick statement among others.
    ///
    /// The first lanes are filled before others are taken: what is sent together costs one system
    /// call at either end. Writes come from the other end, and never to the first quarter: they may
    /// have to wait for a row that somebody has locked, and reads should not wait behind them.
    pub(super) async fn run(
        &self,
        statement: &Statement<'_>,
        repeat: Repeat,
        deadline: Instant,
    ) -> Result<Vec<Row>, DbError> {
        let together = latency::company(&statement.sql);
        let company = Company::of(repeat, statement.sql.table);
        loop {
            let lane = match repeat {
                Repeat::Allowed => self.shared(self.lanes.iter(), company, together),
                Repeat::Forbidden => {
                    let kept = kept(self.lanes.len());
                    self.shared(self.lanes[kept..].iter().rev(), company, together)
                }
            };
            let Some(lane) = lane else {
                // All are in other company, stuck or given away.
                let own = Box::pin(self.own_before(&statement.sql, deadline)).await?;
                return Box::pin(own.run(statement)).await;
            };
            let answered = match lane.connection() {
                Some(connection) => lane.run_on(&connection, statement, company).await,
                None => {
                    let answer = lane.run(&self.connector, statement, company);
                    before(deadline, Box::pin(answer)).await
                }
            };
            match answered {
                Ok(Ran::Done(rows)) => return Ok(rows),
                Ok(Ran::Elsewhere) if !self.is_held_up(statement.sql.table) => {}
                Ok(ran) => {
                    if matches!(ran, Ran::HoldsUp) {
                        self.holds_up(statement.sql.table);
                    }
                    // On another shared lane it would hold up those who come there.
                    let own = Box::pin(self.own_before(&statement.sql, deadline)).await?;
                    return Box::pin(own.run(statement)).await;
                }
                // It could not be opened: there are others, or will be.
                Err(fault) if fault.is_full() || self.is_elsewhere(&fault, lane) => {
                    self.note_full(&fault);
                    let own = Box::pin(self.own_before(&statement.sql, deadline)).await?;
                    return Box::pin(own.run(statement)).await;
                }
                Err(fault) => return Err(fault),
            }
        }
    }

    /// The first lane for a quick statement with less than `together` before it, else that with the
    /// least. It is open and not stuck, and what runs there is of the same company. One that is to
    /// be opened where none is open.
    fn shared<'lanes>(
        &'lanes self,
        lanes: impl Iterator<Item = &'lanes Arc<Lane>> + Clone,
        company: Company,
        together: usize,
    ) -> Option<&'lanes Arc<Lane>> {
        let mut fewest: Option<(&Arc<Lane>, usize)> = None;
        for lane in lanes.clone() {
            let Some(in_flight) = lane.room_for(company) else {
                continue;
            };
            if lane.is_reserved() || in_flight > 0 && lane.busy_for() > latency::QUICK {
                continue;
            }
            let is_fewer = fewest.is_none_or(|(_, fewest)| in_flight < fewest);
            if !is_fewer || !lane.is_open() {
                continue;
            }
            if in_flight < together {
                return Some(lane);
            }
            fewest = Some((lane, in_flight));
        }
        let is_closed = |lane: &&Arc<Lane>| !lane.is_reserved() && !lane.is_open();
        let mut closed = lanes.filter(is_closed);
        match fewest {
            Some((lane, _)) => {
                if let Some(closed) = closed.find(|lane| self.may_open(lane)) {
                    closed.open_in_background(&self.connector);
                }
                Some(lane)
            }
            // Where some are open but no more can be had, those have to do.
            None => {
                let any_open = self.any_open();
                closed.find(|lane| !any_open || self.may_open(lane))
            }
        }
    }

    /// Whether a statement was not sent because its lane was not to be had, while others are.
    fn is_elsewhere(&self, fault: &DbError, lane: &Lane) -> bool {
        fault.is_unsent() && !lane.is_open() && self.any_open()
    }

    /// Whether one more lane may be opened while there are others.
    fn may_open(&self, lane: &Lane) -> bool {
        !lane.is_refused() && !self.is_full()
    }

    fn is_full(&self) -> bool {
        let full_until = Duration::from_micros(self.full_until.load(Ordering::Relaxed));
        self.made.elapsed() < full_until
    }

    /// Notes that the server takes no more connections, if it says so.
    fn note_full(&self, fault: &DbError) {
        if fault.is_full() {
            let until = u64::try_from((self.made.elapsed() + FULL).as_micros());
            self.full_until
                .store(until.unwrap_or(u64::MAX), Ordering::Relaxed);
        }
    }

    /// Notes that a table has held others up.
    fn holds_up(&self, table: TableId) {
        let mut held_up = self.held_up.write().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        held_up.retain(|(one, until)| *one != table && *until > now);
        held_up.push((table, now + HELD_UP));
        self.any_held_up.store(true, Ordering::Release);
    }

    /// Whether a table has held others up a moment ago: what is about it shares no lane.
    pub(super) fn is_held_up(&self, table: TableId) -> bool {
        if !self.any_held_up.load(Ordering::Acquire) {
            return false;
        }
        let now = Instant::now();
        let held_up = self.held_up.read().unwrap_or_else(PoisonError::into_inner);
        let mut held_up = held_up.iter().filter(|(_, until)| *until > now).peekable();
        if held_up.peek().is_none() {
            self.any_held_up.store(false, Ordering::Release);
        }
        held_up.any(|(one, _)| *one == table)
    }

    pub(super) fn any_open(&self) -> bool {
        self.lanes.iter().any(|lane| lane.is_open())
    }

    /// A lane for one statement.
    ///
    /// # Errors
    /// As [`Self::own_for`].
    pub(super) async fn own(&self, sql: &Sql) -> Result<Own, DbError> {
        self.own_before(sql, self.connector.deadline()).await
    }

    /// The same for one that is waited for until then.
    pub(super) async fn own_before(&self, sql: &Sql, deadline: Instant) -> Result<Own, DbError> {
        self.own_for(sql, sql.table, deadline).await
    }

    /// A lane for one statement, or for a transaction that is about a table.
    ///
    /// # Errors
    /// [`DbErrorKind::Overloaded`] where none gets free in time; at once where that can be foreseen.
    pub(super) async fn own_for(
        &self,
        sql: &Sql,
        table: TableId,
        deadline: Instant,
    ) -> Result<Own, DbError> {
        let at_most = self.own_at_most();
        self.gate.resize(at_most);
        let mut patience = deadline.min(Instant::now() + LANE_PATIENCE);
        let pass = match self.gate.enter(table) {
            Ok(pass) => pass,
            Err(turn) => {
                patience = patience.min(Instant::now() + self.patience(sql, at_most)?);
                let _queued = Queued::count(&self.queue);
                let turn = tokio::time::timeout_at(patience.into(), turn).await;
                let turn = turn.ok().and_then(Result::ok);
                // Who has got so far is waited for as any other.
                patience = deadline.min(Instant::now() + LANE_PATIENCE);
                turn.ok_or_else(|| DbError::of(DbErrorKind::Overloaded))?
            }
        };
        // From here on the lane is given back when `own` goes, whatever happens.
        let mut own = Own {
            lane: None,
            connection: None,
            connector: self.connector.clone(),
            given_back: self.given_back.clone(),
            pass: Some(pass),
            under_way: UnderWay::Nothing,
            deadline,
        };
        loop {
            let lane = before(patience, self.take()).await;
            let lane = lane.map_err(|_| DbError::of(DbErrorKind::Overloaded))?;
            own.lane = Some(lane.clone());
            match before(deadline, lane.connected(&self.connector)).await {
                Ok(connection) => own.connection = Some(connection),
                // No more can be had: one of the others will be free.
                Err(fault) if (fault.is_full() || self.any_open()) && Instant::now() < patience => {
                    self.note_full(&fault);
                    own.let_go();
                    tokio::time::sleep(LOOKED_AT).await;
                    continue;
                }
                Err(fault) => return Err(fault.before_sending()),
            }
            let emptying = patience.min(Instant::now() + EMPTYING);
            match tokio::time::timeout_at(emptying.into(), lane.emptied()).await {
                Ok(()) => return Ok(own),
                Err(_) if Instant::now() >= patience => {
                    return Err(DbError::of(DbErrorKind::Overloaded));
                }
                Err(_) => own.let_go(),
            }
        }
    }

    /// How many lanes may be given away: of those that can be had a quarter is not, or at least
    /// one, where there are several.
    fn own_at_most(&self) -> usize {
        let can_be_had = |lane: &&Arc<Lane>| lane.is_open() || self.may_open(lane);
        match self.lanes.iter().filter(can_be_had).count() {
            0 | 1 => 1,
            all => all - kept(all),
        }
    }

    /// How long to wait for a lane.
    fn patience(&self, sql: &Sql, own_at_most: usize) -> Result<Duration, DbError> {
        let Some(usual) = latency::usual(sql) else {
            // Those before it wait for connections that cannot be had, not for each other.
            return Ok(if self.is_full() {
                LANE_PATIENCE
            } else {
                FIRST_PATIENCE
            });
        };
        let before = self.queue.load(Ordering::Relaxed) + 1;
        if usual.mul_f64(before as f64 / own_at_most as f64) > LANE_PATIENCE {
            return Err(DbError::of(DbErrorKind::Overloaded));
        }
        Ok(LANE_PATIENCE)
    }

    /// Reserves a lane: an idle one, else one to be opened, else the one with the fewest before one;
    /// those that are kept for quick reads only where there is no other, and none that is stuck.
    async fn take(&self) -> Result<Arc<Lane>, DbError> {
        loop {
            let mut told = pin!(self.given_back.notified());
            // Listens before it looks.
            told.as_mut().enable();
            if let Some(lane) = self.reserve() {
                return Ok(lane);
            }
            // Lanes also come to an end with what they were stuck at, or are opened by others.
            let _ = tokio::time::timeout(LOOKED_AT, told).await;
        }
    }

    fn reserve(&self) -> Option<Arc<Lane>> {
        let kept = kept(self.lanes.len());
        let any_open = self.any_open();
        let rank = |(place, lane): (usize, &Arc<Lane>)| {
            let for_all = place >= kept;
            let rank = match (lane.is_open(), lane.in_flight()) {
                (true, 0) if for_all => 0,
                (false, _) if any_open && !self.may_open(lane) => return None,
                (false, _) if for_all => 1,
                // It may take any time, or is about to be sent elsewhere.
                (true, _) if lane.busy_for() > latency::QUICK => return None,
                (true, 1..) if for_all => 2,
                (_, 0) => 3,
                _ => 4,
            };
            // Of those alike the last: quick reads share the first ones.
            Some((rank, lane.in_flight(), usize::MAX - place))
        };
        let mut lanes: Vec<_> = self
            .lanes
            .iter()
            .enumerate()
            .filter_map(|(place, lane)| Some((rank((place, lane))?, lane)))
            .collect();
        lanes.sort_unstable_by_key(|(rank, _)| *rank);
        let mut lanes = lanes.into_iter().map(|(_, lane)| lane);
        lanes.find(|lane| lane.reserve()).cloned()
    }
}

/// Lanes of so many that are for quick reads only.
fn kept(lanes: usize) -> usize {
    match lanes {
        0 | 1 => 0,
        all => (all / 4).max(1),
    }
}

/// The answer, if it comes before then.
pub(super) async fn before<T>(
    deadline: Instant,
    answer: impl Future<Output = Result<T, DbError>>,
) -> Result<T, DbError> {
    tokio::time::timeout_at(deadline.into(), answer)
        .await
        .unwrap_or_else(|_| Err(DbError::of(DbErrorKind::Timeout)))
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
