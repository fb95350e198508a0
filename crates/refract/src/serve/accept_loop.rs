//! Accepts client connections up to a limit, and ends them when the process stops.
//!
//! poem's own server reads the first bytes of a connection to detect the protocol. hyper then
//! begins with a buffer that is not empty, doubles it, and keeps it: an idle connection would take
//! 35 kB instead of 13.

use std::{io, sync::Arc, time::Duration};

use futures_util::FutureExt;
use poem::{Endpoint, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;

use super::{
    connection_state::Shutdown,
    connection_table::{Admission, ConnectionTable},
    file_limit, http_connection,
    request_service::Handler,
};
use crate::settings::Settings;

/// Pause until file descriptors may be free again.
const PAUSE: Duration = Duration::from_millis(20);
/// Bytes that the system buffers for a client before it reports the socket as full. Its default is
/// megabytes, which would hide a slow client.
#[cfg(target_os = "linux")]
const UNSENT_BYTES: u32 = 16 * 1024;

/// Sets the socket options that connections inherit from their listener.
fn prepare(listener: &TcpListener) {
    #[cfg(target_os = "linux")]
    if let Err(error) = socket2::SockRef::from(listener).set_tcp_notsent_lowat(UNSENT_BYTES) {
        tracing::debug!(%error, "slow clients are told from idle ones in steps of megabytes");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = listener;
}

/// Serves until `stop` completes. Then the requests in flight may end.
pub(super) async fn serve(
    listener: TcpListener,
    endpoint: impl Endpoint<Output = Response> + 'static,
    stop: impl Future<Output = ()>,
    settings: &Settings,
) {
    prepare(&listener);
    let endpoint = Arc::new(endpoint);
    let handler: Arc<Handler> = Arc::new(move |request| {
        let endpoint = endpoint.clone();
        async move { endpoint.get_response(request).await }.boxed()
    });
    let server = &settings.server;
    let max = file_limit::most_connections(server.connections.max, settings.database.pool_size);
    let connections = Server {
        handler,
        table: ConnectionTable::new(&server.connections, max),
        tasks: TaskTracker::new(),
    };
    tokio::select! {
        () = connections.accept(&listener) => {}
        () = connections.table.run_clock() => {}
        () = stop => {}
    }
    connections.take_waiting(&listener);
    // New clients should find another replica.
    drop(listener);
    tokio::select! {
        () = connections.end(server.shutdown_grace, server.shutdown_timeout) => {}
        () = connections.table.run_clock() => {}
    }
}

struct Server {
    handler: Arc<Handler>,
    table: Arc<ConnectionTable>,
    tasks: TaskTracker,
}

impl Server {
    /// Accepts connections forever.
    async fn accept(&self, listener: &TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => self.begin(stream),
                // The client is gone already.
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "no connection can be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Accepts the connections in the backlog: their clients have seen them succeed.
    fn take_waiting(&self, listener: &TcpListener) {
        while let Some(Ok((stream, _))) = listener.accept().now_or_never() {
            self.begin(stream);
        }
    }

    fn begin(&self, stream: TcpStream) {
        match self.table.admit() {
            Admission::Taken(state, entry) => {
                let handler = self.handler.clone();
                self.tasks.spawn(async move {
                    http_connection::serve(stream, handler, state).await;
                    drop(entry);
                });
            }
            Admission::Refused => {
                let _ = stream.try_write(http_connection::NO_ROOM);
            }
        }
    }

    /// Ends all connections. Idle ones stay open for `grace`, since a client may have sent a
    /// request that it cannot send again. All end after `timeout`.
    async fn end(&self, grace: Duration, timeout: Duration) {
        self.tasks.close();
        self.table.begin_stop();
        self.table.signal_http2(Shutdown::Graceful);
        let all_end = async {
            let grace = grace.min(timeout / 2);
            if tokio::time::timeout(grace, self.tasks.wait())
                .await
                .is_err()
            {
                self.table.signal_all(Shutdown::Graceful);
                self.tasks.wait().await;
            }
        };
        if tokio::time::timeout(timeout, all_end).await.is_err() {
            tracing::warn!(
                connections = self.tasks.len(),
                "requests in flight are given up"
            );
            self.table.signal_all(Shutdown::Now);
            self.tasks.wait().await;
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}
