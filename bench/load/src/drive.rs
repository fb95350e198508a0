//! Sends requests to one server for a while.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{sync::Barrier, task::JoinSet};

use crate::{
    Failure,
    client::Client,
    workloads::{Ask, Random},
};

/// A load: the requests and the server.
#[derive(Debug, Clone)]
pub struct Load {
    pub server: SocketAddr,
    /// The prefix of paths before `/api/v1`.
    pub prefix: &'static str,
    pub ask: Ask,
    pub connections: usize,
    pub duration: Duration,
}

/// The result of a load.
#[derive(Debug, Default)]
pub struct Outcome {
    pub elapsed: Duration,
    /// The latency of each request with the expected answer, in microseconds, sorted.
    pub latencies: Vec<u32>,
    pub errors: u64,
    /// The first unexpected answer.
    pub first_error: Option<String>,
}

impl Load {
    /// Sends requests over all connections at once. On each, a request follows the answer to the one before.
    ///
    /// # Errors
    /// The server accepts no connections.
    pub async fn drive(self) -> Result<Outcome, Failure> {
        let start = Arc::new(Barrier::new(self.connections + 1));
        let mut tasks = JoinSet::new();
        for number in 0..self.connections {
            let client = Client::connect(self.server).await?;
            let random = Random::new(number as u64 + 1);
            tasks.spawn(send(self.clone(), client, random, start.clone()));
        }
        start.wait().await;
        let started = Instant::now();
        let mut whole = Outcome::default();
        while let Some(part) = tasks.join_next().await {
            let part = part?;
            whole.latencies.extend(part.latencies);
            whole.errors += part.errors;
            whole.first_error = whole.first_error.or(part.first_error);
        }
        whole.elapsed = started.elapsed();
        whole.latencies.sort_unstable();
        Ok(whole)
    }
}

impl Outcome {
    pub fn requests(&self) -> u64 {
        self.latencies.len() as u64 + self.errors
    }

    pub fn requests_per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// The latency in milliseconds that `share` of the requests did not exceed.
    pub fn latency_ms(&self, share: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1) as f64;
        let at = (last * share).round() as usize;
        self.latencies
            .get(at)
            .map_or(f64::NAN, |&micros| f64::from(micros) / 1000.0)
    }
}

async fn send(load: Load, mut client: Client, mut random: Random, start: Arc<Barrier>) -> Outcome {
    let mut outcome = Outcome::default();
    let mut request = Vec::with_capacity(512);
    start.wait().await;
    let mut sent = Instant::now();
    let end = sent + load.duration;
    while sent < end {
        let expected = load.ask.write(load.prefix, &mut random, &mut request);
        let unexpected = match client.exchange(&request).await {
            Ok(answer) if answer.status == expected => None,
            Ok(answer) => Some(format!(
                "{} {:.300}",
                answer.status,
                String::from_utf8_lossy(answer.body)
            )),
            Err(error) => {
                // The server may have closed the connection after the answer.
                if let Ok(another) = Client::connect(load.server).await {
                    client = another;
                }
                Some(error.to_string())
            }
        };
        let now = Instant::now();
        match unexpected {
            None => outcome
                .latencies
                .push(now.duration_since(sent).as_micros() as u32),
            Some(error) => {
                outcome.errors += 1;
                outcome.first_error.get_or_insert(error);
            }
        }
        sent = now;
    }
    outcome
}
