//! A server under test.

use std::net::SocketAddr;

use reflect::{
    registry::{EntityShape, Registry},
    snapshot::{Cardinality, ClientDefault, Database, Relation, Table},
};
use refract::{
    internals::{
        Catalog, CatalogSource, Limits, parse, plan, postgres_text, serve, sql::Statements,
    },
    settings::{AuthSettings, Roles, Settings},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, TransactionTrait};
use serde_json::Value;
use tokio::{sync::oneshot, task::JoinHandle};

use super::{
    Answer, Kind, Proxy, Schema,
    client::{Client, Request},
    database::TestDatabase,
};

/// A running server with a database of its own.
pub struct App {
    client: Client,
    pub kind: Kind,
    pub address: SocketAddr,
    database: TestDatabase,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
}

/// Settings of a server that are not the tests' defaults.
#[derive(Debug, Default, Clone)]
pub struct Options {
    /// `NAME=value` as in the environment; later ones win.
    pub settings: Vec<(String, String)>,
    /// `(model, hidden field)` as refract.toml would have them.
    pub hidden: Vec<(String, String)>,
    /// `(model, field that marks deleted rows, whether they may be deleted for good)`.
    pub soft: Vec<(String, String, bool)>,
    /// `[roles]` of a refract.toml.
    pub roles: String,
    /// `[keys]` and `[auth]` of a refract.toml.
    pub auth: String,
    /// Tables that have relations of their own to themselves, by their keys: `same` and `list`.
    pub related: Vec<String>,
    /// `(table, column, generator)`: what Prisma 8's client fills in on every change, as a snapshot has it.
    pub on_update: Vec<(String, String, ClientDefault)>,
    /// Whether relations are without foreign keys, as with Prisma's `relationMode = "prisma"`.
    pub relations_by_prisma: bool,
    /// What has happened to the schema since the catalog was made.
    pub drift: Vec<String>,
}

impl Options {
    /// One setting.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// SQL that runs before the server starts, and that its catalog knows nothing of.
    pub fn after(mut self, sql: &str) -> Self {
        self.drift.push(sql.to_owned());
        self
    }

    /// A column that has `onUpdate` in the contract, and no `onCreate`.
    pub fn on_update(mut self, table: &str, column: &str, made: ClientDefault) -> Self {
        self.on_update
            .push((table.to_owned(), column.to_owned(), made));
        self
    }

    /// No foreign keys, as far as the catalog knows.
    pub fn relations_by_prisma(mut self) -> Self {
        self.relations_by_prisma = true;
        self
    }

    /// A table that is related to itself.
    pub fn relate(mut self, table: &str) -> Self {
        self.related.push(table.to_owned());
        self
    }

    /// One resource whose deleted rows are only marked.
    pub fn soft_delete(mut self, model: &str, field: &str, hard: bool) -> Self {
        self.soft.push((model.to_owned(), field.to_owned(), hard));
        self
    }

    /// The policies of roles, as refract.toml has them.
    pub fn roles(mut self, toml: &str) -> Self {
        self.roles.push_str(toml);
        self
    }

    /// How callers are known, as refract.toml has it.
    pub fn auth(mut self, toml: &str) -> Self {
        self.auth.push_str(toml);
        self
    }

    /// One hidden field.
    pub fn hide(mut self, model: &str, field: &str) -> Self {
        self.hidden.push((model.to_owned(), field.to_owned()));
        self
    }
}

fn relate_to_itself(table: &mut Table) {
    for (name, cardinality) in [
        ("same", Cardinality::OneToOne),
        ("list", Cardinality::OneToMany),
    ] {
        table.relations.push(Relation {
            name: name.to_owned(),
            schema: table.schema.clone(),
            table: table.name.clone(),
            cardinality,
            columns: table.row_key.clone(),
            references: table.row_key.clone(),
            foreign_key: None,
            through: None,
        });
    }
}

