//! A schema of 70 tables, as a large app has: the time to the first answer, the memory, and whether
//! the last resource is as quick as the first.

use std::{fs, time::Duration};

use serde_json::Value;

use crate::{
    Failure,
    database::Database,
    drive::Load,
    peers::Place,
    report,
    rounds::{Measure, measure as measure_server, median},
    workloads::Ask,
};

const TABLES: usize = 70;
const ROWS: usize = 200;
const STARTS: usize = 5;
const ROUNDS: usize = 3;

/// Measures. The peak memory is also stored in `peak_mb`.
pub async fn measure(place: &Place<'_>, peak_mb: &mut Option<f64>) -> Result<String, Failure> {
    let database = Database::create(&place.context.server_url, "tables").await?;
    let section = measure_on(place, &database, peak_mb).await;
    database.remove().await?;
    section
}

async fn measure_on(
    place: &Place<'_>,
    database: &Database,
    peak_mb: &mut Option<f64>,
) -> Result<String, Failure> {
    database.execute(&schema()).await?;
    let place = Place {
        context: place.context,
        database_url: &database.url,
        snapshot: place.context.reflect(database, "tables")?,
    };
    let ready = expected_path(&place)?;

    let mut starts = Vec::new();
    for _ in 1..STARTS {
        starts.push(place.refract(&[], &ready).await?.ready_after);
    }
    let server = place.refract(&[], &ready).await?;
    starts.push(server.ready_after);
    let start_ms = median(starts.iter().map(|it| it.as_secs_f64() * 1000.0));
    let fresh_mb = server.memory_mb();

    let load = |first, last, connections, seconds| Load {
        server: server.address,
        prefix: "",
        ask: Ask::Tables { first, last },
        connections,
        duration: Duration::from_secs(seconds),
    };
    load(1, TABLES, 256, 10).drive().await?;
    let peak = server.peak_memory_mb();
    *peak_mb = Some(peak);

    let (mut first, mut last) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        first.push(measure_server(&server, load(1, 1, 32, 3)).await?);
        last.push(measure_server(&server, load(TABLES, TABLES, 32, 3)).await?);
    }
    let row = |name: String, rounds: &[Measure]| {
        vec![
            name,
            report::figure(median(rounds.iter().map(|it| it.requests_per_second)), 0),
            report::figure(median(rounds.iter().filter_map(|it| it.cpu_micros)), 1),
        ]
    };
    Ok(format!(
        "{TABLES} tables of 12 columns and {ROWS} rows, each with a foreign key.\n\n\
         - From the start of the process to the first 200 of a list: {} ms (median of {STARTS}).\n\
         - Memory: {fresh_mb:.1} MB after the first answer, {peak:.1} MB at most during 10 s of \
         lists of all resources over 256 connections.\n\n{}",
        report::figure(start_ms, 0),
        report::table(
            &["list of 20, 32 connections", "requests/s", "CPU µs"],
            &[
                row("of the first resource".to_owned(), &first),
                row(format!("of the {TABLES}th"), &last),
            ],
        )
    ))
}

/// The path of the last resource, from the snapshot. [`Ask::Tables`] relies on its form.
fn expected_path(place: &Place<'_>) -> Result<String, Failure> {
    let snapshot: Value = serde_json::from_str(&fs::read_to_string(&place.snapshot)?)?;
    let paths = snapshot["tables"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|table| table["path"].as_str());
    let last = format!("things-{TABLES}");
    if paths.clone().any(|path| path == last) {
        Ok(format!("/api/v1/{last}"))
    } else {
        let paths: Vec<&str> = paths.collect();
        Err(format!("no resource {last} among {}", paths.join(", ")).into())
    }
}

fn schema() -> String {
    let mut sql = String::new();
    for table in 1..=TABLES {
        let parent = table.saturating_sub(1).max(1);
        sql.push_str(&format!(
            r#"
CREATE TYPE "Kind{table}" AS ENUM ('SMALL', 'LARGE');
CREATE TABLE "things_{table}" (
    "id" TEXT NOT NULL,
    "parentId" TEXT,
    "title" TEXT NOT NULL,
    "summary" TEXT NOT NULL DEFAULT '',
    "kind" "Kind{table}" NOT NULL DEFAULT 'SMALL',
    "amount" INTEGER NOT NULL DEFAULT 0,
    "price" DECIMAL(10, 2),
    "isActive" BOOLEAN NOT NULL DEFAULT true,
    "details" JSONB NOT NULL DEFAULT '{{}}',
    "seenAt" TIMESTAMP(3),
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,
    CONSTRAINT "things_{table}_pkey" PRIMARY KEY ("id")
);
INSERT INTO "things_{table}" ("id", "title", "summary", "amount", "price", "updatedAt")
SELECT 'clzx4k2t0' || lpad(n::text, 16, '0'), 'Thing ' || n, repeat('summary ', 8), n, n / 4.0, now()
FROM generate_series(1, {ROWS}) AS n;
ALTER TABLE "things_{table}" ADD CONSTRAINT "things_{table}_parentId_fkey"
    FOREIGN KEY ("parentId") REFERENCES "things_{parent}"("id");
ANALYZE "things_{table}";
"#
        ));
    }
    sql
}
