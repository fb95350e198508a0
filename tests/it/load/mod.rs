//! Many requests at a time: who waits for whom, and who is sent away.

mod fairness;
mod held_up;
mod lanes;
mod lookups;
mod outcomes;
mod pgbouncer;
mod sessions;
mod stale_plans;
mod streams;

use futures_util::future::join_all;

use crate::support::{Answer, App};

/// Sends requests at the same time; the answers come in their order.
async fn all_at_once(app: &App, paths: impl IntoIterator<Item = String>) -> Vec<Answer> {
    let requests = paths
        .into_iter()
        .map(|path| app.request("GET", &path).send());
    join_all(requests).await
}
