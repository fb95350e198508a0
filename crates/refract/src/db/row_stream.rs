//! Reads whose rows are passed on as they come.
//!
//! The beginning of every answer is read ahead. A short answer is complete before its headers are
//! sent, so it can be read again if the connection breaks. A long answer is sent in chunks, and
//! needs no more memory for more rows.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{FutureExt, Stream, StreamExt, future::BoxFuture};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::{DbError, DbErrorKind, Rows};

/// Bytes of rows that are read ahead. An answer that is no longer is held in memory.
pub const AHEAD_BYTES: usize = 1024 * 1024;
/// A chunk ends with the row that reaches this number of bytes.
const CHUNK_BYTES: usize = 64 * 1024;
/// How long a long answer waits for a permit.
const PERMIT_TIMEOUT: Duration = Duration::from_secs(10);

/// The chunks of an answer. Dropping it ends the read.
pub type Chunks = mpsc::Receiver<Result<Rows, DbError>>;

/// The answer to a read.
pub enum Streamed {
    Whole(Rows),
    /// The rows read ahead, and the chunks that are still to come. An error among them means that
    /// the answer is not complete.
    Long(Rows, Chunks),
}

/// Logs that an answer ends before it is complete. The error that this gives, as the body's, lets
/// the client see it.
pub fn broken_off(error: &(dyn std::error::Error + 'static)) -> std::io::Error {
    tracing::warn!(error, "a list broke off");
    std::io::Error::other("the answer could not be sent to the end")
}

/// Limits how many long answers are under way. Each keeps a connection for as long as its client
/// reads, and other requests need some.
#[derive(Debug)]
pub(super) struct StreamLimit(Arc<Semaphore>);

pub(super) type StreamPermit = Option<OwnedSemaphorePermit>;

impl StreamLimit {
    /// Long answers may use half of the connections, and at least one.
    pub(super) fn half_of(connections: usize) -> Self {
        Self(Arc::new(Semaphore::new((connections / 2).max(1))))
    }

    /// # Errors
    /// [`DbErrorKind::Overloaded`] where no long answer ends in time.
    pub(super) async fn acquire(&self) -> Result<StreamPermit, DbError> {
        let permit = tokio::time::timeout(PERMIT_TIMEOUT, self.0.clone().acquire_owned());
        match permit.await {
            Ok(Ok(permit)) => Ok(Some(permit)),
            _ => Err(DbError::of(DbErrorKind::Overloaded)),
        }
    }
}

/// Passes rows from the database's connection to the answer.
pub(super) struct RowSender {
    sender: mpsc::Sender<Result<Rows, DbError>>,
    stream_limit: Arc<Semaphore>,
    permit: StreamPermit,
    sent_bytes: usize,
    /// How long this may wait for the client, in all.
    timeout: Duration,
    /// How long it has waited for the client.
    pub(super) waited: Duration,
}

impl RowSender {
    /// `permit` is given for an answer that is known to be long.
    pub(super) fn new(
        stream_limit: &StreamLimit,
        permit: StreamPermit,
        timeout: Duration,
    ) -> (Self, Chunks) {
        let (sender, chunks) = mpsc::channel(1);
        let sender = Self {
            sender,
            stream_limit: stream_limit.0.clone(),
            permit,
            sent_bytes: 0,
            timeout,
            waited: Duration::ZERO,
        };
        (sender, chunks)
    }

    /// Sends rows. Gives false where the receiver is gone.
    ///
    /// # Errors
    /// [`DbErrorKind::Overloaded`] where the answer turns out to be long and there is no permit.
    /// Only rows that are read ahead have been sent then. [`DbErrorKind::Timeout`] where the client
    /// takes too long.
    pub(super) async fn send(&mut self, rows: Rows) -> Result<bool, DbError> {
        self.sent_bytes += rows.bytes();
        if self.sent_bytes > AHEAD_BYTES && self.permit.is_none() {
            let permit = self.stream_limit.clone().try_acquire_owned();
            self.permit = Some(permit.map_err(|_| DbError::of(DbErrorKind::Overloaded))?);
        }
        let place = match self.sender.try_reserve() {
            Ok(place) => place,
            Err(mpsc::error::TrySendError::Closed(())) => return Ok(false),
            Err(mpsc::error::TrySendError::Full(())) => {
                let began = Instant::now();
                let left = self.timeout.saturating_sub(self.waited);
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

    /// Whether any rows have been sent.
    pub(super) fn has_sent(&self) -> bool {
        self.sent_bytes > 0
    }

    /// Completes when the receiver is gone.
    pub(super) fn gone(&self) -> impl Future<Output = ()> + use<> {
        let sender = self.sender.clone();
        async move { sender.closed().await }
    }

    /// Sends the error that has ended the rows. The caller has given the database's connection back
    /// by then, since a slow client takes its time for this, too.
    pub(super) async fn fail(self, error: DbError) {
        let Self { sender, permit, .. } = self;
        drop(permit);
        // A receiver that is gone needs no error.
        let _ = sender.send(Err(error)).await;
    }
}

/// Takes the rows that have come already, until they make a chunk. Gives whether they were the last
/// ones, too.
pub(super) fn fill_chunk<R, E>(
    first: R,
    rows: &mut (impl Stream<Item = Result<R, E>> + Unpin),
    bytes_of: impl Fn(&R) -> usize,
) -> Result<(Vec<R>, bool), E> {
    let mut bytes = bytes_of(&first);
    let mut chunk = vec![first];
    while bytes < CHUNK_BYTES {
        match rows.next().now_or_never() {
            None => break,
            Some(None) => return Ok((chunk, true)),
            Some(Some(row)) => {
                let row = row?;
                bytes += bytes_of(&row);
                chunk.push(row);
            }
        }
    }
    Ok((chunk, false))
}

/// Runs `sending` and reads the beginning of its rows. Where the answer is long, `sending`
/// continues in a task.
///
/// # Errors
/// The database's error, if it comes before [`AHEAD_BYTES`] are read.
pub(super) async fn read_ahead(
    mut sending: BoxFuture<'static, ()>,
    mut chunks: Chunks,
) -> Result<Streamed, DbError> {
    let mut rows = Rows::none();
    let (mut bytes, mut goes_on) = (0, true);
    loop {
        let chunk = tokio::select! {
            biased;
            chunk = chunks.recv() => chunk,
            () = &mut sending, if goes_on => {
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
                tokio::spawn(sending);
            }
            return Ok(Streamed::Long(rows, chunks));
        }
    }
}
