//! Plans of writes → what has happened. What needs several statements happens in one transaction,
//! all or nothing, and is begun anew where it loses a deadlock or a race.
//!
//! Both fronts write through here. It knows plans and statements, neither HTTP nor JSON.

mod insert;
mod marked;
mod nested;
mod session;

pub use insert::{Outcome, Upserted, insert, is_one_statement, upsert};
pub use marked::{explain_update, look as look_for_marked};
pub use nested::{Nested, Record};
pub use session::Session;

use futures_util::future::BoxFuture;

use crate::{
    backend::{Backend, Fault, Isolation, Transaction},
    error::Error,
    query::prefer::End,
};

/// What is to be done in one transaction: from its beginning again where it lost to others.
pub trait Work: Sync {
    type Done: Send;

    /// Does it.
    ///
    /// # Errors
    /// The transaction is then rolled back.
    fn run<'run>(
        &'run self,
        transaction: &'run mut Transaction<'_>,
    ) -> BoxFuture<'run, Result<Self::Done, Error>>;

    /// What a commit that failed means: constraints may be looked at as late as that.
    fn explain(&self, fault: Fault) -> Error;
}

/// Does work in a transaction.
///
/// # Errors
/// The work's own; after some tries also that it lost each time. Nothing has happened then, but for
/// [`Error::OutcomeUnknown`].
pub async fn transact<W: Work>(
    backend: &Backend,
    isolation: Isolation,
    end: End,
    work: &W,
) -> Result<W::Done, Error> {
    let mut tries = 0;
    loop {
        match attempt(backend, isolation, end, work).await {
            Err(error) if error.lost_race() && backend.after_conflict(tries).await => tries += 1,
            done => return done,
        }
    }
}

async fn attempt<W: Work>(
    backend: &Backend,
    isolation: Isolation,
    end: End,
    work: &W,
) -> Result<W::Done, Error> {
    let transaction = backend.begin(isolation).await;
    let mut transaction = transaction.map_err(|fault| work.explain(fault))?;
    let done = match work.run(&mut transaction).await {
        Ok(done) => done,
        Err(error) => {
            // Not waited for what it says: the error above is what went wrong.
            let _ = transaction.rollback().await;
            return Err(error);
        }
    };
    let ended = match end {
        End::Commit => transaction.commit().await,
        End::Rollback => match transaction.check_deferred().await {
            Ok(()) => transaction.rollback().await,
            Err(fault) => Err(fault),
        },
    };
    ended.map_err(|fault| work.explain(fault))?;
    Ok(done)
}
