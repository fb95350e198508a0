//! One client connection: which version of HTTP it speaks, its requests, and its end.

use std::{
    future::poll_fn,
    io,
    mem::MaybeUninit,
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
    time::Duration,
};

use hyper::server::conn::{http1, http2};
use poem::{
    Addr,
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    io::{AsyncRead, AsyncWriteExt, ReadBuf},
    net::TcpStream,
};

use super::{
    client_io::ClientIo,
    connection_state::{ConnectionState, Shutdown},
    http1::Http1Reader,
    http2_streams::{Http2Reader, NewStream, Streams},
    request_service::{Handler, RequestService},
};
use crate::http::rejection::{MAX_HEADER_BYTES, MAX_URL_BYTES};

/// The preface of a client that knows the server speaks HTTP/2: RFC 9113, section 3.4. No request
/// of HTTP/1 begins with it.
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Most concurrent streams of one HTTP/2 connection. RFC 9113 recommends at least as many.
const MAX_STREAMS: u32 = 100;
/// Bytes of a response that HTTP/2 buffers for a client with a full window.
const MAX_KEPT_BYTES: usize = 64 * 1024;
/// How often an HTTP/2 client gets a PING while it waits for responses.
const PING_INTERVAL: Duration = Duration::from_secs(30);
/// How long it may take to acknowledge one.
const PING_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a client with unread data may send nothing, and how long it may keep sending.
const LINGER_SILENCE: Duration = Duration::from_secs(2);
const LINGER: Duration = Duration::from_secs(10);
/// Bytes that are read and dropped at once, and in all.
const LINGER_BYTES: usize = 4 * 1024;
const MAX_LINGER_BYTES: usize = 64 * 1024 * 1024;

/// The response to a client that has sent no request, on a connection over the limit.
pub(super) const NO_ROOM: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\n\
    Content-Length: 0\r\nConnection: close\r\n\r\n";

/// The beginning of a connection.
enum Preface {
    Http1(Vec<u8>),
    Http2(Vec<u8>),
    Nothing,
}

/// Serves one connection until either side ends it.
pub(super) async fn serve(
    mut stream: TcpStream,
    handler: Arc<Handler>,
    state: Arc<ConnectionState>,
) {
    // Small responses are sent at once.
    let _ = stream.set_nodelay(true);
    let address = |address: io::Result<_>| address.map_or_else(|_| Addr::default(), Addr::from);
    let local = LocalAddr(address(stream.local_addr()));
    let remote = RemoteAddr(address(stream.peer_addr()));
    let mut service = RequestService::new(handler, state.clone(), (local, remote));
    match beginning(&mut stream, &state).await {
        Preface::Nothing if state.is_over_limit => {
            // The buffer of a new connection has room for it.
            let _ = stream.try_write(NO_ROOM);
        }
        Preface::Nothing => {}
        Preface::Http1(bytes) => {
            let reader = Http1Reader::new(state.clone(), bytes);
            let io = ClientIo::new(stream, state.clone(), reader);
            let connection = http1::Builder::new().serve_connection(io, service);
            if let Some(stream) = until_http1_ends(connection, &state).await {
                // In a box: it is needed only at the end.
                Box::pin(linger(stream, &state)).await;
            }
        }
        Preface::Http2(bytes) => {
            let new_stream = NewStream::default();
            service.new_stream = Some(new_stream.clone());
            let reader = Http2Reader::new(state.clone(), bytes);
            let io = ClientIo::new(stream, state.clone(), reader);
            let head_bytes = MAX_URL_BYTES + MAX_HEADER_BYTES;
            let mut builder = http2::Builder::new(Streams::new(state.clone(), new_stream));
            builder
                .timer(hyper_util::rt::TokioTimer::new())
                .max_concurrent_streams(MAX_STREAMS)
                .max_header_list_size(u32::try_from(head_bytes).unwrap_or(u32::MAX))
                .max_send_buf_size(MAX_KEPT_BYTES)
                .keep_alive_interval(PING_INTERVAL)
                .keep_alive_timeout(PING_TIMEOUT);
            let connection = builder.serve_connection(io, service);
            // In a box: few clients speak HTTP/2, and its state is large.
            Box::pin(until_http2_ends(connection, &state)).await;
        }
    }
}

