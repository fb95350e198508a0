//! The binary as an operator meets it: environment in, log lines and exit codes out.
//!
//! These stories hold whatever schema `entity/` has.

mod declared_settings;
mod documents;
mod unreachable;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

/// The binary in an empty folder with these variables and no others.
fn refract(verb: &str, variables: &[(&str, &str)]) -> (Command, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_sidecar"));
    command
        .arg(verb)
        .current_dir(folder.path())
        .env_clear()
        .envs(variables.iter().copied());
    (command, folder)
}

fn output(verb: &str, variables: &[(&str, &str)]) -> Output {
    let (mut command, _folder) = refract(verb, variables);
    command.output().expect("runs")
}

/// A serving process that ends with the story.
struct Serving {
    process: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStderr>>,
    port: u16,
    /// The log lines that have been read.
    seen: Vec<String>,
    _folder: tempfile::TempDir,
}

impl Serving {
    fn start(variables: &[(&str, &str)]) -> Self {
        let mut all = vec![("PORT", "0"), ("LOG_FORMAT", "json"), ("HOST", "127.0.0.1")];
        all.extend(variables);
        let (mut command, folder) = refract("serve", &all);
        let mut process = command.stderr(Stdio::piped()).spawn().expect("starts");
        let mut lines = BufReader::new(process.stderr.take().expect("piped")).lines();
        let mut seen = Vec::new();
        let port = loop {
            let line = lines
                .next()
                .expect("says where it serves")
                .expect("readable");
            let message = json(&line)["message"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            seen.push(line);
            if let Some((_, rest)) = message.split_once("serving on http://127.0.0.1:") {
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                break digits.parse().expect("a port");
            }
        };
        Self {
            process,
            lines,
            port,
            seen,
            _folder: folder,
        }
    }

    /// Status and body of a GET.
    fn get(&self, path: &str, headers: &str) -> (u16, String) {
        // The listener is bound before the line is printed, so that this connects.
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("connects");
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n"
        )
        .expect("sends");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answers");
        let status = answer
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let body = answer
            .split_once("\r\n\r\n")
            .map(|(_, body)| body.to_owned());
        (status.expect("a status"), body.unwrap_or_default())
    }

