//! `dev` and `init` in the folder of an app, and what is said where something is missing.

use std::net::TcpListener;

use crate::program::{Database, Program};

const SCHEMA: &str = "datasource db {\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")\n}\n\
model Note {\n  id String @id @default(uuid())\n  title String\n  tags Tag[]\n}\n\
model Tag {\n  id Int @id\n  noteId String? @map(\"note\")\n  of Note? @relation(fields: [noteId], references: [id])\n}\n";

/// The `.env` of an app on a database: the URL in quotes, its parts by reference.
fn env_of(database: &Database) -> String {
    let (scheme, rest) = database.url().split_once("://").expect("a URL");
    format!(
        "export SCHEME='{scheme}'\nREST=\"{rest}\" # where it is\nDATABASE_URL=\"${{SCHEME}}://${{REST}}\"\n"
    )
}

#[test]
fn dev_serves_the_app_around_it_under_prismas_names() {
    for database in [Database::on_sqlite(), Database::on_postgres()] {
        let env = env_of(&database);
        let app = Program::in_app(&[
            ("package.json", r#"{"name":"app"}"#),
            (".env", "DATABASE_URL=postgresql://nobody@nowhere/nothing\n"),
            (".env.local", &env),
            ("prisma/schema.prisma", SCHEMA),
        ]);
        let serving = app.dev(&[
            ("PORT", "0"),
            ("HOME", &std::env::var("HOME").expect("set")),
        ]);
        serving.until_said("Refract serves 2 models");
        assert_eq!(serving.get("/api/v1/notes?select=title").0, 200);
        // Without Node names are inferred, which is said.
        let is_prismas = serving.get("/api/v1/tags?select=noteId,of(title)").0 == 200;
        if !is_prismas {
            serving.until_said("are inferred");
        }
    }
}

#[test]
fn a_taken_port_is_stepped_over_by_dev_and_named_by_serve() {
    let database = Database::on_sqlite();
    let taken = TcpListener::bind("127.0.0.1:0").expect("binds");
    let port = taken.local_addr().expect("an address").port();
    let app = Program::in_app(&[("package.json", "{}"), (".env", &env_of(&database))]);
    let serving = app.dev(&[("PORT", &port.to_string())]);
    assert_ne!(serving.port(), port);
    serving.until_said(&format!(
        "port {port} is taken, so this is port {}",
        serving.port()
    ));
    let program = Program::on(&database);
    let (code, _, told) = program.run_with(&["serve"], &[("PORT", &port.to_string())]);
    assert_eq!(code, 1);
    assert!(told.contains("is free: PORT="), "{told}");
}

#[test]
fn what_is_missing_is_said_in_one_line_without_secrets() {
    let url = |url: &str| format!("DATABASE_URL={url}\n");
    let server = std::env::var("TEST_DATABASE_URL").expect("PostgreSQL");
    let (before, _) = server.split_once('?').unwrap_or((&server, ""));
    let base = &before[..before.rfind('/').expect("a path")];
    let stories = [
        (
            String::new(),
            vec!["no DATABASE_URL is set", "example: DATABASE_URL="],
        ),
        (
            url(&format!("{base}/no_such_database")),
            vec!["no_such_database", "create it"],
        ),
        (
            url("mysql://app:hidden@h/d"),
            vec!["`mysql:` is not supported"],
        ),
        (
            url("prisma+postgres://h/?api_key=hidden"),
            vec!["Prisma's own proxy", "DIRECT_DATABASE_URL"],
        ),
        (
            url("file:./nowhere.db"),
            vec!["there is no SQLite file", "migrate deploy"],
        ),
        (
            url("postgresql://app:hidden@h:port/d"),
            vec!["its port is not a number"],
        ),
    ];
    for (env, words) in stories {
        let app = Program::in_app(&[("package.json", "{}"), (".env", &env)]);
        let (code, said, told) = app.run_with(&["dev"], &[("PORT", "0")]);
        assert_eq!(code, 1, "{env}: {said}{told}");
        for word in words {
            assert!(told.contains(word), "{env}: {told}");
        }
        assert!(
            !told.contains("hidden") && !said.contains("hidden"),
            "{told}"
        );
        assert_eq!(told.lines().count(), 1, "{told}");
    }
}

#[test]
fn a_database_that_is_not_started_yet_is_waited_for() {
    let nobody = TcpListener::bind("127.0.0.1:0").expect("binds");
    let port = nobody.local_addr().expect("an address").port();
    drop(nobody);
    let env = format!("DATABASE_URL=postgresql://app:hidden@127.0.0.1:{port}/app\n");
    let app = Program::in_app(&[("package.json", "{}"), (".env", &env)]);
    let serving = app.dev(&[("PORT", "0")]);
    let line = serving.until_said("Refract waits for postgresql://app@127.0.0.1");
    assert!(!line.contains("hidden"), "{line}");
    serving.until_said("start here");
    assert!(!serving.has_said("migrations") && !serving.has_said("serves 0"));
    assert_eq!(serving.get("/health").0, 503);
}

#[test]
fn a_terminal_that_closes_ends_dev() {
    let database = Database::on_sqlite();
    let app = Program::in_app(&[("package.json", "{}"), (".env", &env_of(&database))]);
    let mut serving = app.dev(&[("PORT", "0")]);
    assert_eq!(serving.get("/api/v1/notes").0, 200);
    serving.hang_up();
    assert_eq!(serving.ended(), Some(0));
}

#[test]
fn an_empty_database_and_a_role_without_rights_are_told() {
    let database = Database::on_postgres();
    let role = format!("refract_poor_{}", std::process::id());
    database.execute(&format!("CREATE ROLE {role} LOGIN"));
    let (_, rest) = database.url().split_once("://").expect("a URL");
    let (_, host) = rest.rsplit_once('@').unwrap_or(("", rest));
    let env = format!("DATABASE_URL=postgresql://{role}@{host}\n");
    let app = Program::in_app(&[("package.json", "{}"), (".env", &env)]);
    let serving = app.dev(&[("PORT", "0")]);
    let line = serving.until_said("may not read 2 of 2 tables");
    assert!(
        line.contains("GRANT SELECT") && line.contains(&role),
        "{line}"
    );
    drop(serving);
    database.execute(r#"DROP TABLE "Tag"; DROP TABLE "Note""#);
    let serving = app.dev(&[("PORT", "0")]);
    serving.until_said("run the app's migrations");
    drop(serving);
    database.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[test]
fn init_writes_what_is_missing_and_overwrites_nothing() {
    let manifest = "{\n  \"name\": \"app\",\n  \"scripts\": {\n    \"dev\": \"next dev\"\n  }\n}\n";
    let app = Program::in_app(&[("package.json", manifest), ("prisma/schema.prisma", SCHEMA)]);
    let read = |name: &str| std::fs::read_to_string(app.folder().join(name)).expect("is there");
    let (code, said, told) = app.run(&["init", "--dry-run"]);
    assert_eq!(
        (code, read("package.json").as_str()),
        (0, manifest),
        "{said}{told}"
    );
    assert!(!app.folder().join("refract.toml").exists());
    std::fs::create_dir_all(app.folder().join("src/lib")).expect("made");
    let (code, said, told) = app.run(&["init"]);
    assert_eq!(code, 0, "{said}{told}");
    // The file is TypeScript with a value in it, in a folder of the app.
    assert!(read("package.json").contains("\"refract types --out src/lib/refract.ts\""));
    // Its examples hold, all at once.
    let policy = read("refract.toml");
    let lines = policy.lines().map(|line| match line.strip_prefix("# ") {
        Some(rest) if rest.contains(" = ") || rest.starts_with('[') => rest,
        _ => line,
    });
    let used: String = lines.flat_map(|line| [line, "\n"]).collect();
    assert!(
        used.contains("\n[resources.User]\nhidden = [\"passwordHash\"]\nsoft_delete ="),
        "{used}"
    );
    let used: String = used
        .replace("User", "Note")
        .replace("passwordHash", "title")
        .replace("soft_delete", "# soft_delete");
    std::fs::write(app.folder().join("refract.toml"), used).expect("writes");
    let database = Database::on_sqlite();
    let (code, said, told) = app.run_with(&["types"], &[("DATABASE_URL", database.url())]);
    assert_eq!(code, 0, "{said}{told}");
    assert!(
        read("package.json")
            .contains("\"refract:check\": \"refract check\",\n    \"dev\": \"next dev\"")
    );
    assert!(read("compose.refract.yaml").contains("SECRET_KEY"));
    std::fs::write(app.folder().join("refract.toml"), "page_size = 7\n").expect("writes");
    let (before, (code, said, _)) = (read("package.json"), app.run(&["init"]));
    assert_eq!((code, read("package.json")), (0, before));
    assert_eq!(read("refract.toml"), "page_size = 7\n");
    assert_eq!(said.matches("left").count(), 3, "{said}");
}
