//! The packages of npm, packed by `scripts/npm`, installed into an empty folder and run there.
//!
//! The story is skipped where npm or its registry is missing; where `REQUIRE_PROGRAMS=1` is set, as in
//! `.ci/run`, it fails.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use crate::program::Database;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub fn skip(reason: &str) {
    let is_required = std::env::var("REQUIRE_PROGRAMS").is_ok_and(|value| value == "1");
    assert!(!is_required, "REQUIRE_PROGRAMS=1: {reason}");
    let _ = writeln!(std::io::stderr(), "SKIPPED: {reason}");
}

pub fn words(output: &Output) -> String {
    let all = [output.stdout.as_slice(), &output.stderr].concat();
    String::from_utf8_lossy(&all).into_owned()
}

/// Packs. `None` where that cannot be done here.
pub fn packed() -> Option<(tempfile::TempDir, Vec<PathBuf>)> {
    let folder = tempfile::tempdir().expect("a folder");
    let packed = Command::new(root().join("scripts/npm"))
        .arg(folder.path().join("packed"))
        .env("REFRACT_BIN", env!("CARGO_BIN_EXE_refract"))
        .output();
    let packed = packed.expect("a script of ours");
    if !packed.status.success() {
        skip(&format!("npm cannot pack here: {}", words(&packed)));
        return None;
    }
    let tarballs = std::fs::read_dir(folder.path().join("packed")).expect("packed");
    let tarballs: Vec<PathBuf> = tarballs.map(|one| one.expect("an entry").path()).collect();
    assert_eq!(tarballs.len(), 3, "{tarballs:?}");
    Some((folder, tarballs))
}

/// Packs and installs. `None` where that cannot be done here.
fn installed() -> Option<tempfile::TempDir> {
    let (folder, tarballs) = packed()?;
    let app = folder.path().join("app");
    std::fs::create_dir(&app).expect("made");
    std::fs::write(app.join("package.json"), "{\"private\":true}").expect("written");
    let install = Command::new("npm")
        .args(["install", "--no-audit", "--no-fund", "--loglevel=error"])
        .args(&tarballs)
        .current_dir(&app)
        .output()
        .expect("npm has packed");
    if !install.status.success() {
        skip(&format!("npm cannot install here: {}", words(&install)));
        return None;
    }
    Some(folder)
}

#[test]
fn the_packages_run_where_they_are_installed() {
    let Some(folder) = installed() else { return };
    let app = folder.path().join("app");
    let npx = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = Command::new("npx");
        command.arg("--no-install").arg("refract").args(arguments);
        let output = command
            .current_dir(&app)
            .envs(variables.iter().copied())
            .output();
        output.expect("npx is beside npm")
    };
    let help = npx(&["--help"], &[]);
    for verb in ["dev", "serve", "reflect", "check", "types", "init"] {
        assert!(words(&help).contains(verb), "{}", words(&help));
    }
    let wrong = npx(&["sevre"], &[]);
    assert_ne!(wrong.status.code(), Some(0));
    std::fs::create_dir(app.join("prisma")).expect("made");
    let schema = "datasource db {\n  provider = \"postgresql\"\n}\nmodel Memo {\n  id String @id @default(uuid())\n  title String\n  @@map(\"Note\")\n}\n";
    std::fs::write(app.join("prisma/schema.prisma"), schema).expect("written");
    for database in [Database::on_sqlite(), Database::on_postgres()] {
        let variables = [
            ("DATABASE_URL", database.url()),
            // The parser is that of the package: there is no cache to install it into.
            ("XDG_CACHE_HOME", app.to_str().expect("text")),
        ];
        let types = npx(&["types"], &variables);
        assert!(types.status.success(), "{}", words(&types));
        assert!(
            words(&types).contains("export interface Memo {"),
            "{}",
            words(&types)
        );
        assert!(!app.join("refract").join("node_modules").exists());
        let supabase = npx(&["types", "--supabase"], &variables);
        assert!(words(&supabase).contains("Note: {"), "{}", words(&supabase));
        let reflected = npx(&["reflect", "--out", "catalog.json"], &variables);
        assert!(reflected.status.success(), "{}", words(&reflected));
        let file = [variables[0], variables[1], ("CATALOG", "file")];
        let check = npx(&["check"], &file);
        assert!(check.status.success(), "{}", words(&check));
    }
    for how in ["launcher", "npx"] {
        no_process_is_left(&app, how);
    }
    // The client can be loaded both ways.
    let script = "const { createClient } = require('@refract-sidecar/client'); import('@refract-sidecar/client').then((it) => console.log(typeof createClient, typeof it.createClient))";
    let loaded = Command::new("node")
        .args(["-e", script])
        .current_dir(&app)
        .output();
    assert_eq!(
        words(&loaded.expect("node is beside npm")).trim(),
        "function function"
    );
}

