//! Many requests at a time: who waits for whom, and who is sent away.

mod batch_loader;
mod exclusive_connections;
mod fairness;
pub mod pgbouncer;
mod session_settings;
mod stale_plans;
mod streaming;
mod timeouts;
mod unknown_outcomes;

use futures_util::future::join_all;

use crate::support::{Answer, App};

/// Sends requests at the same time; the answers come in their order.
async fn all_at_once(app: &App, paths: impl IntoIterator<Item = String>) -> Vec<Answer> {
    let requests = paths
        .into_iter()
        .map(|path| app.request("GET", &path).send());
    join_all(requests).await
}
