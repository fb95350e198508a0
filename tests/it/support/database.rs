//! Databases of the stories: one per test, made from a template, gone with it.

use std::{
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicUsize, Ordering},
};

use reflect::Snapshot;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use tokio::sync::OnceCell;

/// The database under a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Postgres,
    Sqlite,
}

/// Our own schemas to serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// The sample app. On SQLite it is the sandbox.
    Sample,
    /// Everything that breaks generators and APIs. On SQLite it is a file as Prisma would make it.
    Trouble,
    /// What stories about many requests at a time ask for. PostgreSQL only.
    Load,
    /// What stories about writes ask for.
    Writes,
    /// `tests/prisma/schema.prisma`, under Prisma's names. On SQLite it is the sandbox. Needs Node.
    Prisma,
    /// Two schemas with the same tables, and one that both refer to. On SQLite it is the sandbox.
    Tenants,
    /// Organisations, their members and what these write, for stories about who may see what.
    Access,
}

impl Schema {
    /// The database schemas that are reflected.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Tenants => &["shared", "tenant_a", "tenant_b"],
            Self::Sample
            | Self::Trouble
            | Self::Load
            | Self::Writes
            | Self::Prisma
            | Self::Access => &["public"],
        }
    }
}

/// A database of one's own.
pub struct TestDatabase {
    /// `None` is the sandbox.
    pub url: Option<String>,
    pub snapshot: Snapshot,
    /// Keeps a SQLite file's folder.
    _folder: Option<tempfile::TempDir>,
    name: Option<String>,
}

/// The server for tests.
pub fn server_url() -> String {
    std::env::var("TEST_DATABASE_URL").expect(
        "these tests need PostgreSQL: run `make test`, or set TEST_DATABASE_URL to a server \
         where databases may be created",
    )
}

impl TestDatabase {
    /// The kind of its server.
    pub fn kind(&self) -> Kind {
        match &self.url {
            Some(url) if url.starts_with("postgres") => Kind::Postgres,
            _ => Kind::Sqlite,
        }
    }

    /// Where it is, if it is on PostgreSQL.
    pub fn postgres_url(&self) -> &str {
        assert_eq!(self.kind(), Kind::Postgres, "only PostgreSQL has a port");
        self.url.as_deref().expect("PostgreSQL has a URL")
    }

    pub async fn create(schema: Schema, kind: Kind) -> Self {
        match (schema, kind) {
            (_, Kind::Postgres) => {
                let template = template(schema).await;
                let name = fresh_name("story");
                execute(
                    &server_url(),
                    &format!("CREATE DATABASE {name} TEMPLATE {}", template.name),
                )
                .await;
                Self {
                    url: Some(with_database(&server_url(), &name)),
                    snapshot: template.snapshot.clone(),
                    _folder: None,
                    name: Some(name),
                }
            }
            (Schema::Sample | Schema::Tenants | Schema::Prisma, Kind::Sqlite) => Self {
                url: None,
                snapshot: template(schema).await.snapshot.clone(),
                _folder: None,
                name: None,
            },
            (Schema::Load, Kind::Sqlite) => panic!("the schema is PostgreSQL's"),
            (Schema::Trouble, Kind::Sqlite) => {
                Self::file(&read(&schemas().join("trouble/sqlite.sql"))).await
            }
            (Schema::Writes, Kind::Sqlite) => {
                Self::file(&read(&schemas().join("writes/sqlite.sql"))).await
            }
            (Schema::Access, Kind::Sqlite) => {
                Self::file(&read(&schemas().join("access.sql"))).await
            }
        }
    }

    /// A database that is there and stays there, whatever is in it.
    pub async fn at(url: &str) -> Self {
        Self {
            url: Some(url.to_owned()),
            snapshot: reflected(url, &["public"]).await,
            _folder: None,
            name: None,
        }
    }

    /// A database that this SQL makes, for stories about schemas that no fixture has.
    pub async fn made_by(sql: &str, kind: Kind, schemas: &[&str]) -> Self {
        match kind {
            Kind::Postgres => {
                let name = fresh_name("made");
                execute(&server_url(), &format!("CREATE DATABASE {name}")).await;
                let url = with_database(&server_url(), &name);
                let mut database = Self {
                    url: Some(url.clone()),
                    snapshot: reflected(&url, &[]).await,
                    _folder: None,
                    name: Some(name),
                };
                execute(&url, sql).await;
                database.snapshot = reflected(&url, schemas).await;
                database
            }
            Kind::Sqlite => Self::file(sql).await,
        }
    }

    /// A SQLite file.
    async fn file(sql: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("app.sqlite");
        let creating = format!("sqlite://{}?mode=rwc", file.display());
        execute(&creating, sql).await;
        let url = format!("file:{}", file.display());
        let snapshot = reflected(&url, &["main"]).await;
        Self {
            url: Some(url),
            snapshot,
            _folder: Some(folder),
            name: None,
        }
    }

    /// A connection beside the server's, for what a story must do behind its back.
    pub async fn connect(&self) -> DatabaseConnection {
        let url = self.url.as_deref().expect("the sandbox has no other door");
        reflect::connect(&url.parse().expect("a URL"))
            .await
            .expect("connects")
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Some(name) = self.name.take() else { return };
        // Dropping is synchronous and the server is asynchronous.
        let cleaner = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(execute(
                &server_url(),
                &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            ));
        });
        let _ = cleaner.join();
    }
}

struct Template {
    name: String,
    snapshot: Snapshot,
}

