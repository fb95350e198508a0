//! The project of an adopter, as docs/sidecar.md describes it: generated, built and served.
#![cfg(feature = "codegen")]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use sea_orm::{ConnectionTrait, Database};

const PAGE: &str = include_str!("../../../docs/sidecar.md");

/// The tables that the page's endpoint uses.
const SQL: &str = r#"
    CREATE TABLE "User" (id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE);
    CREATE TABLE "Page" (id INTEGER PRIMARY KEY, title TEXT NOT NULL,
                         authorId TEXT NOT NULL REFERENCES "User" (id));
    INSERT INTO "User" VALUES ('u1', 'ada@example.com');
    INSERT INTO "Page" VALUES (1, 'Hello', 'u1'), (2, 'World', 'u1');
"#;

#[tokio::test]
async fn the_five_parts_of_a_project_are_generated_built_and_served() {
    let project = tempfile::tempdir().expect("a folder");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.canonicalize().expect("this repository");
    for name in [
        "Cargo.toml",
        "src/main.rs",
        "src/endpoints/mod.rs",
        "refract.toml",
    ] {
        let content = block(name).replace("../refract", &root.to_string_lossy());
        let path = project.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("writes");
        fs::write(path, content).expect("writes");
    }
    let manifest = project.path().join("Cargo.toml");
    let content = fs::read_to_string(&manifest).expect("reads");
    fs::write(manifest, content + &dev_dependencies(&root)).expect("writes");
    // The versions that are compiled already.
    fs::copy(root.join("Cargo.lock"), project.path().join("Cargo.lock")).expect("copies");
    let url = format!(
        "sqlite:{}?mode=rwc",
        project.path().join("app.db").display()
    );
    let db = Database::connect(url).await.expect("creates a file");
    db.execute_unprepared(SQL).await.expect("the test's SQL");
    db.close().await.expect("closes");
    fs::write(project.path().join(".env"), "DATABASE_URL=sqlite:app.db\n").expect("writes");

    run(command(env!("CARGO_BIN_EXE_reflect"), project.path()).arg("generate"));
    let target = target();
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    run(command(&cargo, project.path())
        .args(["build", "--offline", "--quiet", "--bins", "--tests"])
        .env("CARGO_TARGET_DIR", &target));

    let served = Served::start(&target.join("debug/my-sidecar"), project.path());
    let pages = served.get("/api/v1/pages?select=title&order=id");
    assert!(
        pages.contains(r#""data":[{"title":"Hello"},{"title":"World"}]"#),
        "{pages}"
    );
    let authors = served.get("/api/v1/authors");
    assert!(
        authors.ends_with(r#"[{"email":"ada@example.com","pages":2}]"#),
        "{authors}"
    );
    let document = served.get("/openapi.json");
    assert!(document.contains("listAuthors"), "{document}");
}

/// The code block of the page that follows a file's name.
fn block(name: &str) -> &'static str {
    let (_, after) = PAGE
        .split_once(&format!("\n`{name}`"))
        .unwrap_or_else(|| panic!("docs/sidecar.md has no {name}"));
    let (_, code) = after.split_once("\n```").expect("a code block");
    let (_, code) = code.split_once('\n').expect("a code block");
    code.split_once("```").expect("a code block that ends").0
}

/// The dev-dependencies of this repository. With them, Cargo chooses the features that the tests of
/// this repository are built with, and compiles no library again but the engine.
fn dev_dependencies(root: &Path) -> String {
    let text = fs::read_to_string(root.join("Cargo.toml")).expect("this repository's manifest");
    let section = |name: &str| {
        let (_, after) = text.split_once(&format!("\n[{name}]\n")).expect(name);
        after.split("\n[").next().expect("a section").to_owned()
    };
    let shared = section("workspace.dependencies");
    let entry = |name: &str| {
        let (_, after) = shared.split_once(&format!("\n{name} = ")).expect(name);
        let end = after.find("\n").expect("a line");
        after[..end].replace("\"crates/", &format!("\"{}/crates/", root.display()))
    };
    let section = section("dev-dependencies");
    let lines = section
        .lines()
        .map(|line| match line.split_once(" = { workspace = true") {
            Some(("reflect", _)) => format!(
                "reflect = {{ path = \"{}/crates/reflect\" }}",
                root.display()
            ),
            Some((name, _)) => format!("{name} = {}", entry(name)),
            None => line.to_owned(),
        });
    let lines: Vec<String> = lines.collect();
    format!("\n[dev-dependencies]\n{}\n", lines.join("\n"))
}

/// The target directory of this build.
fn target() -> PathBuf {
    let binary = Path::new(env!("CARGO_BIN_EXE_reflect"));
    let target = binary.ancestors().nth(2).expect("target/debug/reflect");
    target.to_owned()
}

/// A program that runs in the project's folder, without settings from the environment.
fn command(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    // Cargo has described this test to it. Build scripts would take that for a change.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let own = [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_BIN_",
            "CARGO_CRATE_",
        ];
        if own.iter().any(|own| text.starts_with(own)) {
            command.env_remove(&name);
        }
    }
    for name in [
        "DATABASE_URL",
        "DATABASE_SCHEMAS",
        "PRISMA_SCHEMA",
        "REFRACT_CONFIG",
    ] {
        command.env_remove(name);
    }
    command
}

fn run(command: &mut Command) {
    let output = command.output().expect("starts");
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{out}\n{err}");
}

/// The project's server. It ends with the story.
struct Served {
    process: Child,
    address: String,
}

impl Served {
    fn start(binary: &Path, folder: &Path) -> Self {
        let mut process = command(&binary.to_string_lossy(), folder)
            .arg("serve")
            .envs([("HOST", "127.0.0.1"), ("PORT", "0"), ("LOG_FORMAT", "json")])
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        let lines = BufReader::new(process.stderr.take().expect("a pipe")).lines();
        let mut lines = lines.map_while(Result::ok);
        let address = lines.find_map(|line| {
            let (_, after) = line.split_once("serving on http://")?;
            Some(
                after
                    .chars()
                    .take_while(|one| !"/\" ".contains(*one))
                    .collect(),
            )
        });
        Self {
            process,
            address: address.expect("a line that says where it serves"),
        }
    }

    /// The whole response to a GET.
    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("connects");
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        .expect("sends");
        let mut response = String::new();
        stream.read_to_string(&mut response).expect("reads");
        assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
        response
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
