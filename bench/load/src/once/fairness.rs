//! Quick requests beside slow ones, which share connections to the database.

use std::time::Duration;

use crate::{
    Failure,
    drive::{Load, Outcome},
    peers::Place,
    report,
    rounds::median,
    workloads::Ask,
};

const ROUNDS: usize = 3;
const SLOW: usize = 4;
/// A quick request that takes longer has waited for a slow one.
const STUCK_MICROS: u32 = 1_000_000;
const DURATION: Duration = Duration::from_secs(4);

pub async fn measure(place: &Place<'_>) -> Result<String, Failure> {
    let server = place.refract(&[], "/api/v1/users?limit=1").await?;
    let quick = Load {
        server: server.address,
        prefix: "",
        ask: Ask::One,
        connections: 32,
        duration: DURATION,
    };
    // Each is one statement of five seconds, which outlasts the quick ones beside it.
    let slow = Load {
        ask: Ask::Slow,
        connections: SLOW,
        duration: Duration::from_secs(1),
        ..quick.clone()
    };
    quick.clone().drive().await?;
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        alone.push(quick.clone().drive().await?);
        let (slow, quick) = tokio::join!(slow.clone().drive(), quick.clone().drive());
        if let Some(error) = slow?.first_error {
            return Err(format!("a slow statement failed: {error}").into());
        }
        beside.push(quick?);
    }
    let row = |name: String, rounds: &[Outcome]| {
        let latency = |share| median(rounds.iter().map(|it| it.latency_ms(share)));
        let longest = rounds.iter().map(|it| it.latency_ms(1.0));
        let stuck = rounds.iter().flat_map(|it| &it.latencies);
        let stuck = stuck.filter(|&&micros| micros > STUCK_MICROS).count();
        vec![
            name,
            report::figure(median(rounds.iter().map(Outcome::requests_per_second)), 0),
            report::figure(latency(0.5), 2),
            report::figure(latency(0.99), 2),
            report::figure(longest.max_by(f64::total_cmp), 1),
            stuck.to_string(),
        ]
    };
    let table = report::table(
        &[
            "get one, 32 connections",
            "requests/s",
            "p50 ms",
            "p99 ms",
            "longest ms",
            "over 1 s",
        ],
        &[
            row("alone".to_owned(), &alone),
            row(format!("beside {SLOW} statements of 5 s"), &beside),
        ],
    );
    Ok(format!("The slow ones read a view that sleeps.\n\n{table}"))
}
