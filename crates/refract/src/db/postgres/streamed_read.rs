//! Reads whose rows are handed on as they come, from a lane of their own.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use futures_util::{FutureExt, StreamExt};

use super::{
    Postgres,
    exclusive_connection::{Own, UnderWay},
    latency,
    open_connection::Connection,
    retry::Tries,
    session_settings,
};
use crate::{
    db::{
        DbError, DbErrorKind, Repeat, Rows,
        row_stream::{CHUNK_BYTES, Outlet, Streamed, Turn, ahead},
    },
    query::sql::Statement,
};

impl Postgres {
    /// Runs a read whose answer may be long. `beginning` begins a transaction for it.
    pub(in crate::db) async fn read(
        &self,
        statement: &Statement<'_>,
        beginning: Option<String>,
    ) -> Result<Streamed, DbError> {
        let sql = &statement.sql;
        let is_long = || sql.is_long.load(Ordering::Relaxed);
        // What has proven quick and short shares its connection with others.
        if beginning.is_none() && statement.bounded && latency::is_quick(sql) && !is_long() {
            let rows = self.fetch(statement, Repeat::Allowed).await?;
            if !is_long() {
                return Ok(Streamed::Whole(rows));
            }
        }
        // In a box: what is seldom taken should not make every request larger.
        Box::pin(self.read_apart(statement.clone().into_owned(), beginning)).await
    }

    /// Runs it on a lane of its own.
    async fn read_apart(
        &self,
        statement: Statement<'static>,
        beginning: Option<String>,
    ) -> Result<Streamed, DbError> {
        let sql = &statement.sql;
        let beginning = match self.is_set_by_transactions().await? {
            true => {
                let begin = beginning.as_deref().unwrap_or("BEGIN READ ONLY");
                Some(session_settings::in_transaction(begin))
            }
            false => beginning,
        };
        let _begun = self.begin()?;
        let mut tries = Tries::new(Repeat::Allowed, self.retries, self.connector.deadline());
        let mut turn = None;
        loop {
            let has_turn = turn.is_some();
            let read = self.read_once(statement.clone(), beginning.clone(), turn.take());
            let fault = match read.await {
                Ok(streamed) => {
                    let long = matches!(streamed, Streamed::Long(..));
                    sql.is_long.store(long, Ordering::Relaxed);
                    return Ok(streamed);
                }
                // It is the turn of other long answers.
                Err(Failure::Read(fault)) if fault.kind == DbErrorKind::Overloaded && !has_turn => {
                    turn = self.turns.wait().await?;
                    continue;
                }
                Err(Failure::Read(fault)) if beginning.is_some() => fault.while_reading(),
                Err(Failure::Early(fault) | Failure::Read(fault)) => fault,
            };
            tokio::time::sleep(tries.after(fault, self.is_open())?).await;
        }
    }

    async fn read_once(
        &self,
        statement: Statement<'static>,
        beginning: Option<String>,
        turn: Turn,
    ) -> Result<Streamed, Failure> {
        let own = self.lanes.own(&statement.sql).await;
        let own = own.map_err(Failure::Early)?;
        let (outlet, chunks) = Outlet::new(&self.turns, turn, self.client_patience);
        let patience = self.connector.patience();
        let handing_on = hand_on(own, statement, beginning, patience, outlet);
        let read = ahead(handing_on.boxed(), chunks).await;
        read.map_err(Failure::Read)
    }
}

/// Why a read has failed before any of its rows were answered.
enum Failure {
    /// There was no connection for it.
    Early(DbError),
    Read(DbError),
}

async fn hand_on(
    mut own: Own,
    statement: Statement<'static>,
    beginning: Option<String>,
    patience: Duration,
    mut outlet: Outlet,
) {
    let gone = outlet.gone();
    let handed_on = tokio::select! {
        handed_on = hand_on_all(&mut own, &statement, beginning, patience, &mut outlet) => handed_on,
        () = gone => return,
    };
    // Gives the lane back. What still runs there is cancelled first.
    drop(own);
    if let Err(fault) = handed_on {
        outlet.fail(fault).await;
    }
}

async fn hand_on_all(
    own: &mut Own,
    statement: &Statement<'static>,
    beginning: Option<String>,
    patience: Duration,
    outlet: &mut Outlet,
) -> Result<(), DbError> {
    let connection = own.connection()?;
    let began = Instant::now();
    own.note(UnderWay::Statement);
    let (before, after) = match beginning {
        None => (UnderWay::Nothing, None),
        Some(beginning) => {
            let begun = in_time(patience, connection.control(&beginning)).await;
            if begun.as_ref().map_or_else(DbError::is_answer, |()| true) {
                own.note(UnderWay::Transaction);
            }
            begun?;
            own.note(UnderWay::Statement);
            (UnderWay::Transaction, Some("COMMIT"))
        }
    };
    let sent = send_all(&connection, statement, patience, outlet).await;
    match &sent {
        Ok(false) => return Ok(()),
        Err(fault) if !fault.is_answer() => {}
        _ => own.note(before),
    }
    sent?;
    latency::learn(
        &statement.sql,
        began.elapsed().saturating_sub(outlet.waited),
    );
    if let Some(commit) = after {
        own.note(UnderWay::Statement);
        in_time(patience, connection.control(commit)).await?;
        own.note(UnderWay::Nothing);
    }
    Ok(())
}

/// Whether all rows have been taken.
async fn send_all(
    connection: &Connection,
    statement: &Statement<'static>,
    patience: Duration,
    outlet: &mut Outlet,
) -> Result<bool, DbError> {
    let mut rows = in_time(patience, connection.stream(statement)).await?;
    loop {
        let next = in_time(patience, rows.next().map(Ok)).await?;
        let Some(first) = next.transpose()? else {
            return Ok(true);
        };
        let mut bytes = first.raw_size_bytes();
        let mut chunk = vec![first];
        let mut ended = false;
        while bytes < CHUNK_BYTES && !ended {
            match rows.next().now_or_never() {
                None => break,
                Some(None) => ended = true,
                Some(Some(row)) => {
                    let row = row?;
                    bytes += row.raw_size_bytes();
                    chunk.push(row);
                }
            }
        }
        if !outlet.send(Rows::postgres(chunk)).await? {
            return Ok(false);
        }
        if ended {
            return Ok(true);
        }
    }
}

/// A server that says nothing is not waited for without end.
async fn in_time<T>(
    patience: Duration,
    answer: impl Future<Output = Result<T, DbError>>,
) -> Result<T, DbError> {
    let answer = tokio::time::timeout(patience, answer).await;
    answer.unwrap_or_else(|_| Err(DbError::of(DbErrorKind::Timeout)))
}
