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
    open_connection::Connection,
    session_settings::{self, Sessions},
    unreachable,
};
use crate::{
    db::{DbError, DbErrorKind},
    settings::DatabaseSettings,
};

/// Longest time that connecting may take, where a statement may take as long.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How soon a server that has vanished without a word is noticed.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);
/// How long a server may leave what was sent to it without an acknowledgement.
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(30);
/// How much longer than the server's own limit a statement is waited for.
const GRACE: Duration = Duration::from_secs(1);

/// The texts prepared on one connection may take this part of `STATEMENT_CACHE_BYTES`: the server
/// keeps a plan of several times their size for each, and there is a connection for each of
/// `DB_POOL_SIZE`.
const CACHES_PER_CONNECTION: usize = 16;

/// Opens connections to one server.
pub(super) struct Connector {
    /// For words about it; `config` is made of it.
    pub(super) url: DatabaseUrl,
    config: Config,
    tls: MakeRustlsConnect,
    session: String,
    statement_timeout: Duration,
    /// Why the last attempt that failed has failed.
    refusal: Mutex<Option<Refusal>>,
    pub(super) sessions: Sessions,
    /// What the URL's `pgbouncer` says; nothing means to find out.
    pooled: Option<bool>,
    /// Of the prepared statements of one connection.
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
        let session = session_settings::of_own(statement_timeout);
        Ok(Self {
            url: url.clone(),
            config,
            tls: tls(url)?,
            session,
            statement_timeout,
            refusal: Mutex::default(),
            sessions: Sessions::default(),
            pooled: url.pgbouncer(),
            cache_bytes: settings.statement_cache_bytes / CACHES_PER_CONNECTION,
        })
    }

    /// A new connection, driven by a task of its own until it is dropped or breaks.
    pub(super) async fn connect(&self) -> Result<Connection, DbError> {
        // The driver's own `connect_timeout` ends with the TCP handshake; a server that accepts
        // and then says nothing would be waited for without end.
        let patience = self.statement_timeout.min(CONNECT_TIMEOUT);
        let opened = tokio::time::timeout(patience, self.open_session()).await;
        let opened = match opened {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) => unreachable::refused(&self.url, error),
            Err(_) => unreachable::silent(&self.url, patience),
        };
        let mut refusal = self.refusal.lock().unwrap_or_else(PoisonError::into_inner);
        *refusal = opened.refusal().cloned();
        Err(opened)
    }

    /// The fault of those who do not even try, since others just have in vain.
    pub(super) fn failed_a_moment_ago(&self) -> DbError {
        let refusal = self.refusal.lock().unwrap_or_else(PoisonError::into_inner);
        let fault = DbError::of(DbErrorKind::Unavailable).before_sending();
        match refusal.clone() {
            Some(refusal) => fault.because(refusal),
            None => fault,
        }
    }

    /// Longest wait for an answer: the server cancels a statement before that, if it is there.
    /// A request waits no longer for all that it waits for.
    pub(super) fn patience(&self) -> Duration {
        self.statement_timeout + GRACE
    }

    /// When a request that comes now is waited for no longer.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.patience()
    }

    /// Asks the server to cancel what it runs on a connection, over one of its own.
    pub(super) async fn cancel(&self, connection: &Connection) -> Result<(), DbError> {
        cancel_request::send(&self.config, self.tls.clone(), connection.cancel_request())
            .await
            .map_err(|error| DbError::caused_by(DbErrorKind::Unavailable, error))
    }

    /// Whatever fails here is no statement's fault: see [`DbError::of_connecting`].
    async fn open_session(&self) -> Result<Connection, tokio_postgres::Error> {
        let (client, connection) = self.config.connect(self.tls.clone()).await?;
        let driver = tokio::spawn(async move {
            if let Err(error) = connection.await {
                let fault = DbError::from(error);
                tracing::warn!(
                    error = &fault as &dyn std::error::Error,
                    "a connection broke"
                );
            }
        });
        let cancel = CancelRequest::of(&client.cancel_token(), &self.config).await;
        let pooled = match self.pooled {
            Some(pooled) => pooled,
            None => {
                let answers = client.simple_query("SELECT pg_backend_pid()").await?;
                let told = cancel.process_id();
                told.is_some() && told != backend_pid(&answers)
            }
        };
        // The session behind a pooler is not ours to change: the next may be another's.
        let is_as_needed = if pooled {
            session_settings::is_as_needed(
                &client.simple_query(&session_settings::question()).await?,
            )
        } else {
            client.batch_execute(&self.session).await?;
            true
        };
        self.sessions.note(is_as_needed);
        Ok(Connection::new(
            client,
            driver.abort_handle(),
            pooled,
            cancel,
            self.cache_bytes,
        ))
    }
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