/// The template database of a schema: loaded once per server, reflected once per process.
async fn template(schema: Schema) -> &'static Template {
    static SAMPLE: OnceCell<Template> = OnceCell::const_new();
    static TROUBLE: OnceCell<Template> = OnceCell::const_new();
    static LOAD: OnceCell<Template> = OnceCell::const_new();
    static WRITES: OnceCell<Template> = OnceCell::const_new();
    static PRISMA: OnceCell<Template> = OnceCell::const_new();
    static TENANTS: OnceCell<Template> = OnceCell::const_new();
    static ACCESS: OnceCell<Template> = OnceCell::const_new();
    let cell = match schema {
        Schema::Sample => &SAMPLE,
        Schema::Trouble => &TROUBLE,
        Schema::Load => &LOAD,
        Schema::Writes => &WRITES,
        Schema::Prisma => &PRISMA,
        Schema::Tenants => &TENANTS,
        Schema::Access => &ACCESS,
    };
    cell.get_or_init(|| async {
        let scripts = scripts(schema);
        let name = format!("refract_template_{:016x}", fingerprint(&scripts));
        let url = with_database(&server_url(), &name);
        if !exists(&name).await {
            // Loaded under another name first: whoever finds the template finds it whole.
            let loading = fresh_name("loading");
            execute(&server_url(), &format!("CREATE DATABASE {loading}")).await;
            for script in &scripts {
                execute(&with_database(&server_url(), &loading), script).await;
            }
            let renaming = format!("ALTER DATABASE {loading} RENAME TO {name}");
            if try_execute(&server_url(), &renaming).await.is_err() {
                execute(&server_url(), &format!("DROP DATABASE {loading}")).await;
                assert!(
                    exists(&name).await,
                    "somebody else has loaded {name} meanwhile"
                );
            }
        }
        Template {
            snapshot: match schema {
                Schema::Prisma => reflected_with_prisma(&url).await,
                _ => reflected(&url, schema.names()).await,
            },
            name,
        }
    })
    .await
}

fn scripts(schema: Schema) -> Vec<String> {
    match schema {
        Schema::Sample => {
            let folder = root().join("sample/prisma/migrations");
            let mut migrations: Vec<PathBuf> = std::fs::read_dir(folder)
                .expect("the sample's migrations")
                .map(|entry| entry.expect("a folder entry").path().join("migration.sql"))
                .filter(|file| file.exists())
                .collect();
            migrations.sort();
            migrations.iter().map(|file| read(file)).collect()
        }
        Schema::Trouble => vec![read(&schemas().join("trouble/postgres.sql"))],
        Schema::Load => vec![read(&schemas().join("load.sql"))],
        Schema::Writes => vec![read(&schemas().join("writes/postgres.sql"))],
        Schema::Prisma => vec![read(&root().join("tests/prisma/migration.sql"))],
        Schema::Tenants => vec![read(&schemas().join("tenants.sql"))],
        Schema::Access => vec![read(&schemas().join("access.sql"))],
    }
}

async fn reflected(url: &str, schemas: &[&str]) -> Snapshot {
    let connection = reflect::connect(&url.parse().expect("a database URL"))
        .await
        .expect("connects");
    let schemas: Vec<String> = schemas.iter().map(|schema| (*schema).to_owned()).collect();
    let snapshot = reflect::read(&connection, &schemas)
        .await
        .expect("reflects");
    connection.close().await.expect("closes");
    snapshot
}

/// The snapshot under Prisma's names; the fixture's database and schema.prisma must agree.
async fn reflected_with_prisma(url: &str) -> Snapshot {
    let parsed = reflect::prisma::parse("tests/prisma/schema.prisma");
    let schema = parsed.expect("the story has looked for Node");
    let connection = reflect::connect(&url.parse().expect("a database URL"))
        .await
        .expect("connects");
    let read = reflect::read_with_prisma(&connection, &["public".to_owned()], &schema).await;
    connection.close().await.expect("closes");
    let (snapshot, disagreements) = read.expect("reflects");
    let told: Vec<String> = disagreements.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["Everything.hidden: not served: it has @ignore"]);
    snapshot
}

/// Runs statements on a connection that is closed again: a template must have none.
pub async fn execute(url: &str, sql: &str) {
    try_execute(url, sql)
        .await
        .unwrap_or_else(|error| panic!("{error}\nin: {:.200}", sql));
}

async fn try_execute(url: &str, sql: &str) -> Result<(), sea_orm::DbErr> {
    let connection = Database::connect(url)
        .await
        .expect("connects to PostgreSQL");
    let outcome = connection.execute_unprepared(sql).await;
    connection.close().await.expect("closes");
    outcome.map(|_| ())
}

async fn exists(name: &str) -> bool {
    let connection = Database::connect(server_url())
        .await
        .expect("connects to PostgreSQL");
    let sql = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
    let statement = sea_orm::Statement::from_string(connection.get_database_backend(), sql);
    let found = connection
        .query_one_raw(statement)
        .await
        .expect("asks for a database");
    connection.close().await.expect("closes");
    found.is_some()
}

fn fingerprint(scripts: &[String]) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    std::hash::Hash::hash(scripts, &mut hasher);
    std::hash::Hasher::finish(&hasher)
}

fn fresh_name(what: &str) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!(
        "refract_{what}_{}_{}",
        process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

fn with_database(server: &str, name: &str) -> String {
    let mut url = url::Url::parse(server).expect("TEST_DATABASE_URL is a URL");
    url.set_path(name);
    url.into()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn schemas() -> PathBuf {
    root().join("tests/schemas")
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}
