//! `examples/nextjs`: the packages are installed into a copy of it, its migrations are applied, and a
//! person uses it in Chromium. `tests/browser/nextjs.mjs` has the story.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use crate::{
    npm::{packed, root, skip, words},
    program::{Database, Program},
};

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// Names of the browser. Ubuntu's `chromium` may be a stub that installs one, so that it comes last.
const BROWSERS: [&str; 5] = [
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "chromium-browser",
    "chromium",
];

/// Where a browser is.
fn browser() -> Option<String> {
    let runs = |name: &&str| {
        let version = Command::new(name).arg("--version").output();
        version.is_ok_and(|output| output.status.success())
    };
    let name = BROWSERS.into_iter().find(runs)?;
    let path = Command::new("which").arg(name).output().ok()?;
    Some(String::from_utf8(path.stdout).ok()?.trim().to_owned())
}

/// Copies what is not made by a tool.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name();
        if ["node_modules", ".next", ".env"]
            .iter()
            .any(|made| name == *made)
        {
            continue;
        }
        let target = to.join(&name);
        match entry.file_type().expect("a type").is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).expect("copied")),
        }
    }
}

/// A process that ends with the story.
struct Next(Child);

impl Drop for Next {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// `npm run dev` of the example, with programs in the place of Refract and Next.js that wait. They write
/// their ids into files.
#[cfg(unix)]
fn dev_script() -> Option<(tempfile::TempDir, Next, [String; 2])> {
    use std::os::unix::fs::PermissionsExt;

    if Command::new("npm").arg("--version").output().is_err() {
        skip("npm is not installed");
        return None;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let example = root().join("examples/nextjs");
    copy(&example.join("scripts"), &folder.path().join("scripts"));
    fs::copy(
        example.join("package.json"),
        folder.path().join("package.json"),
    )
    .expect("copied");
    let bin = folder.path().join("node_modules/.bin");
    fs::create_dir_all(&bin).expect("made");
    for name in ["refract", "next"] {
        let program = bin.join(name);
        let script =
            "#!/bin/sh\necho $$ > \"$0.tmp\" && mv \"$0.tmp\" \"$0.pid\"\nexec sleep 600\n";
        fs::write(&program, script).expect("written");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("changed");
    }
    let npm = Command::new("npm")
        .args(["run", "dev"])
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .spawn();
    let npm = Next(npm.expect("npm is here"));
    let ids = ["refract", "next"].map(|name| {
        let file = bin.join(format!("{name}.pid"));
        assert!(soon(|| file.exists()), "{name} is not started");
        let id = fs::read_to_string(file).expect("written");
        id.trim().to_owned()
    });
    Some((folder, npm, ids))
}

/// Whether something is so within a few seconds.
#[cfg(unix)]
fn soon(is_so: impl Fn() -> bool) -> bool {
    (0..400).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        is_so()
    })
}

#[cfg(unix)]
fn signal(name: &str, id: &str) -> bool {
    let kill = Command::new("kill").args([name, id]).output();
    kill.expect("kill is here").status.success()
}

#[test]
#[cfg(unix)]
fn both_programs_of_the_example_end_with_npm_and_with_each_other() {
    for is_told in [true, false] {
        let Some((_folder, mut npm, ids)) = dev_script() else {
            return;
        };
        assert!(ids.iter().all(|id| signal("-0", id)), "{ids:?}");
        let told = if is_told {
            npm.0.id().to_string()
        } else {
            ids[0].clone()
        };
        assert!(signal("-TERM", &told));
        for id in &ids {
            assert!(soon(|| !signal("-0", id)), "{id} still runs: {is_told}");
        }
        npm.0.wait().expect("it ends");
    }
}

