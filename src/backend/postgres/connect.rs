//! Opening a connection: configuration, TLS, session settings.

use std::{sync::Arc, time::Duration};

use reflect::database_url::DatabaseUrl;
use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use tokio::io::AsyncReadExt;
use tokio_postgres::{CancelToken, Config, NoTls, SimpleQueryMessage};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::connection::Connection;
use crate::{
    backend::{Class, Fault},
    settings::DatabaseSettings,
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How soon a server that has vanished without a word is noticed.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);
/// How long a server may leave what was sent to it without an acknowledgement.
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(30);
/// How much longer than the server's own limit a statement is waited for.
const GRACE: Duration = Duration::from_secs(2);

/// The texts prepared on one connection may take this part of `STATEMENT_CACHE_BYTES`: the server
/// keeps a plan of several times their size for each, and there is a connection for each of
/// `DB_POOL_SIZE`.
const CACHES_PER_CONNECTION: usize = 16;

/// Opens connections to one server.
pub(super) struct Connector {
    config: Config,
    tls: MakeRustlsConnect,
    session: String,
    statement_timeout: Duration,
    /// What the URL's `pgbouncer` says; nothing means to find out.
    pooled: Option<bool>,
    /// Of the prepared statements of one connection.
    cache_bytes: usize,
}

impl Connector {
    /// # Errors
    /// A URL that tokio-postgres does not take, or a root certificate that cannot be read.
    pub(super) fn new(url: &DatabaseUrl, settings: &DatabaseSettings) -> Result<Self, Fault> {
        let statement_timeout = settings.statement_timeout;
        let mut config: Config = url
            .as_str()
            .parse()
            .map_err(|error| Fault::caused_by(Class::Unexpected, error))?;
        config
            .application_name("refract")
            .keepalives_idle(KEEPALIVE_IDLE)
            .tcp_user_timeout(TCP_USER_TIMEOUT);
        // Texts are read and written on the assumption of UTC and ISO; the role's or database's
        // own settings must not change answers. SET works behind poolers that refuse `options`.
        let session = format!(
            "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; \
             SET statement_timeout = {}",
            statement_timeout.as_millis()
        );
        Ok(Self {
            config,
            tls: tls(url)?,
            session,
            statement_timeout,
            pooled: url.pgbouncer(),
            cache_bytes: settings.statement_cache_bytes / CACHES_PER_CONNECTION,
        })
    }

    /// A new connection, driven by a task of its own until it is dropped or breaks.
    pub(super) async fn connect(&self) -> Result<Connection, Fault> {
        // The driver's own `connect_timeout` ends with the TCP handshake; a server that accepts
        // and then says nothing would be waited for without end.
        tokio::time::timeout(CONNECT_TIMEOUT, self.open_session())
            .await
            .unwrap_or_else(|_| Err(Fault::of(Class::Unavailable)))
    }

    /// Longest wait for an answer: the server cancels a statement before that, if it is there.
    pub(super) fn patience(&self) -> Duration {
        self.statement_timeout + GRACE
    }

    /// Asks the server to cancel what it runs on a connection, over one of its own.
    pub(super) async fn cancel(&self, connection: &Connection) -> Result<(), Fault> {
        let token = connection.cancel_token();
        Ok(token.cancel_query(self.tls.clone()).await?)
    }

    async fn open_session(&self) -> Result<Connection, Fault> {
        let (client, connection) =
            self.config
                .connect(self.tls.clone())
                .await
                .map_err(|error| match Fault::from(error) {
                    fault if fault.class == Class::Unexpected || fault.is_connection_lost() => {
                        fault.with_class(Class::Unavailable)
                    }
                    fault => fault,
                })?;
        let driver = tokio::spawn(async move {
            if let Err(error) = connection.await {
                let fault = Fault::from(error);
                tracing::warn!(
                    error = &fault as &dyn std::error::Error,
                    "a connection broke"
                );
            }
        });
        let pooled = match self.pooled {
            Some(pooled) => pooled,
            None => {
                let answers = client.simple_query("SELECT pg_backend_pid()").await?;
                let told = process_id(&client.cancel_token()).await;
                told.is_some() && told != backend_pid(&answers)
            }
        };
        // The session behind a pooler is not ours to change: the next may be another's.
        if !pooled {
            client.batch_execute(&self.session).await?;
        }
        Ok(Connection::new(
            client,
            driver.abort_handle(),
            pooled,
            self.cache_bytes,
        ))
    }
}

/// The process that the server said it answers with, which is in every request to cancel
/// (PostgreSQL documentation, 55.7: `CancelRequest`). A pooler invents one.
async fn process_id(token: &CancelToken) -> Option<i32> {
    const REQUEST_BYTES: usize = 16;
    let (ours, mut theirs) = tokio::io::duplex(REQUEST_BYTES);
    token.cancel_query_raw(ours, NoTls).await.ok()?;
    let mut request = [0; REQUEST_BYTES];
    theirs.read_exact(&mut request).await.ok()?;
    request[8..12].try_into().ok().map(i32::from_be_bytes)
}

/// The process that has in fact answered.
fn backend_pid(answers: &[SimpleQueryMessage]) -> Option<i32> {
    answers.iter().find_map(|answer| match answer {
        SimpleQueryMessage::Row(row) => row.get(0)?.parse().ok(),
        _ => None,
    })
}

impl std::fmt::Debug for Connector {
    // By hand: the configuration holds the password.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Connector")
    }
}

/// TLS as libpq's `sslmode` means it: `verify-ca` and `verify-full` check the certificate, the
/// others only encrypt (PostgreSQL documentation, 34.19.1).
fn tls(url: &DatabaseUrl) -> Result<MakeRustlsConnect, Fault> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| Fault::caused_by(Class::Unexpected, error))?;
    let verify = matches!(url.ssl_mode(), Some("verify-ca" | "verify-full"));
    let config = if verify {
        builder
            .with_root_certificates(roots(url)?)
            .with_no_client_auth()
    } else {
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(EncryptOnly(provider)))
            .with_no_client_auth()
    };
    Ok(MakeRustlsConnect::new(config))
}

fn roots(url: &DatabaseUrl) -> Result<RootCertStore, Fault> {
    let mut roots = RootCertStore::empty();
    match url.root_certificate() {
        Some(file) => {
            let unreadable =
                |error| Fault::caused_by(Class::Unexpected, format!("{file}: {error}"));
            for certificate in CertificateDer::pem_file_iter(file)
                .map_err(|error| unreadable(error.to_string()))?
            {
                let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
                roots
                    .add(certificate)
                    .map_err(|error| unreadable(error.to_string()))?;
            }
        }
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
    }
    Ok(roots)
}

/// Accepts any certificate, as `sslmode=require` does; signatures are still checked.
#[derive(Debug)]
struct EncryptOnly(Arc<CryptoProvider>);

impl ServerCertVerifier for EncryptOnly {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
