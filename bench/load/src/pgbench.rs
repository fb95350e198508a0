//! The limit of the database: the select of "get one" without HTTP and JSON.

use std::{fs, path::PathBuf, time::Duration};

use tokio::process::Command;

use crate::{Failure, peers::Place, rounds::Measure, workloads::ROWS};

/// pgbench with its script.
pub struct Pgbench {
    script: PathBuf,
    database_url: String,
}

impl Pgbench {
    /// # Errors
    /// pgbench is not installed.
    pub fn find(place: &Place<'_>) -> Result<Self, Failure> {
        std::process::Command::new("pgbench")
            .arg("--version")
            .output()
            .map_err(|_| "pgbench is not installed")?;
        let script = place.context.run.join("pgbench.sql");
        let last = ROWS - 1;
        fs::write(
            &script,
            format!(
                r#"\set row random(0, {last})
SELECT "id", "email", "name", "preferences", "createdAt", "updatedAt" FROM "User" WHERE "id" = 'clzx4k2m0' || lpad(:row::text, 16, '0');
"#
            ),
        )?;
        Ok(Self {
            script,
            database_url: place.database_url.to_owned(),
        })
    }

    /// Runs it with this number of clients.
    ///
    /// # Errors
    /// The run has no result.
    pub async fn measure(&self, clients: usize, duration: Duration) -> Result<Measure, Failure> {
        let seconds = duration.as_secs().max(1);
        let output = Command::new("pgbench")
            .args(["--no-vacuum", "--protocol=prepared", "--jobs=1"])
            .arg(format!("--client={clients}"))
            .arg(format!("--time={seconds}"))
            .arg("--file")
            .arg(&self.script)
            .arg(&self.database_url)
            .output()
            .await?;
        let text = String::from_utf8_lossy(&output.stdout);
        let number = |name: &str| -> Option<f64> {
            let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
            rest.split_whitespace().next()?.parse().ok()
        };
        let requests_per_second = number("tps = ")
            .ok_or_else(|| format!("pgbench: {}", String::from_utf8_lossy(&output.stderr)))?;
        Ok(Measure {
            requests_per_second,
            p50_ms: number("latency average = "),
            ..Measure::default()
        })
    }
}
