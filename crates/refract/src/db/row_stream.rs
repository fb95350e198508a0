//! Reads whose rows are handed on as they come.
//!
//! The beginning of every answer is read ahead: a short one is whole before anything is said of it,
//! so that it can be read anew where its connection breaks, and has all its headers. What is longer
//! leaves in chunks of so many bytes, and its memory does not grow with its rows.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::{DbError, DbErrorKind, Rows};

/// Bytes of rows that are read ahead. An answer of no more of them is held in memory.
pub const AHEAD_BYTES: usize = 1024 * 1024;
/// Bytes of rows that travel together, and one row.
pub(super) const CHUNK_BYTES: usize = 64 * 1024;
/// How long a long answer waits for its turn.
const TURN_PATIENCE: Duration = Duration::from_secs(10);

/// Rows that come in several parts. Dropping it ends the read.
pub type Chunks = mpsc::Receiver<Result<Rows, DbError>>;

/// What a read has found so far.
pub enum Streamed {
    Whole(Rows),
    /// The rows read ahead, and those that are still to come. A fault among them means that the
    /// answer is not whole.
    Long(Rows, Chunks),
}

/// Notes that an answer ends before it is whole. What this gives, given to the connection, breaks the
/// body off where its client sees it.
pub fn broken_off(error: &(dyn std::error::Error + 'static)) -> std::io::Error {
    tracing::warn!(error, "a list broke off");
    std::io::Error::other("the answer could not be sent to the end")
}

/// Long answers that may be under way at a time: each keeps a connection for as long as its client
/// reads, and some must be left for others.
#[derive(Debug)]
pub(super) struct Turns(Arc<Semaphore>);

pub(super) type Turn = Option<OwnedSemaphorePermit>;

impl Turns {
    /// Half of the connections are for long answers, at least one.
    pub(super) fn among(connections: usize) -> Self {
        Self(Arc::new(Semaphore::new((connections / 2).max(1))))
    }

    /// # Errors
    /// [`DbErrorKind::Overloaded`] where no answer ends in time.
    pub(super) async fn wait(&self) -> Result<Turn, DbError> {
        let turn = tokio::time::timeout(TURN_PATIENCE, self.0.clone().acquire_owned());
        match turn.await {
            Ok(Ok(turn)) => Ok(Some(turn)),
            _ => Err(DbError::of(DbErrorKind::Overloaded)),
        }
    }
}

/// Where whoever reads the database hands the rows on.
pub(super) struct Outlet {
    sender: mpsc::Sender<Result<Rows, DbError>>,
    turns: Arc<Semaphore>,
    turn: Turn,
    sent_bytes: usize,
    /// How much longer the client may be waited for, all waits together.
    patience: Duration,
    /// How long it has been waited for.
    pub(super) waited: Duration,
}

impl Outlet {
    /// `turn` is that of an answer which is known to be long.
    pub(super) fn new(turns: &Turns, turn: Turn, patience: Duration) -> (Self, Chunks) {
        let (sender, chunks) = mpsc::channel(1);
        let outlet = Self {
            sender,
            turns: turns.0.clone(),
            turn,
            sent_bytes: 0,
            patience,
            waited: Duration::ZERO,
        };
        (outlet, chunks)
    }

    /// Hands rows on; false where nobody wants them any more.
    ///
    /// # Errors
    /// [`DbErrorKind::Overloaded`] where it is the turn of other long answers: none but the rows read
    /// ahead have been sent. [`DbErrorKind::Timeout`] where the client has been waited for too long.
    pub(super) async fn send(&mut self, rows: Rows) -> Result<bool, DbError> {
        self.sent_bytes += rows.bytes();
        if self.sent_bytes > AHEAD_BYTES && self.turn.is_none() {
            let turn = self.turns.clone().try_acquire_owned();
            self.turn = Some(turn.map_err(|_| DbError::of(DbErrorKind::Overloaded))?);
        }
        let place = match self.sender.try_reserve() {
            Ok(place) => place,
            Err(mpsc::error::TrySendError::Closed(())) => return Ok(false),
            Err(mpsc::error::TrySendError::Full(())) => {
                let began = Instant::now();
                let left = self.patience.saturating_sub(self.waited);
                let place = tokio::time::timeout(left, self.sender.reserve()).await;
                self.waited += began.elapsed();
                match place {
                    Ok(Ok(place)) => place,
                    Ok(Err(_)) => return Ok(false),
                    Err(_) => return Err(DbError::of(DbErrorKind::Timeout)),
                }
            }
        };
        place.send(Ok(rows));
        Ok(true)
    }

    /// Whether any rows have been handed on.
    pub(super) fn has_sent(&self) -> bool {
        self.sent_bytes > 0
    }

    /// Completes when nobody wants the rows any more.
    pub(super) fn gone(&self) -> impl Future<Output = ()> + use<> {
        let sender = self.sender.clone();
        async move { sender.closed().await }
    }

    /// Says why there are no more rows. The connection that they came from has been given back, for
    /// a client that does not read does not read this either.
    pub(super) async fn fail(self, fault: DbError) {
        let Self { sender, turn, .. } = self;
        drop(turn);
        // Whoever has gone needs no answer.
        let _ = sender.send(Err(fault)).await;
    }
}

/// Reads ahead of what hands the rows on. That goes on by itself where the answer is long.
///
/// # Errors
/// What the database says of the rows read ahead.
pub(super) async fn ahead(
    mut handing_on: BoxFuture<'static, ()>,
    mut chunks: Chunks,
) -> Result<Streamed, DbError> {
    let mut rows = Rows::none();
    let (mut bytes, mut goes_on) = (0, true);
    loop {
        let chunk = tokio::select! {
            biased;
            chunk = chunks.recv() => chunk,
            () = &mut handing_on, if goes_on => {
                goes_on = false;
                continue;
            }
        };
        let Some(chunk) = chunk else {
            return Ok(Streamed::Whole(rows));
        };
        let chunk = chunk?;
        bytes += chunk.bytes();
        rows.append(chunk);
        if bytes > AHEAD_BYTES {
            if goes_on {
                tokio::spawn(handing_on);
            }
            return Ok(Streamed::Long(rows, chunks));
        }
    }
}