/// Reads until the version of HTTP is known (prior knowledge: RFC 9113, section 3.3).
async fn beginning(stream: &mut TcpStream, state: &ConnectionState) -> Preface {
    let mut bytes = Vec::new();
    poll_fn(|context| {
        state.waker.register(context.waker());
        loop {
            if state.shutdown() == Shutdown::Now {
                return Poll::Ready(Preface::Nothing);
            }
            if state.is_late() {
                // HTTP/1 answers a request that comes too slowly.
                return Poll::Ready(Preface::Http1(std::mem::take(&mut bytes)));
            }
            let mut space = [const { MaybeUninit::uninit() }; 8 * 1024];
            let mut read = ReadBuf::uninit(&mut space);
            match Pin::new(&mut *stream).poll_read(context, &mut read) {
                Poll::Pending if state.shutdown() == Shutdown::Graceful && bytes.is_empty() => {
                    return Poll::Ready(Preface::Nothing);
                }
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(_)) => return Poll::Ready(Preface::Nothing),
                Poll::Ready(Ok(())) if read.filled().is_empty() => {
                    return Poll::Ready(Preface::Nothing);
                }
                Poll::Ready(Ok(())) => bytes.extend_from_slice(read.filled()),
            }
            let common = bytes.len().min(HTTP2_PREFACE.len());
            let bytes = &mut bytes;
            if bytes[..common] != HTTP2_PREFACE[..common] {
                return Poll::Ready(Preface::Http1(std::mem::take(bytes)));
            }
            if common == HTTP2_PREFACE.len() {
                return Poll::Ready(Preface::Http2(std::mem::take(bytes)));
            }
            state.head_begins();
        }
    })
    .await
}

/// Serves HTTP/1. Gives the stream back where a response is sent to a client that may still be
/// sending.
async fn until_http1_ends(
    mut connection: http1::Connection<ClientIo<Http1Reader>, RequestService>,
    state: &ConnectionState,
) -> Option<TcpStream> {
    let mut is_last = false;
    let mut was_idle = false;
    let ended = poll_fn(|context| {
        state.waker.register(context.waker());
        let shutdown = state.shutdown();
        if shutdown == Shutdown::Now {
            return Poll::Ready(false);
        }
        // Errors of a connection are the client's, and the client knows them.
        if connection.poll_without_shutdown(context).is_ready() {
            return Poll::Ready(true);
        }
        // After reading what has arrived: a complete request is answered, and the rest of a partial
        // one is awaited.
        if shutdown == Shutdown::Graceful && !is_last && !state.is_in_head() {
            is_last = true;
            was_idle = state.is_idle();
            Pin::new(&mut connection).graceful_shutdown();
            return connection.poll_without_shutdown(context).map(|_| true);
        }
        Poll::Pending
    })
    .await;
    let io = connection.into_parts().io;
    if !ended {
        let stream = io.into_stream();
        // The system need not keep unsent data.
        let _ = stream.set_zero_linger();
        return None;
    }
    (!was_idle && !io.reader.is_at_end).then(|| io.into_stream())
}

async fn until_http2_ends(
    connection: http2::Connection<ClientIo<Http2Reader>, RequestService, Streams>,
    state: &ConnectionState,
) {
    let mut connection = pin!(connection);
    let mut is_last = false;
    poll_fn(|context| {
        state.waker.register(context.waker());
        let shutdown = state.shutdown();
        // Only the beginning of an HTTP/2 connection can be late.
        if shutdown == Shutdown::Now || (state.is_late() && state.is_in_head()) {
            return Poll::Ready(());
        }
        if shutdown == Shutdown::Graceful && !is_last {
            is_last = true;
            connection.as_mut().graceful_shutdown();
        }
        connection.as_mut().poll(context).map(|_| ())
    })
    .await;
}

/// Ends a connection on which the client may still be sending. To close it with unread data would
/// reset it, and the client could lose its response.
async fn linger(mut stream: TcpStream, state: &ConnectionState) {
    if stream.shutdown().await.is_err() {
        return;
    }
    let mut left = MAX_LINGER_BYTES;
    let silent = async {
        while left > 0 {
            let reading = tokio::time::timeout(LINGER_SILENCE, dropped(&mut stream, state));
            match reading.await {
                Ok(Some(length)) => left = left.saturating_sub(length),
                Ok(None) | Err(_) => return,
            }
        }
    };
    let _ = tokio::time::timeout(LINGER, silent).await;
}

/// Reads some bytes and drops them. Gives their number, or `None` at the end.
async fn dropped(stream: &mut TcpStream, state: &ConnectionState) -> Option<usize> {
    poll_fn(|context| {
        state.waker.register(context.waker());
        if state.shutdown() == Shutdown::Now {
            return Poll::Ready(None);
        }
        let mut space = [const { MaybeUninit::uninit() }; LINGER_BYTES];
        let mut read = ReadBuf::uninit(&mut space);
        Pin::new(&mut *stream)
            .poll_read(context, &mut read)
            .map(|outcome| {
                let length = read.filled().len();
                outcome.ok().filter(|()| length > 0).map(|()| length)
            })
    })
    .await
}
