//! The program and its database.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use sea_orm::ConnectionTrait;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(20);

const TABLES: &str = r#"
    CREATE TABLE "Note" ("id" TEXT NOT NULL PRIMARY KEY, "title" TEXT NOT NULL);
    CREATE TABLE "Tag" ("id" INTEGER NOT NULL PRIMARY KEY, "note" TEXT REFERENCES "Note" ("id"));
"#;

/// A database of the story's own.
pub struct Database {
    url: String,
    /// The database to drop, on which server.
    on_server: Option<(String, String)>,
    _folder: tempfile::TempDir,
}

impl Database {
    pub fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("app.db");
        std::fs::write(&file, "").expect("an empty database");
        let database = Self {
            url: format!("sqlite://{}", file.display()),
            on_server: None,
            _folder: folder,
        };
        database.execute(TABLES);
        database
    }

    pub fn on_postgres() -> Self {
        Self::on_postgres_with(TABLES)
    }

    /// A database of PostgreSQL with these tables.
    pub fn on_postgres_with(tables: &str) -> Self {
        let server = std::env::var("TEST_DATABASE_URL")
            .expect("these tests need PostgreSQL: run `make test`, or set TEST_DATABASE_URL");
        let name = format!("refract_cli_{}_{:?}", std::process::id(), Instant::now());
        let name: String = name
            .chars()
            .filter(|it| it.is_ascii_alphanumeric() || *it == '_')
            .collect();
        let name = name.to_lowercase();
        execute(&server, &format!("CREATE DATABASE {name}"));
        let (before, parameters) = server.split_once('?').unwrap_or((&server, ""));
        let slash = before.rfind('/').expect("a path");
        let url = format!("{}/{name}?{parameters}", &before[..slash]);
        let database = Self {
            url,
            on_server: Some((server, name)),
            _folder: tempfile::tempdir().expect("a folder"),
        };
        database.execute(tables);
        database
    }

    pub fn execute(&self, sql: &str) {
        execute(&self.url, sql);
    }

    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.on_server {
            execute(server, &format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

fn execute(url: &str, sql: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let db = sea_orm::Database::connect(url).await.expect("connects");
        db.execute_unprepared(sql).await.expect("the story's SQL");
        db.close().await.expect("closes");
    });
}

/// The program in a folder of its own.
pub struct Program {
    folder: tempfile::TempDir,
    url: String,
}

impl Program {
    pub fn on(database: &Database) -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            url: database.url.clone(),
        }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The program among files of an app, without any variable.
    pub fn in_app(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, text).expect("written");
        }
        Self {
            folder,
            url: String::new(),
        }
    }

    fn command(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_refract"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .envs((!self.url.is_empty()).then_some(("DATABASE_URL", &self.url)))
            .envs(variables.iter().copied());
        command
    }

    /// The exit code, standard output and the words beside it.
    pub fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        self.run_with(arguments, &[])
    }

    pub fn run_with(
        &self,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> (i32, String, String) {
        let output = self.command(arguments, variables).output().expect("runs");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        let code = output.status.code().expect("ends by itself");
        (code, text(output.stdout), text(output.stderr))
    }

    /// Runs `dev` until it has said where it serves. Its words are standard output.
    pub fn dev(&self, variables: &[(&str, &str)]) -> Serving {
        let mut all = vec![("PATH", std::env::var("PATH").unwrap_or_default())];
        all.extend(
            variables
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        );
        let all: Vec<(&str, &str)> = all
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let mut command = self.command(&["dev"], &all);
        let mut process = command.stdout(Stdio::piped()).spawn().expect("starts");
        let lines = process.stdout.take().expect("piped");
        Serving::of(process, lines, "start here      http://127.0.0.1:")
    }

    pub fn serve(&self, variables: &[(&str, &str)]) -> Serving {
        let mut all = vec![("PORT", "0"), ("HOST", "127.0.0.1"), ("LOG_FORMAT", "json")];
        all.extend(variables);
        let mut command = self.command(&["serve"], &all);
        let mut process = command.stderr(Stdio::piped()).spawn().expect("starts");
        let lines = process.stderr.take().expect("piped");
        Serving::of(process, lines, "serving on http://127.0.0.1:")
    }
}

/// A serving process that ends with the story.
pub struct Serving {
    process: Child,
    said: Arc<Mutex<Vec<String>>>,
    port: u16,
}

impl Serving {
    /// A process that says where it serves after `words`.
    fn of(process: Child, lines: impl Read + Send + 'static, words: &str) -> Self {
        let said = Arc::new(Mutex::new(Vec::new()));
        let kept = said.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(lines).lines().map_while(Result::ok) {
                kept.lock().expect("not poisoned").push(line);
            }
        });
        let mut serving = Self {
            process,
            said,
            port: 0,
        };
        let line = serving.until_said(words);
        let (_, rest) = line.split_once("127.0.0.1:").expect("an address");
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        serving.port = digits.parse().expect("a port");
        serving
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The status and the whole answer.
    pub fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("connects");
        let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("sends");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("answers");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).expect("a status");
        (status.parse().expect("a number"), answer)
    }

    pub fn until(&self, path: &str, status: u16) {
        let started = Instant::now();
        loop {
            let (found, answer) = self.get(path);
            if found == status {
                return;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "{path} is not {status}: {answer}"
            );
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// The log line with these words.
    pub fn until_said(&self, words: &str) -> String {
        let started = Instant::now();
        loop {
            let said = self.said.lock().expect("not poisoned").clone();
            if let Some(line) = said.iter().find(|line| line.contains(words)) {
                return line.clone();
            }
            assert!(
                started.elapsed() < PATIENCE,
                "never said {words}: {said:#?}"
            );
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    pub fn has_said(&self, words: &str) -> bool {
        let said = self.said.lock().expect("not poisoned");
        said.iter().any(|line| line.contains(words))
    }

    /// The exit code, once the process has ended by itself.
    pub fn ended(&mut self) -> Option<i32> {
        let started = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().expect("a child") {
                return status.code();
            }
            assert!(started.elapsed() < PATIENCE, "does not end");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Sends SIGHUP.
    pub fn hang_up(&self) {
        let mut kill = Command::new("kill");
        let sent = kill.args(["-HUP", &self.process.id().to_string()]).status();
        assert!(sent.expect("kill is there").success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