/// Serves, and kills the launcher for good, or ends npx, which tells nobody.
fn no_process_is_left(app: &Path, how: &str) {
    let database = Database::on_sqlite();
    let mut command = match how {
        "npx" => Command::new("npx"),
        _ => Command::new("node"),
    };
    match how {
        "npx" => command.args(["--no-install", "refract", "dev"]),
        _ => command.args(["node_modules/refract-sidecar/bin/refract.js", "dev"]),
    };
    let mut process = command
        .current_dir(app)
        .env("DATABASE_URL", database.url())
        .env("PORT", "0")
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let lines = BufReader::new(process.stdout.take().expect("piped")).lines();
    let mut lines = lines.map_while(Result::ok);
    let line = lines.find(|line| line.contains("start here"));
    let line = line.expect("says where it serves");
    let (_, address) = line.split_once("http://").expect("a URL");
    let address = address.trim_end_matches('/');
    TcpStream::connect(address).expect("is served");
    match how {
        "npx" => {
            let id = process.id().to_string();
            let sent = Command::new("kill").args(["-TERM", &id]).status();
            assert!(sent.expect("kill is there").success());
        }
        _ => process.kill().expect("is running"),
    }
    process.wait().expect("ends");
    let started = Instant::now();
    while TcpStream::connect(address).is_ok() {
        assert!(
            started.elapsed().as_secs() < 20,
            "{how}: {address} is still served"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn the_launcher_chooses_by_platform_and_says_what_is_missing() {
    let script = r#"
        const assert = require('node:assert')
        const { binary, candidates } = require(process.argv[1])
        const on = (platform, arch, glibc) => ({
            platform, arch, env: {},
            report: { getReport: () => ({ header: glibc ? { glibcVersionRuntime: '2.36' } : {} }) },
        })
        const names = (process) => candidates(process).map((name) => name.replace('@refract-sidecar/', '')).join(' ')
        assert.equal(names(on('linux', 'x64', true)), 'linux-x64-gnu linux-x64-musl')
        assert.equal(names(on('linux', 'arm64', false)), 'linux-arm64-musl')
        assert.equal(names(on('darwin', 'arm64')), 'darwin-arm64')
        assert.equal(names(on('win32', 'x64')), 'win32-x64')
        const nowhere = () => { throw new Error('not installed') }
        assert.match(binary(on('linux', 'x64', true), nowhere).problem, /linux-x64-gnu is not installed.*--no-optional/)
        assert.match(binary(on('aix', 'ppc64'), nowhere).problem, /no binary for aix ppc64/)
        assert.equal(binary(on('win32', 'x64'), (name) => name).path, '@refract-sidecar/win32-x64/refract.exe')
        const own = { ...on('aix', 'ppc64'), env: { REFRACT_BINARY: '/own' } }
        assert.equal(binary(own, nowhere).path, '/own')
    "#;
    let platform = root().join("npm/refract-sidecar/lib/platform.js");
    let Ok(output) = Command::new("node")
        .args(["-e", script])
        .arg(platform)
        .output()
    else {
        return skip("Node is not installed");
    };
    assert!(output.status.success(), "{}", words(&output));
}