#[test]
fn a_person_uses_the_example_of_nextjs() {
    let Some(browser) = browser() else {
        return skip("no Chromium is installed");
    };
    let prepared = Command::new(root().join("tests/npm/prepare"))
        .arg("tests/browser")
        .output();
    let prepared = prepared.expect("a script of ours");
    if !prepared.status.success() {
        return skip(&words(&prepared));
    }
    let Some((folder, tarballs)) = packed() else {
        return;
    };
    let app = folder.path().join("nextjs");
    copy(&root().join("examples/nextjs"), &app);
    let npm = |arguments: &[&str]| {
        let mut command = Command::new("npm");
        command
            .args(arguments)
            .args([
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ])
            .current_dir(&app);
        command
    };
    for mut command in [npm(&["ci"]), {
        let mut command = npm(&["install", "--no-save"]);
        command.args(&tarballs);
        command
    }] {
        let output = command.output().expect("npm has packed");
        if !output.status.success() {
            return skip(&format!("npm cannot install here: {}", words(&output)));
        }
    }

    let database = Database::on_postgres_with(include_str!(
        "../../../../examples/nextjs/prisma/migrations/20261201000000_first/migration.sql"
    ));
    // What is committed is what the tools write.
    let schema = app.join("prisma/schema.prisma");
    let schema = schema.to_str().expect("text");
    for (arguments, file) in [
        (["types", "--out"], "lib/refract.ts"),
        (["reflect", "--out"], "catalog.json"),
    ] {
        let output = Command::new("npx")
            .args(["--no-install", "refract"])
            .args(arguments)
            .arg(app.join(file))
            .env("DATABASE_URL", database.url())
            .env("PRISMA_SCHEMA", schema)
            .current_dir(&app)
            .output()
            .expect("npx is beside npm");
        assert!(output.status.success(), "{}", words(&output));
        let made = fs::read_to_string(app.join(file)).expect("written");
        let committed = fs::read_to_string(root().join("examples/nextjs").join(file));
        assert!(
            committed.expect("committed") == made,
            "{file} is behind: `npm run types` and `npm run catalog` in examples/nextjs"
        );
    }

    let build = Command::new("node_modules/.bin/next")
        .arg("build")
        .env("NEXT_TELEMETRY_DISABLED", "1")
        .current_dir(&app)
        .output()
        .expect("Next.js is installed");
    assert!(build.status.success(), "{}", words(&build));
    let refract = Program::on(&database).serve(&[
        ("ENVIRONMENT", "production"),
        ("SECRET_KEY", KEY),
        ("CATALOG", app.join("catalog.json").to_str().expect("text")),
    ]);
    let mut next = Command::new("node")
        .args([
            "node_modules/next/dist/bin/next",
            "start",
            "-H",
            "127.0.0.1",
            "-p",
            "0",
        ])
        .env(
            "REFRACT_URL",
            format!("http://127.0.0.1:{}", refract.port()),
        )
        .envs([
            ("SECRET_KEY", KEY),
            ("DEVELOPMENT_SIGN_IN", "true"),
            ("NEXT_TELEMETRY_DISABLED", "1"),
        ])
        .current_dir(&app)
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node has built it");
    let lines = BufReader::new(next.stdout.take().expect("piped")).lines();
    let _next = Next(next);
    let mut lines = lines.map_while(Result::ok);
    let address = lines.find_map(|line| {
        let (_, address) = line.split_once("Local:")?;
        Some(address.trim().to_owned())
    });
    let address = address.expect("Next.js says where it serves");
    assert!(
        lines.any(|line| line.contains("Ready in")),
        "Next.js does not start"
    );
    // Its further words are read, so that it is never held up by a full pipe.
    std::thread::spawn(move || lines.count());
    let story = Command::new("node")
        .arg("tests/browser/nextjs.mjs")
        .arg(browser)
        .arg(address)
        // A folder that gets pictures of the pages.
        .args(std::env::var_os("PICTURES"))
        .current_dir(root())
        .output()
        .expect("Node is here");
    assert!(story.status.success(), "{}", words(&story));
}
