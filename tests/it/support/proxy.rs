//! A TCP proxy, for rehearsing bad days of the database and for counting connections.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// Passes bytes on until it is cut.
pub struct Proxy {
    pub address: SocketAddr,
    up: Arc<AtomicBool>,
    connections: Arc<AtomicUsize>,
    cut: watch::Sender<u64>,
    silent: watch::Sender<bool>,
}

impl Proxy {
    /// A proxy before `host:port`.
    pub async fn to(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let up = Arc::new(AtomicBool::new(true));
        let connections = Arc::new(AtomicUsize::new(0));
        let (cut, cuts) = watch::channel(0);
        let (silent, silence) = watch::channel(false);
        tokio::spawn(accept(
            listener,
            target,
            up.clone(),
            connections.clone(),
            (cuts, silence),
        ));
        Self {
            address,
            up,
            connections,
            cut,
            silent,
        }
    }

    /// A proxy before the host of a database URL, and the URL that leads through it.
    pub async fn before(url: &str) -> (Self, String) {
        let mut url = url::Url::parse(url).expect("a URL");
        let proxy = Self::to(format!(
            "{}:{}",
            url.host_str().expect("a host"),
            url.port().unwrap_or(5432)
        ))
        .await;
        url.set_host(Some("127.0.0.1")).expect("a host");
        url.set_port(Some(proxy.address.port())).expect("a port");
        (proxy, url.into())
    }

    /// How many connections there have been.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Breaks every connection and refuses new ones.
    pub fn go_down(&self) {
        self.up.store(false, Ordering::SeqCst);
        self.cut.send_modify(|cuts| *cuts += 1);
    }

    /// Takes whatever comes, on connections that are open and on new ones, and passes nothing on.
    pub fn fall_silent(&self) {
        self.silent.send_replace(true);
    }

    /// Takes connections again.
    pub fn come_up(&self) {
        self.up.store(true, Ordering::SeqCst);
    }
}

async fn accept(
    listener: TcpListener,
    target: String,
    up: Arc<AtomicBool>,
    connections: Arc<AtomicUsize>,
    (cuts, silence): (watch::Receiver<u64>, watch::Receiver<bool>),
) {
    while let Ok((mut client, _)) = listener.accept().await {
        connections.fetch_add(1, Ordering::SeqCst);
        if !up.load(Ordering::SeqCst) {
            continue;
        }
        let (target, mut cuts) = (target.clone(), cuts.clone());
        cuts.mark_unchanged();
        let mut silence = silence.clone();
        tokio::spawn(async move {
            let Ok(mut server) = TcpStream::connect(target).await else {
                return;
            };
            let passed_on = tokio::select! {
                _ = copy_bidirectional(&mut client, &mut server) => true,
                _ = cuts.changed() => true,
                _ = silence.wait_for(|is_silent| *is_silent) => false,
            };
            if !passed_on {
                let _ = cuts.changed().await;
            }
        });
    }
}
