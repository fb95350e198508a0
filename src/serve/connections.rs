//! Connections of clients: accepted, served as HTTP/1.1 or HTTP/2, and ended when the process stops.
//!
//! poem's own server looks at the first bytes of a connection by reading them. hyper then begins
//! with a buffer that holds some already, doubles it, and keeps it: an idle connection has 35 kB
//! where it needs 13.

use std::{convert::Infallible, io, pin::pin, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use hyper::{
    body::Incoming,
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::graceful::GracefulConnection,
};
use poem::{
    Addr, Endpoint, Request, Response,
    http::uri::Scheme,
    web::{LocalAddr, RemoteAddr},
};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// What a client begins with that knows of HTTP/2: RFC 9113, section 3.4. No method begins with it.
const HTTP2_PREFACE: &[u8] = b"PRI ";
/// Pause until the rest of a broken preface is looked for, or until there may be files again.
const PAUSE: Duration = Duration::from_millis(20);

/// Answers one request. In a box, so that a connection that is at none has no room for it.
type Answer = dyn Fn(Request) -> BoxFuture<'static, Response> + Send + Sync;

/// Serves until `stop` completes, then lets requests in flight end, for `patience` at most.
pub(super) async fn serve(
    listener: TcpListener,
    endpoint: impl Endpoint<Output = Response> + 'static,
    stop: impl Future<Output = ()>,
    patience: Duration,
) {
    let endpoint = Arc::new(endpoint);
    let answer: Arc<Answer> = Arc::new(move |request| {
        let endpoint = endpoint.clone();
        async move { endpoint.get_response(request).await }.boxed()
    });
    let connections = TaskTracker::new();
    let stop_signs = StopSigns::default();
    let accepting = async {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    let connection = connection(stream, answer.clone(), stop_signs.clone());
                    connections.spawn(connection);
                }
                // The client has gone already.
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "no connection can be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    };
    tokio::select! {
        () = accepting => {}
        () = stop => {}
    }
    // Clients that come now should find another replica.
    drop(listener);
    stop_signs.finish.cancel();
    connections.close();
    let all_ended = tokio::time::timeout(patience, connections.wait());
    if all_ended.await.is_err() {
        tracing::warn!(
            connections = connections.len(),
            "requests in flight are given up"
        );
        stop_signs.give_up.cancel();
        connections.wait().await;
    }
}

/// What connections are told when the process stops.
#[derive(Clone, Default)]
struct StopSigns {
    /// Answer what has been asked, and end.
    finish: CancellationToken,
    /// End at once.
    give_up: CancellationToken,
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

/// Serves one connection until either side ends it.
async fn connection(stream: TcpStream, answer: Arc<Answer>, stop: StopSigns) {
    // Small answers should not wait for company.
    let _ = stream.set_nodelay(true);
    let address = |address: io::Result<_>| address.map_or_else(|_| Addr::default(), Addr::from);
    let local = LocalAddr(address(stream.local_addr()));
    let remote = RemoteAddr(address(stream.peer_addr()));
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let request = (request, local.clone(), remote.clone(), Scheme::HTTP);
        answer(request.into()).map(|response| Ok::<hyper::Response<_>, Infallible>(response.into()))
    });
    let is_http2 = tokio::select! {
        is_http2 = is_http2(&stream) => is_http2,
        () = stop.finish.cancelled() => return,
    };
    let stream = TokioIo::new(stream);
    if is_http2 {
        let builder = http2::Builder::new(TokioExecutor::new());
        // In a box: few clients speak it, and its state is the larger one.
        Box::pin(until_stopped(
            builder.serve_connection(stream, service),
            stop,
        ))
        .await;
    } else {
        let connection = http1::Builder::new().serve_connection(stream, service);
        until_stopped(connection, stop).await;
    }
}

#[allow(
    clippy::manual_async_fn,
    reason = "the compiler does not see that an `async fn` here is `Send`"
)]
fn until_stopped<C: GracefulConnection + Send>(
    connection: C,
    stop: StopSigns,
) -> impl Future<Output = ()> + Send {
    async move {
        let mut connection = pin!(connection);
        // What goes wrong on a connection is its client's doing, and the client knows.
        tokio::select! {
            _ = connection.as_mut() => return,
            () = stop.finish.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        tokio::select! {
            _ = connection => {}
            () = stop.give_up.cancelled() => {}
        }
    }
}

/// Whether a client begins with HTTP/2 (prior knowledge: RFC 9113, section 3.3). Waits for its first
/// bytes and leaves them where they are.
async fn is_http2(stream: &TcpStream) -> bool {
    let mut first = [0; HTTP2_PREFACE.len()];
    loop {
        match stream.peek(&mut first).await {
            Ok(0) | Err(_) => return false,
            Ok(length) if !HTTP2_PREFACE.starts_with(&first[..length]) => return false,
            Ok(length) if length == HTTP2_PREFACE.len() => return true,
            // What has come says that something has come, not that more has.
            Ok(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}
