//! The conditions of the measurements.

use std::{fs, path::Path, process::Command, thread};

use crate::{Context, Failure, database::Database};

/// A list of date, commit, machine and versions.
///
/// # Errors
/// The database does not report its version.
pub async fn describe(context: &Context, database: &Database) -> Result<String, Failure> {
    let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
    let field = |file: &str, name: &str| {
        read(file)
            .lines()
            .find_map(|line| line.strip_prefix(name)?.split_once(':'))
            .map_or("unknown".to_owned(), |(_, value)| value.trim().to_owned())
    };
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let memory_kib: f64 = field("/proc/meminfo", "MemTotal")
        .trim_end_matches(" kB")
        .parse()
        .unwrap_or_default();
    let lines = [
        ("Date", chrono::Utc::now().format("%Y-%m-%d").to_string()),
        (
            "Refract",
            version("git", &["rev-parse", "--short", "HEAD"], &context.sources),
        ),
        (
            "Machine",
            format!(
                "{cores} cores of {}, {:.0} GiB, Linux {}",
                field("/proc/cpuinfo", "model name"),
                memory_kib / 1024.0 / 1024.0,
                read("/proc/sys/kernel/osrelease").trim()
            ),
        ),
        ("Load average before the run", context.load_before.clone()),
        ("PostgreSQL", database.version().await?),
        ("Rust", version("rustc", &["--version"], &context.sources)),
        ("Node.js", version("node", &["--version"], &context.sources)),
        (
            "Python",
            version("python3", &["--version"], &context.sources),
        ),
    ];
    Ok(lines
        .iter()
        .map(|(name, value)| format!("- {name}: {value}\n"))
        .collect())
}

fn version(program: &str, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output();
    match output {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        }
        _ => "none".to_owned(),
    }
}
