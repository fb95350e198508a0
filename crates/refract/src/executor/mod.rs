//! Plans of writes → their effect. A plan that needs several statements runs in one transaction,
//! which is tried again after a deadlock or a lost race.
//!
//! Both HTTP interfaces write through this module. It knows plans and statements, but neither HTTP
//! nor JSON.

mod insert;
mod left_out;
mod related_rows;
mod runner;
mod same_row;
mod soft_deleted_conflict;
mod stored_keys;

pub use insert::{
    Outcome, Upserted, insert, insert_what_may, is_one_statement, may_be_soft_deleted, upsert,
};
pub use left_out::left_out;
pub use related_rows::{NestedWriter, WrittenRow};
pub use runner::{Retryable, Session, TransactionBody, run_with_retry};
pub use same_row::WRITTEN_TWICE;
pub use soft_deleted_conflict::{explain_update, look as look_for_soft_deleted};