    /// The next log line that has the field `method`: a request's.
    fn request_line(&mut self) -> Value {
        loop {
            let text = self.lines.next().expect("a line").expect("readable");
            let line = json(&text);
            self.seen.push(text);
            if line["method"].is_string() {
                return line;
            }
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn json(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"))
}

#[test]
fn every_request_is_one_line_of_json() {
    let mut server = Serving::start(&[]);
    let (status, _) = server.get("/health?secret=in-the-query", "X-Request-Id: line-1\r\n");
    assert_eq!(status, 200);
    let line = server.request_line();
    assert_eq!(line["method"], "GET");
    assert_eq!(line["route"], "/health");
    assert_eq!(line["status"], 200);
    assert_eq!(line["request_id"], "line-1");
    assert!(
        line["duration_ms"]
            .as_f64()
            .is_some_and(|duration| duration > 0.0),
        "{line}"
    );
    assert!(!line.to_string().contains("in-the-query"), "{line}");
}

#[test]
fn a_wrong_setting_stops_the_start_with_one_line() {
    for (variables, names) in [
        (&[("PORT", "http")][..], &["PORT", "`http`", "8000"][..]),
        (
            &[("ENVIRONMENT", "prod")],
            &["ENVIRONMENT", "`prod`", "local, staging, production"],
        ),
        (&[("ENVIRONMENT", "production")], &["SECRET_KEY", "missing"]),
        (
            &[("ENVIRONMENT", "staging"), ("SECRET_KEY", "changethis")],
            &["SECRET_KEY"],
        ),
        (
            &[("ENVIRONMENT", "staging"), ("SECRET_KEY", "short")],
            &["SECRET_KEY", "16"],
        ),
        (
            &[("SECRET_KEY", "changethis")],
            &["SECRET_KEY", "placeholder", "local"],
        ),
        (
            &[("HOST", "0.0.0.0")],
            &["HOST", "SECRET_KEY", "127.0.0.1", "ALLOWED_HOSTS"],
        ),
        (&[("HOST", "::")], &["HOST", "`::`", "SECRET_KEY"]),
        (
            &[("ALLOWED_HOSTS", "http://refract:8000")],
            &["ALLOWED_HOSTS", "`http://refract:8000`"],
        ),
        (
            &[("REFRACT_CONFIG", "nowhere/refract.toml")],
            &["REFRACT_CONFIG", "`nowhere/refract.toml`"],
        ),
        (
            &[("DATABASE_URL", "mysql://u:hunter2@h/d")],
            &["DATABASE_URL", "mysql"],
        ),
        (
            &[("DATABASE_URL", "postgres://u:hunter2@h:port/d")],
            &["DATABASE_URL"],
        ),
        (&[("DB_POOL_SIZE", "0")], &["DB_POOL_SIZE", "`0`"]),
        (&[("PAGE_SIZE", "200")], &["PAGE_SIZE", "MAX_PAGE_SIZE"]),
        (
            &[("SENTRY_DSN", "https://hunter2.example")],
            &["SENTRY_DSN"],
        ),
        (
            &[("BACKEND_CORS_ORIGINS", "[1]")],
            &["BACKEND_CORS_ORIGINS"],
        ),
        (&[("READ_ONLY", "maybe")], &["READ_ONLY", "`maybe`"]),
        (&[("LOG_LEVEL", "=loud=")], &["LOG_LEVEL"]),
        (&[("LOG_LEVEL", "foo")], &["LOG_LEVEL", "`foo`", "info"]),
        (
            &[("LOG_LEVEL", "info,refract=loud")],
            &["LOG_LEVEL", "`loud`"],
        ),
        (
            &[(
                "DATABASE_URL",
                "postgresql://u:hunter2@ss#hunter2/rd@host/db",
            )],
            &["DATABASE_URL", "`#`", "%23"],
        ),
        (
            &[("DATABASE_URL", "postgresql://u:p@hunter2@host/db")],
            &["DATABASE_URL", "`@`", "%40"],
        ),
        (
            &[("DATABASE_URL", "postgresql://u:hunter2/x@host/db")],
            &["DATABASE_URL", "`/`", "%2F"],
        ),
        (
            &[("DATABASE_URL", "postgresql://u:hunter2?x@host/db")],
            &["DATABASE_URL", "`?`", "%3F"],
        ),
        (
            &[("DATABASE_URL", "hunter2:hunter2@host/db")],
            &["DATABASE_URL", "postgresql://"],
        ),
        (
            &[("DATABASE_URL", "file:./hunter.db")],
            &["no SQLite file", "migrate deploy", "hunter.db"],
        ),
        (&[("DATABASE_URL", "file:/tmp")], &["/tmp is a folder"]),
    ] {
        let output = output("serve", variables);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{variables:?}: {text}");
        assert_eq!(text.trim().lines().count(), 1, "{text}");
        for name in names {
            assert!(text.contains(name), "{name} is not in {text}");
        }
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[test]
fn refract_toml_is_below_the_environment_and_refuses_unknown_keys() {
    let run = |toml: &str, variables: &[(&str, &str)]| {
        let (mut command, folder) = refract("serve", variables);
        std::fs::write(folder.path().join("refract.toml"), toml).expect("writes");
        let output = command.output().expect("runs");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    // Two wrong values: which one is complained of tells which one counted.
    let text = run("page_size = 0", &[]);
    assert!(text.contains("PAGE_SIZE: `0`"), "{text}");
    let text = run("page_size = 0", &[("PAGE_SIZE", "-1")]);
    assert!(text.contains("PAGE_SIZE: `-1`"), "{text}");
    let text = run("pagesize = 10", &[]);
    assert!(
        text.contains("refract.toml") && text.contains("pagesize"),
        "{text}"
    );
    let text = run("[resources.Nonsense]\npath = 'x'", &[]);
    assert!(
        text.contains("refract.toml") && text.contains("Nonsense"),
        "{text}"
    );
}

#[test]
fn refract_toml_is_the_one_that_is_named_or_the_nearest() {
    let (mut command, folder) = refract("serve", &[("REFRACT_CONFIG", "named.toml")]);
    std::fs::write(folder.path().join("refract.toml"), "port = 'nearest'").expect("writes");
    std::fs::write(folder.path().join("named.toml"), "port = 'named'").expect("writes");
    let said = |command: &mut Command| {
        let output = command.output().expect("runs");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let text = said(&mut command);
    assert!(text.contains("`named`"), "{text}");
    let below = folder.path().join("a/b");
    std::fs::create_dir_all(&below).expect("makes folders");
    let text = said(command.env_remove("REFRACT_CONFIG").current_dir(&below));
    assert!(text.contains("`nearest`"), "{text}");
    let text = said(command.env("REFRACT_CONFIG", "none").env("PORT", "x"));
    assert!(text.contains("`x`"), "{text}");
    std::fs::write(folder.path().join("refract.toml"), "refract_config = 'x'").expect("writes");
    let text = said(command.env_remove("REFRACT_CONFIG"));
    assert!(text.contains("refract_config"), "{text}");
}

/// Runs `serve` in a folder until it serves or ends: what it has said until then.
fn start_in(folder: &std::path::Path, variables: &[(&str, &str)]) -> String {
    let (mut command, _own) = refract("serve", variables);
    command.current_dir(folder).env("PORT", "0");
    let mut process = command.stderr(Stdio::piped()).spawn().expect("starts");
    let mut said = String::new();
    for line in BufReader::new(process.stderr.take().expect("piped")).lines() {
        said += &line.expect("readable");
        said.push('\n');
        if said.contains("serving on") {
            break;
        }
    }
    let _ = process.kill();
    let _ = process.wait();
    said
}

#[test]
fn a_refract_toml_that_is_not_found_where_it_was_last_time_is_missed() {
    let (state, with, without) = (
        tempfile::tempdir(),
        tempfile::tempdir(),
        tempfile::tempdir(),
    );
    let [state, with, without] = [state, with, without].map(|folder| folder.expect("a folder"));
    let state = state.path().to_str().expect("a path").to_owned();
    let toml = with.path().join("refract.toml");
    std::fs::write(&toml, "page_size = 10").expect("writes");
    let database = without.path().join("app.db");
    std::fs::write(&database, b"").expect("writes");
    let url = format!("file:{}", database.display());
    let local = [("XDG_STATE_HOME", state.as_str()), ("DATABASE_URL", &url)];
    let key = ("SECRET_KEY", "0123456789abcdef0123456789abcdef");
    let production = [&local[..], &[("ENVIRONMENT", "production"), key]].concat();
    let missed = |text: &str| {
        text.contains("REFRACT_CONFIG") && text.contains(toml.to_str().expect("a path"))
    };

    // Nothing is missed that was never there.
    let text = start_in(without.path(), &production);
    assert!(text.contains("serving on") && !missed(&text), "{text}");
    let text = start_in(with.path(), &local);
    assert!(text.contains("serving on") && !missed(&text), "{text}");

    let text = start_in(without.path(), &local);
    assert!(text.contains("serving on") && missed(&text), "{text}");
    let text = start_in(without.path(), &production);
    assert!(!text.contains("serving on") && missed(&text), "{text}");
    // Another database is another matter.
    let text = start_in(without.path(), &[local[0]]);
    assert!(text.contains("serving on") && !missed(&text), "{text}");

    // The ways out: to say where it is, to say that none is wanted.
    let named = [
        &production[..],
        &[("REFRACT_CONFIG", toml.to_str().expect("a path"))],
    ]
    .concat();
    let text = start_in(without.path(), &named);
    assert!(text.contains("serving on"), "{text}");
    let none = [&production[..], &[("REFRACT_CONFIG", "none")]].concat();
    let text = start_in(without.path(), &none);
    assert!(text.contains("serving on"), "{text}");
    let text = start_in(without.path(), &production);
    assert!(text.contains("serving on") && !missed(&text), "{text}");
}

#[test]
fn to_be_open_to_other_machines_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = [("HOST", "0.0.0.0"), ("ALLOWED_HOSTS", "refract")];
    let text = start_in(folder.path(), &open);
    assert!(
        text.contains("serving on") && text.contains("no SECRET_KEY is set"),
        "{text}"
    );
    let key = ("SECRET_KEY", "0123456789abcdef0123456789abcdef");
    let text = start_in(folder.path(), &[open[0], key]);
    assert!(
        text.contains("serving on") && !text.contains("no SECRET_KEY"),
        "{text}"
    );
    let text = start_in(folder.path(), &[("BACKEND_CORS_ORIGINS", "*")]);
    assert!(text.contains("every web page"), "{text}");
}

#[test]
fn dot_env_is_above_refract_toml_and_below_the_environment() {
    let run = |variables: &[(&str, &str)]| {
        let (mut command, folder) = refract("serve", variables);
        std::fs::write(folder.path().join("refract.toml"), "port = 'toml'").expect("writes");
        std::fs::write(folder.path().join(".env"), "PORT=dotenv\nOTHER_PROGRAM=1\n")
            .expect("writes");
        let output = command.output().expect("runs");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(run(&[]).contains("`dotenv`"));
    assert!(run(&[("PORT", "environment")]).contains("`environment`"));
}

#[test]
fn dot_env_is_read_as_next_js_reads_it() {
    let run = |text: &str, variables: &[(&str, &str)]| {
        let (mut command, folder) = refract("check", variables);
        std::fs::write(folder.path().join(".env"), text).expect("writes");
        let output = command.output().expect("runs");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert_eq!(text.trim().lines().count(), 1, "{text}");
        text
    };
    // Defined further down, in quotes of any kind, with Windows' line ends.
    let text = "DATABASE_URL='file:./${NAME}'\r\nNAME=${BASE:-app}.db\r\n";
    assert!(run(text, &[]).contains("app.db"));
    assert!(run(text, &[("BASE", "other")]).contains("other.db"));
    let text = "DATABASE_URL=postgresql://u:hunter2#x@localhost/db\n";
    let refused = run(text, &[]);
    assert!(
        refused.contains("DATABASE_URL") && refused.contains("`#`"),
        "{refused}"
    );
    assert!(!refused.contains("hunter2"), "{refused}");
    // The environment's value is there: that of the file does not matter.
    assert!(run(text, &[("DATABASE_URL", "file:./gone.db")]).contains("gone.db"));
}

#[test]
fn a_refract_toml_that_cannot_be_read_is_told_without_its_values() {
    for toml in [
        "secret_key = hunter2",
        "database_url = \"hunter2",
        "port = 1\nport = 2 # hunter2",
    ] {
        let (mut command, folder) = refract("serve", &[]);
        std::fs::write(folder.path().join("refract.toml"), toml).expect("writes");
        let output = command.output().expect("runs");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(
            text.contains("refract.toml") && text.contains("line"),
            "{text}"
        );
        assert_eq!(text.trim().lines().count(), 1, "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn a_terminated_process_ends_well() {
    let mut server = Serving::start(&[]);
    assert_eq!(server.get("/health", "").0, 200);
    let id = server.process.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .expect("runs")
            .success()
    );
    assert_eq!(server.process.wait().expect("ends").code(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_hangup_does_not_end_the_process() {
    let mut server = Serving::start(&[]);
    let id = server.process.id().to_string();
    let sent = Command::new("kill").args(["-HUP", &id]).status();
    assert!(sent.expect("runs").success());
    loop {
        let line = json(&server.lines.next().expect("a line").expect("readable"));
        if line["message"]
            .as_str()
            .is_some_and(|text| text.starts_with("SIGHUP"))
        {
            break;
        }
    }
    assert_eq!(server.get("/health", "").0, 200);
}

#[test]
fn the_image_can_ask_for_its_own_health() {
    let server = Serving::start(&[]);
    let port = server.port.to_string();
    assert_eq!(
        output("healthcheck", &[("PORT", &port)]).status.code(),
        Some(0)
    );
    drop(server);
    assert_eq!(
        output("healthcheck", &[("PORT", &port)]).status.code(),
        Some(1)
    );
}

#[test]
fn the_document_needs_no_database() {
    let output = output(
        "openapi",
        &[("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing")],
    );
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(document["paths"]["/api/v1/schema"].is_object());
}

#[test]
fn drift_is_told_in_the_same_words_by_check_and_by_diagnostics() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("empty.db");
    std::fs::write(&file, b"").expect("writes");
    let url = format!("file:{}", file.display());
    let checked = output("check", &[("DATABASE_URL", &url)]);
    let text = String::from_utf8_lossy(&checked.stdout);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(checked.status.code(), Some(1), "{checked:?}");
    assert!(lines.iter().any(|line| line.ends_with("is gone")), "{text}");
    let server = Serving::start(&[("DATABASE_URL", &url)]);
    let (status, body) = server.get("/api/v1/private/diagnostics/schema", "");
    assert_eq!(status, 200, "{body}");
    let report = json(&body);
    let differences = report["differences"].as_array().expect("differences");
    let told: Vec<String> = differences
        .iter()
        .map(|one| format!("{}: {}", one["table"], one["detail"]).replace('"', ""))
        .collect();
    let checked: Vec<String> = lines.iter().map(|line| line.replace('"', "")).collect();
    assert_eq!(told, checked);
}

#[test]
fn an_unknown_verb_is_told_the_known_ones() {
    let output = output("sevre", &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("healthcheck"));
}
