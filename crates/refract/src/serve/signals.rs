//! Signals to the process.

/// Completes on SIGINT or SIGTERM.
pub async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}

/// From now on SIGHUP does not end the process. A server that is still starting has nothing to read again.
pub fn outlive_early_hangups() {
    // The handler stays when this is dropped.
    drop(hangups());
}

/// Ignores SIGHUP, which would end the process. Terminals send it when they close, and operators
/// send it to reload settings.
pub(super) async fn outlive_hangup() {
    let mut hangups = hangups();
    loop {
        hangups.next().await;
        tracing::info!(
            "SIGHUP: there is nothing to read again; settings are read at the start only"
        );
    }
}

/// The SIGHUPs to the process. They no longer end it.
pub(super) struct Hangups {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

/// Begins to take SIGHUPs.
pub(super) fn hangups() -> Hangups {
    Hangups {
        #[cfg(unix)]
        signal: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok(),
    }
}

impl Hangups {
    /// Completes at the next one, on systems that have them.
    pub(super) async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal
            && signal.recv().await.is_some()
        {
            return;
        }
        std::future::pending().await
    }
}
