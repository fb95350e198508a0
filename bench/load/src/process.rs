//! The processes of a server: starts them, reads their counters from /proc, ends them.

use std::{
    fs::{self, File},
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{Failure, client::Client, workloads};

/// Longest wait for a server to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Pause between the requests to a server that is starting.
const POLL: Duration = Duration::from_millis(1);
/// Unit of /proc/PID/stat's times; the same on every Linux (`man 5 proc`, USER_HZ).
const TICKS_PER_SECOND: f64 = 100.0;

/// A running server with all its processes.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// From the start of the process to its first 200.
    pub ready_after: Duration,
}

impl Server {
    /// Starts a program that listens on `PORT`, and waits until `path` answers 200.
    ///
    /// # Errors
    /// The program cannot be started, ends, or does not answer in time. The error has the end of its log.
    pub async fn start(mut command: Command, log: &Path, path: &str) -> Result<Self, Failure> {
        let address = free_address()?;
        let file = File::create(log)?;
        command
            .env("PORT", address.port().to_string())
            .env("HOST", address.ip().to_string())
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file);
        let started = Instant::now();
        let mut server = Self {
            child: command.spawn()?,
            address,
            ready_after: Duration::ZERO,
        };
        let mut request = Vec::new();
        let expected = workloads::get(&mut request, format_args!("{path}"));
        while started.elapsed() < PATIENCE {
            if let Ok(mut client) = Client::connect(address).await
                && let Ok(answer) = client.exchange(&request).await
                && answer.status == expected
            {
                server.ready_after = started.elapsed();
                return Ok(server);
            }
            if server.child.try_wait()?.is_some() {
                break;
            }
            tokio::time::sleep(POLL).await;
        }
        let log = fs::read_to_string(log).unwrap_or_default();
        Err(format!("did not answer GET {path} with 200\n{}", tail(&log)).into())
    }

    /// Seconds of CPU that the processes have used.
    pub fn cpu_seconds(&self) -> f64 {
        let ticks: u64 = self.tree().iter().map(|&process| ticks(process)).sum();
        ticks as f64 / TICKS_PER_SECOND
    }

    /// Resets the peak of [`Self::peak_memory_mb`].
    pub fn reset_peak_memory(&self) {
        for process in self.tree() {
            // Best effort: if the kernel refuses, the peak is that of the whole life of the process.
            let _ = fs::write(format!("/proc/{process}/clear_refs"), "5");
        }
    }

    /// The peak of resident memory, summed over the processes.
    pub fn peak_memory_mb(&self) -> f64 {
        self.status_mb("VmHWM:")
    }

    /// The memory that is resident now.
    pub fn memory_mb(&self) -> f64 {
        self.status_mb("VmRSS:")
    }

    fn status_mb(&self, name: &str) -> f64 {
        let kib: f64 = self
            .tree()
            .iter()
            .filter_map(|process| fs::read_to_string(format!("/proc/{process}/status")).ok())
            .filter_map(|status| {
                let line = status.lines().find_map(|line| line.strip_prefix(name))?;
                line.split_whitespace().next()?.parse::<f64>().ok()
            })
            .sum();
        kib * 1.024 / 1000.0
    }

    /// The process and its descendants, parents first.
    fn tree(&self) -> Vec<u32> {
        let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter_map(|process| Some((process, *stat(process)?.get(1)? as u32)))
            .collect();
        let mut tree = vec![self.child.id()];
        let mut at = 0;
        while let Some(&parent) = tree.get(at) {
            tree.extend(
                parents
                    .iter()
                    .filter(|(_, of)| *of == parent)
                    .map(|(process, _)| *process),
            );
            at += 1;
        }
        tree
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A worker that is found only now would outlive its parent.
        let tree = self.tree();
        let _ = Command::new("kill")
            .arg("-KILL")
            .args(tree.iter().map(u32::to_string))
            .stderr(Stdio::null())
            .status();
        let _ = self.child.wait();
    }
}

/// The numbers of /proc/PID/stat after the name: state (as 0), parent, …
fn stat(process: u32) -> Option<Vec<u64>> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name is in parentheses, and may contain parentheses.
    let (_, numbers) = text.rsplit_once(')')?;
    Some(
        numbers
            .split_whitespace()
            .map(|number| number.parse().unwrap_or(0))
            .collect(),
    )
}

/// User and system time: fields 14 and 15 of `man 5 proc`.
fn ticks(process: u32) -> u64 {
    stat(process).map_or(0, |fields| fields[11] + fields[12])
}

/// A free port below the range that the kernel uses for outgoing connections.
fn free_address() -> Result<SocketAddr, Failure> {
    (20_000 + std::process::id() as u16 % 1000 * 10..32_000)
        .map(|port| SocketAddr::from(([127, 0, 0, 1], port)))
        .find(|address| TcpListener::bind(address).is_ok())
        .ok_or_else(|| "no port is free".into())
}

/// The last lines of a text.
pub fn tail(text: &str) -> String {
    const LINES: usize = 15;
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}
