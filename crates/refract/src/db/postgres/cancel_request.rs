//! Asking the server to cancel a statement (PostgreSQL documentation, 55.2.8).
//!
//! The request uses a new connection. The driver would close that connection at once, and PgBouncer
//! may then forget the request. So this module sends it and waits until the server closes, as libpq
//! does.

use std::io;

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UnixStream},
};
use tokio_postgres::{
    CancelToken, Config,
    config::{Host, SslMode, SslNegotiation},
    tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream},
};
use tokio_postgres_rustls::MakeRustlsConnect;

const DEFAULT_PORT: u16 = 5432;
/// The message that asks a server for TLS: a length, and a number in place of the protocol version.
const TLS_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// The message that cancels a statement. `None` where the server has given no key for it.
pub(super) struct CancelRequest(Option<[u8; 16]>);

impl CancelRequest {
    /// Captures the message that the driver would send.
    pub(super) async fn of(token: &CancelToken, config: &Config) -> Self {
        let (ours, mut theirs) = tokio::io::duplex(64);
        let asks_for_tls = config.get_ssl_mode() != SslMode::Disable
            && config.get_ssl_negotiation() == SslNegotiation::Postgres;
        let answered = async {
            if asks_for_tls {
                let mut request = [0; TLS_REQUEST.len()];
                theirs.read_exact(&mut request).await.ok()?;
                theirs.write_all(b"S").await.ok()?;
            }
            let mut request = [0; 16];
            theirs.read_exact(&mut request).await.ok()?;
            Some(request)
        };
        let (_, request) = tokio::join!(token.cancel_query_raw(ours, Plain), answered);
        Self(request)
    }

    /// The process id in the server's key. A pooler makes one up.
    pub(super) fn process_id(&self) -> Option<i32> {
        self.0?[8..12].try_into().ok().map(i32::from_be_bytes)
    }
}

/// Sends a request to cancel, and waits until the server has processed it.
pub(super) async fn send(
    config: &Config,
    mut tls: MakeRustlsConnect,
    request: &CancelRequest,
) -> io::Result<()> {
    let Some(request) = request.0 else {
        return Ok(());
    };
    match connect(config).await? {
        Socket::Unix(socket) => hand_over(socket, request).await,
        Socket::Tcp(mut socket, name) => {
            if !wants_tls(config, &mut socket).await? {
                return hand_over(socket, request).await;
            }
            let tls = MakeTlsConnect::<TcpStream>::make_tls_connect(&mut tls, &name)
                .map_err(io::Error::other)?;
            hand_over(tls.connect(socket).await?, request).await
        }
    }
}

enum Socket {
    /// With the host name for the server's certificate.
    Tcp(TcpStream, String),
    Unix(UnixStream),
}

/// Connects to the first host that takes the connection, in the driver's order.
async fn connect(config: &Config) -> io::Result<Socket> {
    let (hosts, addresses) = (config.get_hosts(), config.get_hostaddrs());
    let mut failed = io::Error::from(io::ErrorKind::NotFound);
    for place in 0..hosts.len().max(addresses.len()) {
        let ports = config.get_ports();
        let port = ports.get(place).or(ports.first()).copied();
        let port = port.unwrap_or(DEFAULT_PORT);
        let connected = match (addresses.get(place), hosts.get(place)) {
            (Some(address), host) => {
                let name = match host {
                    Some(Host::Tcp(name)) => name.clone(),
                    _ => address.to_string(),
                };
                let socket = TcpStream::connect((*address, port)).await;
                socket.map(|socket| Socket::Tcp(socket, name))
            }
            (None, Some(Host::Tcp(name))) => {
                let socket = TcpStream::connect((name.as_str(), port)).await;
                socket.map(|socket| Socket::Tcp(socket, name.clone()))
            }
            (None, Some(Host::Unix(folder))) => {
                let socket = UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).await;
                socket.map(Socket::Unix)
            }
            (None, None) => continue,
        };
        match connected {
            Ok(socket) => return Ok(socket),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

async fn wants_tls(config: &Config, socket: &mut TcpStream) -> io::Result<bool> {
    if config.get_ssl_mode() == SslMode::Disable {
        return Ok(false);
    }
    if config.get_ssl_negotiation() == SslNegotiation::Direct {
        return Ok(true);
    }
    socket.write_all(&TLS_REQUEST).await?;
    match (socket.read_u8().await?, config.get_ssl_mode()) {
        (b'S', _) => Ok(true),
        (_, SslMode::Require) => Err(io::ErrorKind::ConnectionRefused.into()),
        _ => Ok(false),
    }
}

async fn hand_over(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    request: [u8; 16],
) -> io::Result<()> {
    stream.write_all(&request).await?;
    stream.flush().await?;
    // The server sends nothing and closes, which some servers do with a reset.
    let mut nothing = [0; 16];
    while matches!(stream.read(&mut nothing).await, Ok(1..)) {}
    Ok(())
}

/// Stands in for TLS while the message is captured.
struct Plain;

struct PlainStream<S>(S);

impl<S: AsyncRead + AsyncWrite + Unpin> TlsConnect<S> for Plain {
    type Stream = PlainStream<S>;
    type Error = io::Error;
    type Future = std::future::Ready<io::Result<PlainStream<S>>>;

    fn connect(self, stream: S) -> Self::Future {
        std::future::ready(Ok(PlainStream(stream)))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for PlainStream<S> {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

mod plain_io {
    use std::{
        io,
        pin::Pin,
        task::{Context, Poll},
    };

    use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

    use super::PlainStream;

    impl<S: AsyncRead + Unpin> AsyncRead for PlainStream<S> {
        fn poll_read(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_read(context, buffer)
        }
    }

    impl<S: AsyncWrite + Unpin> AsyncWrite for PlainStream<S> {
        fn poll_write(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
            buffer: &[u8],
        ) -> Poll<io::Result<usize>> {
            Pin::new(&mut self.0).poll_write(context, buffer)
        }

        fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_flush(context)
        }

        fn poll_shutdown(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_shutdown(context)
        }
    }
}