/// What a server under test begins with: [`App::builder`] makes one.
pub struct AppBuilder {
    database: Source,
    kind: Kind,
    options: Options,
}

/// Where a server's database comes from.
pub enum Source {
    /// It is made for the server.
    Schema(Schema),
    /// The story has made it.
    Made(Box<TestDatabase>),
}

impl From<Schema> for Source {
    fn from(schema: Schema) -> Self {
        Self::Schema(schema)
    }
}

impl From<TestDatabase> for Source {
    fn from(database: TestDatabase) -> Self {
        Self::Made(Box::new(database))
    }
}

impl AppBuilder {
    /// The database of a schema; PostgreSQL unless this says otherwise. A database that is there already
    /// has a kind of its own.
    pub fn on(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// Other settings than the defaults.
    pub fn with(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Starts the server.
    pub async fn start(self) -> App {
        let (database, options) = self.database().await;
        let url = database.url.clone();
        App::start_on(database, url.as_deref(), options).await
    }

    /// Starts the server, which reaches PostgreSQL through a proxy.
    pub async fn start_behind_proxy(self) -> (App, Proxy) {
        let (database, options) = self.database().await;
        let (proxy, url) = Proxy::before(database.postgres_url()).await;
        (App::start_on(database, Some(&url), options).await, proxy)
    }

    /// Starts the server, which reaches PostgreSQL by another URL: `change` makes it of the
    /// database's own. `None` where it makes none.
    pub async fn start_behind(
        self,
        change: impl AsyncFnOnce(&str) -> Option<String>,
    ) -> Option<App> {
        let (database, options) = self.database().await;
        let url = change(database.postgres_url()).await?;
        Some(App::start_on(database, Some(&url), options).await)
    }

    async fn database(self) -> (TestDatabase, Options) {
        let database = match self.database {
            Source::Schema(schema) => TestDatabase::create(schema, self.kind).await,
            Source::Made(database) => *database,
        };
        (database, self.options)
    }
}

impl App {
    /// A server with a database of its own, of a schema, or on one that the story has made.
    pub fn builder(database: impl Into<Source>) -> AppBuilder {
        AppBuilder {
            database: database.into(),
            kind: Kind::Postgres,
            options: Options::default(),
        }
    }

    async fn start_on(mut database: TestDatabase, url: Option<&str>, options: Options) -> Self {
        for sql in &options.drift {
            let db = database.connect().await;
            db.execute_unprepared(sql)
                .await
                .expect("the story's own SQL");
            db.close().await.expect("closes");
        }
        let mut pairs = vec![("HOST", "127.0.0.1"), ("PORT", "0"), ("DB_POOL_SIZE", "6")];
        pairs.extend(url.map(|url| ("DATABASE_URL", url)));
        for (name, value) in &options.settings {
            pairs.push((name.as_str(), value.as_str()));
        }
        let mut settings = Settings::from_pairs(pairs).expect("the story's settings are valid");
        for (model, field) in options.hidden {
            settings
                .resources
                .entry(model)
                .or_default()
                .hidden
                .push(field);
        }
        for table in &mut database.snapshot.tables {
            if options.relations_by_prisma {
                table.foreign_keys.clear();
                for relation in &mut table.relations {
                    relation.foreign_key = None;
                }
            }
            for (_, column, made) in options.on_update.iter().filter(|one| one.0 == table.name) {
                let mut columns = table.columns.iter_mut();
                let found = columns.find(|one| one.name == *column);
                found.expect("the column is there").on_update = Some(made.clone());
            }
            if options.related.contains(&table.name) {
                relate_to_itself(table);
            }
        }
        for (model, field, hard) in options.soft {
            let policy = settings.resources.entry(model).or_default();
            policy.soft_delete = Some(field);
            policy.hard_delete = hard;
        }
        settings.auth = AuthSettings::of_toml(&options.auth).expect("the story's keys are valid");
        settings.roles = Roles::of_toml(&options.roles).expect("the story's policies are valid");
        let registry = Registry {
            snapshot: serde_json::to_string(&database.snapshot).expect("serialises"),
            entities: EntityShape::all_of(&database.snapshot),
        };
        // The snapshot is the entities, unless the story says `CATALOG`.
        let source = CatalogSource::of(Some(&registry), "", &settings).expect("a catalog");
        let listening = serve::listen(source, settings).await.expect("listens");
        let address = listening.address;
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(async move {
            listening
                .run(crate::endpoints_of_an_app, async {
                    let _ = stopped.await;
                })
                .await;
        });
        Self {
            client: Client::new(address),
            kind: database.kind(),
            address,
            database,
            stop: Some(stop),
            server: Some(server),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.request("GET", path).send().await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.request("DELETE", path).send().await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.request("POST", path).json(body).send().await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.request("PUT", path).json(body).send().await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.request("PATCH", path).json(body).send().await
    }

    /// A request with headers or a body of one's own.
    pub fn request(&self, method: &str, path: &str) -> Request {
        self.client.request(method, path)
    }

    /// Where the database is. Not the sandbox's.
    pub fn database_url(&self) -> &str {
        self.database
            .url
            .as_deref()
            .expect("the sandbox has no URL")
    }

    /// A connection to the same database, behind the server's back. PostgreSQL and SQLite files.
    pub async fn db(&self) -> DatabaseConnection {
        self.database.connect().await
    }

    /// Runs SQL behind the server's back.
    pub async fn db_execute(&self, sql: &str) {
        let outcome = self.db().await.execute_unprepared(sql).await;
        outcome.expect("the story's own SQL");
    }

    /// How PostgreSQL runs the statement of a list, whatever its values.
    pub async fn explain(&self, resource: &str, query: &str) -> String {
        let registry = Registry {
            snapshot: serde_json::to_string(&self.database.snapshot).expect("serialises"),
            entities: EntityShape::all_of(&self.database.snapshot),
        };
        let catalog = Catalog::build(&registry, &Default::default(), &[]).expect("a catalog");
        let (limits, database) = (Limits::default(), Database::Postgres);
        let context = plan::Context {
            visibility: plan::Visibility::of(plan::Deleted::Exclude),
            catalog: &catalog,
            database,
            limits: &limits,
        };
        let resource = catalog.by_path(resource).expect("the resource");
        let query = parse::list(query, &limits).expect("parses");
        let read = plan::list(context, resource, query).expect("is planned");
        let statements = Statements::new(database, 1024 * 1024);
        let statement = match statements.union_read(&read) {
            Some((_, statement)) => statement,
            None => statements.read(&read),
        };
        let values: Vec<String> = statement
            .values
            .iter()
            .map(|value| match postgres_text(value) {
                Some(text) => format!("'{}'", text.replace('\'', "''")),
                None => "NULL".to_owned(),
            })
            .collect();
        let session = self.db().await.begin().await.expect("a transaction");
        let prepare = format!(
            "SET LOCAL plan_cache_mode = force_generic_plan; PREPARE asked AS {}",
            statement.sql.text
        );
        let prepared = session.execute_unprepared(&prepare).await;
        prepared.expect("the server's own SQL");
        let explain = sea_orm::Statement::from_string(
            session.get_database_backend(),
            match values.as_slice() {
                [] => "EXPLAIN EXECUTE asked".to_owned(),
                values => format!("EXPLAIN EXECUTE asked ({})", values.join(", ")),
            },
        );
        let rows = session.query_all_raw(explain).await.expect("explains");
        let lines = rows
            .iter()
            .map(|row| row.try_get_by_index::<String>(0).expect("a line"));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Tells the server to stop, without waiting for it.
    pub fn begin_stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// Waits until the server has stopped.
    pub async fn stopped(&mut self) {
        self.begin_stop();
        if let Some(server) = self.server.take() {
            server.await.expect("the server ends without a panic");
        }
    }
}
