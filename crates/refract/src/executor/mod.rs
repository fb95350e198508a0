//! Plans of writes → what has happened. What needs several statements happens in one transaction,
//! all or nothing, and is begun anew where it loses a deadlock or a race.
//!
//! Both fronts write through here. It knows plans and statements, neither HTTP nor JSON.

mod insert;
mod left_out;
mod related_rows;
mod runner;
mod soft_deleted_conflict;
mod stored_keys;

pub use insert::{
    Outcome, Upserted, WRITTEN_TWICE, insert, insert_what_may, is_one_statement, may_be_marked,
    upsert,
};
pub use left_out::left_out;
pub use related_rows::{Nested, Record};
pub use runner::Session;
pub use soft_deleted_conflict::{explain_update, look as look_for_marked};

use futures_util::future::BoxFuture;

use crate::{
    db::{Beginning, Db, DbError, Transaction},
    error::Error,
    query::prefer::End,
};

/// What is to be done in one transaction: from its beginning again where it lost to others.
pub trait Work: Sync {
    type Done: Send;
    type Failure: Failure;

    /// Does it.
    ///
    /// # Errors
    /// The transaction is then rolled back.
    fn run<'run>(
        &'run self,
        transaction: &'run mut Transaction<'_>,
    ) -> BoxFuture<'run, Result<Self::Done, Self::Failure>>;

    /// What a commit that failed means: constraints may be looked at as late as that.
    fn explain(&self, fault: DbError) -> Self::Failure;
}

/// Why work failed.
pub trait Failure: Send {
    /// Whether the transaction was undone because of others at the same time, so that the work may
    /// do better when begun anew.
    fn lost_race(&self) -> bool;
}

impl Failure for Error {
    fn lost_race(&self) -> bool {
        self.lost_race()
    }
}

impl Failure for DbError {
    fn lost_race(&self) -> bool {
        self.lost_race()
    }
}

/// Does work in a transaction, which ends as `end` says of what was done.
///
/// # Errors
/// The work's own; after some tries also that it lost each time. Nothing has happened then, but
/// where the outcome is unknown.
pub async fn transact<W: Work>(
    db: &Db,
    beginning: impl Into<Beginning>,
    work: &W,
    end: impl Fn(&W::Done) -> End + Sync,
) -> Result<W::Done, W::Failure> {
    let beginning = beginning.into();
    let mut tries = 0;
    loop {
        match attempt(db, beginning.clone(), work, &end).await {
            Err(error) if error.lost_race() && db.after_conflict(tries).await => tries += 1,
            done => return done,
        }
    }
}

async fn attempt<W: Work>(
    db: &Db,
    beginning: Beginning,
    work: &W,
    end: &(impl Fn(&W::Done) -> End + Sync),
) -> Result<W::Done, W::Failure> {
    let transaction = db.begin(beginning).await;
    let mut transaction = transaction.map_err(|fault| work.explain(fault))?;
    let done = match work.run(&mut transaction).await {
        Ok(done) => done,
        Err(error) => {
            // Not waited for what it says: the error above is what went wrong.
            let _ = transaction.rollback().await;
            return Err(error);
        }
    };
    let ended = match end(&done) {
        End::Commit => transaction.commit().await,
        // What waits for the commit would have been refused there.
        End::Rollback => match transaction.check_deferred().await {
            Ok(()) => transaction.rollback().await,
            Err(fault) => Err(fault),
        },
    };
    ended.map_err(|fault| work.explain(fault))?;
    Ok(done)
}
