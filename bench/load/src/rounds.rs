//! Measures every peer on every workload, in turn and more than once. A disturbance of the machine
//! should then affect all peers.

use std::{collections::HashMap, time::Duration};

use crate::{
    Failure,
    arguments::Arguments,
    database::Database,
    drive::Load,
    peers::{Peer, Running, Service, Skipped},
    process::Server,
    workloads::Workload,
};

/// Longest warm-up of a peer, per workload.
const LONGEST_WARM_UP: Duration = Duration::from_millis(500);

/// One peer on one workload.
#[derive(Debug, Default, Clone)]
pub struct Measure {
    pub requests_per_second: f64,
    pub p50_ms: Option<f64>,
    pub p99_ms: Option<f64>,
    /// CPU time of the server's processes, per request.
    pub cpu_micros: Option<f64>,
    /// Peak memory of the server's processes during the run.
    pub peak_mb: Option<f64>,
    /// The number of requests with an unexpected answer.
    pub errors: u64,
}

/// All measurements.
pub struct Results {
    pub workloads: Vec<Workload>,
    pub peers: Vec<&'static Peer>,
    pub skipped: Vec<Skipped>,
    measures: HashMap<(&'static str, &'static str), Vec<Measure>>,
}

impl Results {
    /// The medians of a peer's rounds on a workload, and the sum of its errors.
    pub fn of(&self, workload: &str, peer: &str) -> Option<Measure> {
        let rounds = self.measures.get(&(workload, peer))?;
        let median_of = |read: fn(&Measure) -> Option<f64>| median(rounds.iter().filter_map(read));
        Some(Measure {
            requests_per_second: median_of(|it| Some(it.requests_per_second))?,
            p50_ms: median_of(|it| it.p50_ms),
            p99_ms: median_of(|it| it.p99_ms),
            cpu_micros: median_of(|it| it.cpu_micros),
            peak_mb: median_of(|it| it.peak_mb),
            errors: rounds.iter().map(|it| it.errors).sum(),
        })
    }
}

/// The median. Of an even number of values it is the mean of the middle two.
pub fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    let (below, above) = (values.len().checked_sub(1)? / 2, values.len() / 2);
    Some((values[below] + values[above]) / 2.0)
}

/// Measures.
///
/// # Errors
/// A peer no longer accepts connections.
pub async fn run(
    arguments: &Arguments,
    database: &Database,
    running: &[Running],
    skipped: Vec<Skipped>,
) -> Result<Results, Failure> {
    let mut results = Results {
        workloads: arguments.workloads.clone(),
        peers: running.iter().map(|it| it.peer).collect(),
        skipped,
        measures: HashMap::new(),
    };
    let warm_up = LONGEST_WARM_UP.min(arguments.duration / 4);
    for round in 0..=arguments.rounds {
        for workload in &arguments.workloads {
            match round {
                0 => eprintln!("bench: warming up, {}", workload.title),
                _ => eprintln!("bench: round {round}, {}", workload.title),
            }
            for one in running.iter().filter(|it| it.peer.serves(workload)) {
                let duration = if round == 0 {
                    warm_up
                } else {
                    arguments.duration
                };
                let measure = one.measure(workload, duration).await?;
                if workload.ask.writes() {
                    database.tidy().await?;
                }
                if round > 0 {
                    let key = (workload.name, one.peer.name);
                    results.measures.entry(key).or_default().push(measure);
                }
            }
        }
    }
    Ok(results)
}

impl Running {
    async fn measure(&self, workload: &Workload, duration: Duration) -> Result<Measure, Failure> {
        match &self.service {
            Service::Pgbench(pgbench) => pgbench.measure(workload.connections, duration).await,
            Service::Http(server) => {
                let load = Load {
                    server: server.address,
                    prefix: self.peer.prefix(),
                    ask: workload.ask,
                    connections: workload.connections,
                    duration,
                };
                measure(server, load)
                    .await
                    .map_err(|failure| format!("{}: {failure}", self.peer.title).into())
            }
        }
    }
}

/// Sends a load to a server, and reads the counters of its processes before and after.
///
/// # Errors
/// The server accepts no connections.
pub async fn measure(server: &Server, load: Load) -> Result<Measure, Failure> {
    server.reset_peak_memory();
    let before = server.cpu_seconds();
    let outcome = load.drive().await?;
    let cpu = server.cpu_seconds() - before;
    if let Some(error) = &outcome.first_error {
        eprintln!(
            "bench: {} requests were not answered as expected, the first: {error}",
            outcome.errors
        );
    }
    Ok(Measure {
        requests_per_second: outcome.requests_per_second(),
        p50_ms: Some(outcome.latency_ms(0.5)),
        p99_ms: Some(outcome.latency_ms(0.99)),
        cpu_micros: Some(cpu * 1e6 / outcome.requests().max(1) as f64),
        peak_mb: Some(server.peak_memory_mb()),
        errors: outcome.errors,
    })
}
