//! A database that cannot be reached: what is said, and when the start fails.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::{Serving, json, output};

/// A server that speaks PostgreSQL's protocol just far enough to refuse everybody.
struct Refusing {
    port: u16,
    /// SQLSTATE and routine of its answers.
    answer: Arc<Mutex<(&'static str, &'static str)>>,
    asked: Arc<AtomicUsize>,
}

impl Refusing {
    fn with(code: &'static str, routine: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let answer = Arc::new(Mutex::new((code, routine)));
        let asked = Arc::new(AtomicUsize::new(0));
        let shared = (answer.clone(), asked.clone());
        // Ends with the tests' process.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let answer = *shared.0.lock().expect("not poisoned");
                // Whoever hangs up is refused enough.
                if refuse(&mut stream, answer).is_ok() {
                    shared.1.fetch_add(1, Ordering::SeqCst);
                }
            }
        });
        Self {
            port,
            answer,
            asked,
        }
    }

    fn url(&self) -> String {
        format!("postgresql://app:hunter2@127.0.0.1:{}/shop", self.port)
    }
}

/// PostgreSQL documentation, 55.7: `SSLRequest`, `StartupMessage`, `ErrorResponse`.
fn refuse(
    stream: &mut std::net::TcpStream,
    (code, routine): (&str, &str),
) -> Result<(), std::io::Error> {
    const SSL_REQUEST: [u8; 4] = 80_877_103_u32.to_be_bytes();
    loop {
        let mut length = [0; 4];
        stream.read_exact(&mut length)?;
        let mut message = vec![0; u32::from_be_bytes(length) as usize - 4];
        stream.read_exact(&mut message)?;
        if message[..4] != SSL_REQUEST {
            break;
        }
        stream.write_all(b"N")?;
    }
    let fields = format!("SFATAL\0VFATAL\0C{code}\0Msomething\nabout it\0R{routine}\0\0");
    let length = u32::try_from(fields.len() + 4).expect("is short");
    stream.write_all(b"E")?;
    stream.write_all(&length.to_be_bytes())?;
    stream.write_all(fields.as_bytes())
}

#[test]
fn a_server_that_refuses_for_good_stops_the_start_with_one_line() {
    for (code, routine, words) in [
        ("3D000", "InitPostgres", "has no database \"shop\""),
        (
            "28P01",
            "auth_failed",
            "refuses the password of user \"app\"",
        ),
        ("28000", "InitializeSessionUserId", "has no user \"app\""),
        ("28000", "ClientAuthentication", "pg_hba.conf"),
        ("42501", "CheckMyDatabase", "GRANT CONNECT"),
    ] {
        let server = Refusing::with(code, routine);
        for verb in ["serve", "check"] {
            let output = output(verb, &[("DATABASE_URL", &server.url())]);
            let text = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{verb}: {text}");
            assert_eq!(text.trim().lines().count(), 1, "{text}");
            assert!(text.contains(words), "{text}");
            assert!(
                text.contains(&format!("127.0.0.1:{}", server.port)),
                "{text}"
            );
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}

#[test]
fn tls_that_is_asked_for_and_not_there_stops_the_start() {
    let server = Refusing::with("57P03", "ProcessStartupPacket");
    for mode in ["require", "verify-full"] {
        let url = format!("{}?sslmode={mode}", server.url());
        let output = output("serve", &[("DATABASE_URL", &url)]);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(
            text.contains("speaks no TLS") && text.contains(mode),
            "{text}"
        );
    }
}

#[test]
fn a_server_that_may_come_back_is_waited_for_and_told_of_once() {
    let server = Refusing::with("57P03", "ProcessStartupPacket");
    let mut serving = Serving::start(&[("DATABASE_URL", &server.url())]);
    assert_eq!(serving.get("/health", "").0, 503);
    let words = "is starting or stopping";
    until(|| server.asked.load(Ordering::SeqCst) >= 5);
    // What would have stopped the start is waited for while serving: a password may be changed back.
    *server.answer.lock().expect("not poisoned") = ("28P01", "auth_failed");
    let mut told = serving.seen.clone();
    loop {
        let line = serving.lines.next().expect("a line").expect("readable");
        told.push(line);
        if told[told.len() - 1].contains("refuses the password") {
            break;
        }
    }
    let lines = told.iter().filter(|line| line.contains(words));
    let lines: Vec<&String> = lines
        .filter(|line| json(line)["method"].is_null())
        .collect();
    assert_eq!(lines.len(), 1, "{told:#?}");
    assert_eq!(json(lines[0])["level"], "WARN");
    assert!(
        told.iter().all(|line| !line.contains("hunter2")),
        "{told:#?}"
    );
    assert_eq!(serving.get("/health", "").0, 503);
    let checked = output("check", &[("DATABASE_URL", &server.url())]);
    assert_eq!(checked.status.code(), Some(1));
}

#[test]
fn a_port_where_nothing_listens_is_named() {
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    let url = format!("postgresql://app:hunter2@127.0.0.1:{port}/shop");
    let output = output("check", &[("DATABASE_URL", &url)]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let said = format!("nothing listens at 127.0.0.1:{port}");
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("refract:"))
        .collect();
    assert!(lines.len() == 1 && lines[0].contains(&said), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn an_empty_database_is_one_line() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("empty.db");
    std::fs::write(&file, b"").expect("writes");
    let url = format!("file:{}", file.display());
    let mut serving = Serving::start(&[("DATABASE_URL", &url)]);
    while !serving
        .seen
        .iter()
        .any(|line| line.contains("migrate deploy"))
    {
        let line = serving.lines.next().expect("a line").expect("readable");
        serving.seen.push(line);
    }
    // The look is over once its line is there; requests' lines come after it.
    serving.get("/health", "");
    serving.request_line();
    let warnings: Vec<&String> = serving
        .seen
        .iter()
        .filter(|line| json(line)["level"] == "WARN")
        .collect();
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    assert!(warnings[0].contains("has none of the"), "{warnings:#?}");
}

fn until(mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "never came true");
        thread::sleep(Duration::from_millis(20));
    }
}
