//! Signals to the process.

/// Completes on SIGINT or SIGTERM, and when the npm package that started this process is gone. Who that
/// is, is read at the call.
pub fn stop_signal() -> impl Future<Output = ()> + Send + 'static {
    let launcher = Launcher::of_this_process();
    async {
        tokio::select! {
            () = asked_to_stop() => {}
            () = launcher.gone() => {}
        }
    }
}

/// Completes as [`stop_signal`] does, and when the terminal closes.
pub fn stop_signal_or_hangup() -> impl Future<Output = ()> + Send + 'static {
    let stop = stop_signal();
    async {
        let mut hangups = hangups();
        tokio::select! {
            () = stop => {}
            () = hangups.next() => {}
        }
    }
}

async fn asked_to_stop() {
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

/// The process of the npm package that started this one. A launcher that is killed cannot pass a
/// signal on.
struct Launcher {
    #[cfg(unix)]
    id: Option<u32>,
}

/// The variable in which the launcher tells the id of its process.
#[cfg(unix)]
const LAUNCHER: &str = "REFRACT_LAUNCHER";

/// How often the launcher is looked for.
#[cfg(unix)]
const LAUNCHER_PAUSE: std::time::Duration = std::time::Duration::from_millis(500);

impl Launcher {
    /// The parent of this process, if it says that it is a launcher.
    fn of_this_process() -> Self {
        #[cfg(unix)]
        {
            let told = std::env::var(LAUNCHER).ok();
            let told = told.and_then(|id| id.parse().ok());
            let id = told.filter(|id| *id == std::os::unix::process::parent_id());
            Self { id }
        }
        #[cfg(not(unix))]
        Self {}
    }

    /// Completes when the launcher is gone. Never completes without one, nor on Windows, where the
    /// system ends this process with it.
    async fn gone(self) {
        #[cfg(unix)]
        if let Some(id) = self.id {
            let mut clock = tokio::time::interval(LAUNCHER_PAUSE);
            while std::os::unix::process::parent_id() == id {
                clock.tick().await;
            }
            return;
        }
        std::future::pending().await
    }
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
