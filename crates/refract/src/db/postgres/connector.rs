//! Opening a connection: configuration, TLS, session settings.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use reflect::database_url::{DatabaseUrl, Refusal};
use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use tokio_postgres::{Config, SimpleQueryMessage, config::TargetSessionAttrs};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{
    cancel_request::{self, CancelRequest},
    open_connection::OpenConnection,
    session_settings::{self, Sessions},
    unreachable,
};
use crate::{
    db::{DbError, DbErrorKind},
    settings::DatabaseSettings,
};

/// Longest time for connecting. A shorter `DB_TIMEOUT_SECS` counts instead.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How soon a server that has vanished is noticed.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);
/// How long sent data may stay without a TCP acknowledgement.
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(30);
/// How much longer than the server's own timeout a request waits for a statement.
const GRACE: Duration = Duration::from_secs(1);

/// The texts prepared on one connection may take this part of `STATEMENT_CACHE_BYTES`. The server
/// keeps a plan of several times that size for each text, on each of `DB_POOL_SIZE` connections.
const CACHES_PER_CONNECTION: usize = 16;

/// Opens connections to one server.
pub(super) struct Connector {
    /// For messages. `config` is made from it.
    pub(super) url: DatabaseUrl,
    config: Config,
    tls: MakeRustlsConnect,
    session: String,
    statement_timeout: Duration,
    /// Why the last failed attempt has failed.
    refusal: Mutex<Option<Refusal>>,
    pub(super) sessions: Sessions,
    /// The URL's `pgbouncer` parameter. Without it, a connection finds out.
    has_pooler: Option<bool>,
    /// Bytes for the prepared statements of one connection.
    cache_bytes: usize,
}

impl Connector {
    /// # Errors
    /// A URL that tokio-postgres does not take, or a root certificate that cannot be read.
    pub(super) fn new(url: &DatabaseUrl, settings: &DatabaseSettings) -> Result<Self, DbError> {
        let statement_timeout = settings.statement_timeout;
        let mut config: Config = url
            .as_str()
            .parse()
            .map_err(|error| DbError::caused_by(DbErrorKind::Unexpected, error))?;
        config
            .application_name("refract")
            .keepalives_idle(KEEPALIVE_IDLE)
            .tcp_user_timeout(TCP_USER_TIMEOUT);
        match url.target_session() {
            Some("read-write" | "primary") => {
                config.target_session_attrs(TargetSessionAttrs::ReadWrite);
            }
            Some("read-only" | "standby") => {
                config.target_session_attrs(TargetSessionAttrs::ReadOnly);
            }
            _ => {}
        }
        // The role's or database's own settings must not change answers. SET works behind poolers
        // that refuse `options`.
        let session = session_settings::set_all(statement_timeout);
        Ok(Self {
            url: url.clone(),
            config,
            tls: tls(url)?,
            session,
            statement_timeout,
            refusal: Mutex::default(),
            sessions: Sessions::default(),
            has_pooler: url.pgbouncer(),
            cache_bytes: settings.statement_cache_bytes / CACHES_PER_CONNECTION,
        })
    }

    /// A new connection. A task drives it until it is dropped or breaks.
    pub(super) async fn connect(&self) -> Result<OpenConnection, DbError> {
        // The driver's own `connect_timeout` ends with the TCP handshake. It would wait forever for
        // a server that accepts and sends nothing.
        let timeout = self.statement_timeout.min(CONNECT_TIMEOUT);
        let opened = tokio::time::timeout(timeout, self.open_session()).await;
        let opened = match opened {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) => unreachable::refused(&self.url, error),
            Err(_) => unreachable::timed_out(&self.url, timeout),
        };
        let mut refusal = self.refusal.lock().unwrap_or_else(PoisonError::into_inner);
        *refusal = opened.refusal().cloned();
        Err(opened)
    }

    /// The error of a request that does not try to connect, because an attempt has just failed.
    pub(super) fn last_failure(&self) -> DbError {
        let refusal = self.refusal.lock().unwrap_or_else(PoisonError::into_inner);
        let error = DbError::of(DbErrorKind::Unavailable).before_sending();
        match refusal.clone() {
            Some(refusal) => error.because(refusal),
            None => error,
        }
    }

    /// Longest wait for an answer. A reachable server cancels the statement before that. All waits
    /// of a request together take no longer.
    pub(super) fn request_timeout(&self) -> Duration {
        self.statement_timeout + GRACE
    }

    /// The deadline of a request that comes now.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.request_timeout()
    }

    /// Asks the server to cancel the statement on a connection. The request uses a new connection.
    pub(super) async fn cancel(&self, connection: &OpenConnection) -> Result<(), DbError> {
        cancel_request::send(&self.config, self.tls.clone(), connection.cancel_request())
            .await
            .map_err(|error| DbError::caused_by(DbErrorKind::Unavailable, error))
    }

    /// No error here is about a statement: see [`DbError::of_connecting`].
    async fn open_session(&self) -> Result<OpenConnection, tokio_postgres::Error> {
        let (client, connection) = self.config.connect(self.tls.clone()).await?;
        let driver = tokio::spawn(async move {
            if let Err(error) = connection.await {
                let error = DbError::from(error);
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a connection broke"
                );
            }
        });
        let cancel = CancelRequest::of(&client.cancel_token(), &self.config).await;
        let has_pooler = match self.has_pooler {
            Some(has_pooler) => has_pooler,
            None => {
                let answers = client.simple_query("SELECT pg_backend_pid()").await?;
                let final_error = cancel.process_id();
                final_error.is_some() && final_error != backend_pid(&answers)
            }
        };
        // Other clients use the session behind a pooler, so it must not be changed.
        let fits = if has_pooler {
            session_settings::fits(&client.simple_query(&session_settings::query()).await?)
        } else {
            client.batch_execute(&self.session).await?;
            true
        };
        self.sessions.note(fits);
        Ok(OpenConnection::new(
            client,
            driver.abort_handle(),
            has_pooler,
            cancel,
            self.cache_bytes,
        ))
    }
}

/// The server process that has answered.
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
fn tls(url: &DatabaseUrl) -> Result<MakeRustlsConnect, DbError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| DbError::caused_by(DbErrorKind::Unexpected, error))?;
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

fn roots(url: &DatabaseUrl) -> Result<RootCertStore, DbError> {
    let mut roots = RootCertStore::empty();
    match url.root_certificate() {
        Some(file) => {
            let unreadable =
                |error| DbError::caused_by(DbErrorKind::Unexpected, format!("{file}: {error}"));
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
