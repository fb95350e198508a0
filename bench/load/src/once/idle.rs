//! The memory of idle connections, which browsers and proxies keep open.

use std::{fs, net::Ipv4Addr, time::Duration};

use crate::{
    Failure,
    client::Client,
    peers::Place,
    workloads::{self, user_id},
};

const CONNECTIONS: u64 = 10_000;
/// The number of other open files of a process.
const OTHER_FILES: u64 = 200;
/// Loopback addresses to connect from: all of 127.0.0.0/8 is the machine itself.
const SOURCES: u64 = 4;

/// Measures. The memory is also stored in `idle_mb`.
pub async fn measure(place: &Place<'_>, idle_mb: &mut Option<f64>) -> Result<String, Failure> {
    let allowed = open_files()?;
    if allowed < CONNECTIONS + OTHER_FILES {
        return Ok(format!(
            "Not measured: a process may open {allowed} files only (`ulimit -n`).\n"
        ));
    }
    let mut request = Vec::new();
    let path = format!("/api/v1/users/{}", user_id(1));
    let expected = workloads::get(&mut request, format_args!("{path}"));
    let server = place.refract(&[], &path).await?;
    let fresh = server.memory_mb();
    let mut clients = Vec::new();
    for number in 0..CONNECTIONS {
        let source = Ipv4Addr::new(127, 0, 0, 1 + (number % SOURCES) as u8);
        let mut client = Client::connect_from(source, server.address).await?;
        let status = client.exchange(&request).await?.status;
        if status != expected {
            return Err(format!("connection {number} is answered with {status}").into());
        }
        clients.push(client);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let idle = server.memory_mb();
    *idle_mb = Some(idle);
    Ok(format!(
        "{CONNECTIONS} connections that were answered once each and stay open: {idle:.1} MB \
         resident, {fresh:.1} MB before; {:.1} kB per connection.\n",
        (idle - fresh) * 1000.0 / CONNECTIONS as f64
    ))
}

/// The number of files that a process may have open.
fn open_files() -> Result<u64, Failure> {
    let limits = fs::read_to_string("/proc/self/limits")?;
    let soft = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))
        .and_then(|line| line.split_whitespace().next())
        .ok_or("/proc/self/limits does not tell how many files may be open")?;
    Ok(soft.parse().unwrap_or(u64::MAX))
}
