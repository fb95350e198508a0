//! The time of a list by its number of rows.

use std::time::Duration;

use crate::{Failure, drive::Load, peers::Place, report, rounds, workloads::Ask};

const SIZES: [u32; 5] = [1, 10, 100, 1_000, 10_000];
const CONNECTIONS: usize = 8;
const DURATION: Duration = Duration::from_secs(3);

pub async fn measure(place: &Place<'_>) -> Result<String, Failure> {
    let path = "/api/v1/users?limit=1";
    let refract = place.refract(&[("MAX_PAGE_SIZE", "10000")], path).await?;
    let ceiling = place.ceiling().await?;
    let mut rows = Vec::new();
    for size in SIZES {
        let mut row = vec![size.to_string()];
        for server in [&refract, &ceiling] {
            let load = Load {
                server: server.address,
                prefix: "",
                ask: Ask::Users(size),
                connections: CONNECTIONS,
                duration: DURATION,
            };
            let measure = rounds::measure(server, load).await?;
            let per_row = measure.cpu_micros.map(|micros| micros / f64::from(size));
            row.push(report::figure(measure.p50_ms, 2));
            row.push(report::figure(measure.cpu_micros, 0));
            row.push(report::figure(per_row, 2));
        }
        rows.push(row);
    }
    let table = report::table(
        &[
            "rows",
            "Refract p50 ms",
            "CPU µs",
            "CPU µs per row",
            "ceiling p50 ms",
            "CPU µs",
            "CPU µs per row",
        ],
        &rows,
    );
    Ok(format!(
        "Lists of users over {CONNECTIONS} connections, with `MAX_PAGE_SIZE=10000`.\n\n{table}"
    ))
}
