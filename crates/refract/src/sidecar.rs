//! The command line that every program around the engine has.

use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use poem_openapi::OpenApi;
use reflect::registry::Registry;

use crate::{
    api,
    app::{App, Endpoints},
    catalog::Catalog,
    catalog_source::{CatalogReader, CatalogSource, LiveSchema},
    drift,
    serve::{self, ServeError},
    settings::{Settings, Target},
    telemetry,
};

// Requests make many small, short allocations. glibc's allocator is slow at these, and returns
// little memory to the system.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The verbs of the command line that every program around the engine has.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum Verb {
    /// Serve the API (the default)
    Serve,
    /// Print the OpenAPI document
    Openapi,
    /// Compare the live schema with the catalog; exit 1 where they differ
    Check,
    /// Ask the server on PORT for its health; exit 1 where it is not up
    Healthcheck,
    /// Read the schema of the database, and write it as a catalog for CATALOG=file
    Reflect {
        /// The file to write, instead of standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// A data API sidecar for the database of a Prisma app. Settings are environment variables, also from
/// .env and refract.toml.
#[derive(Debug, clap::Parser)]
#[command(version)]
struct CommandLine {
    #[command(subcommand)]
    verb: Option<Verb>,
}

/// A sidecar: the engine, an app's entities and its own endpoints.
///
/// ```no_run
/// # fn run(registry: refract::registry::Registry) -> std::process::ExitCode {
/// refract::Sidecar::new(registry).main()
/// # }
/// ```
pub struct Sidecar<O = ()> {
    /// `None` in a program for any database.
    entities: Option<Registry>,
    endpoints: Endpoints<O>,
}

/// The snapshot of the sandbox of a program without entities: that of the sample app.
const SANDBOX: &str = include_str!("../../../sample/catalog.json");

impl Sidecar {
    /// A sidecar of the entities that `make orm` generated: `entity::registry()`.
    pub fn new(registry: Registry) -> Self {
        Self {
            entities: Some(registry),
            endpoints: |_| (),
        }
    }

    /// A program without entities. It serves the live schema of any database, or a file that
    /// `refract reflect` wrote.
    pub fn of_any_database() -> Self {
        Self {
            entities: None,
            endpoints: |_| (),
        }
    }

    /// Adds the app's own endpoints. They are served under `/api/v1`, and are guarded, logged and
    /// documented like the rest.
    pub fn endpoints<O: OpenApi + 'static>(self, endpoints: Endpoints<O>) -> Sidecar<O> {
        Sidecar {
            entities: self.entities,
            endpoints,
        }
    }
}

impl<O: OpenApi + 'static> Sidecar<O> {
    /// Runs the command line of the process: one of [`Verb`], `serve` by default. Settings come from
    /// the environment, `.env` and `refract.toml`.
    pub fn main(self) -> ExitCode {
        let CommandLine { verb } = clap::Parser::parse();
        self.run(verb.unwrap_or(Verb::Serve))
    }

    /// Runs one verb, for a program with a command line of its own.
    pub fn run(self, verb: Verb) -> ExitCode {
        serve::in_small_pages();
        let outcome = match verb {
            Verb::Serve => run(self, serve_verb),
            Verb::Openapi => run(self, openapi_verb),
            Verb::Check => run(self, check_verb),
            Verb::Reflect { out } => {
                run(self, async move |context| reflect_verb(context, out).await)
            }
            Verb::Healthcheck => Settings::load()
                .map_err(Failure::from)
                .and_then(|it| healthcheck(&it)),
        };
        outcome.unwrap_or_else(|failure| {
            eprintln!("refract: {failure}");
            ExitCode::FAILURE
        })
    }
}

/// What the verbs run with.
struct Context<O> {
    source: CatalogSource,
    settings: Settings,
    endpoints: Endpoints<O>,
}

fn run<O, F>(sidecar: Sidecar<O>, verb: impl FnOnce(Context<O>) -> F) -> Result<ExitCode, Failure>
where
    F: Future<Output = Result<ExitCode, Failure>>,
{
    let settings = Settings::load()?;
    let source = CatalogSource::of(sidecar.entities.as_ref(), SANDBOX, &settings)?;
    let _telemetry = telemetry::start(&settings.telemetry, settings.environment);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(verb(Context {
        source,
        settings,
        endpoints: sidecar.endpoints,
    }))
}

async fn serve_verb<O: OpenApi + 'static>(context: Context<O>) -> Result<ExitCode, Failure> {
    serve::with_all_files();
    serve::listen(context.source, context.settings)
        .await?
        .run(context.endpoints, serve::stop_signal())
        .await;
    Ok(ExitCode::SUCCESS)
}

async fn openapi_verb<O: OpenApi + 'static>(context: Context<O>) -> Result<ExitCode, Failure> {
    let Context {
        source,
        mut settings,
        endpoints,
    } = context;
    let app = match source {
        CatalogSource::Read(reader @ CatalogReader::Live(_)) => live_app(&reader, settings).await?,
        source => {
            // The document does not depend on a database.
            settings.database.target = Target::Sandbox;
            let catalog = source.without_database(&settings)?;
            App::open(catalog, settings)
                .await
                .map_err(ServeError::Database)?
        }
    };
    println!(
        "{}",
        serde_json::to_string_pretty(&api::document(&app, endpoints))?
    );
    Ok(ExitCode::SUCCESS)
}

/// The app of the live schema, for verbs that end.
async fn live_app(reader: &CatalogReader, settings: Settings) -> Result<Arc<App>, Failure> {
    let app = App::open(Catalog::empty(), settings)
        .await
        .map_err(ServeError::Database)?;
    app.db.try_connect().await.map_err(ServeError::Database)?;
    let fresh = reader.read(&app.db, &app.settings).await?;
    Ok(app.next(fresh.catalog, 1, drift::Drift::in_step()))
}

async fn check_verb<O>(context: Context<O>) -> Result<ExitCode, Failure> {
    let Context {
        source, settings, ..
    } = context;
    if let CatalogSource::Read(reader @ CatalogReader::Live(_)) = &source {
        let app = live_app(reader, settings).await?;
        println!(
            "{} resources of the live schema can be served; there is no catalog file to compare it \
             with (CATALOG=file)",
            app.catalog.resources.len()
        );
        return Ok(ExitCode::SUCCESS);
    }
    let catalog = source.without_database(&settings)?;
    let app = App::open(catalog, settings)
        .await
        .map_err(ServeError::Database)?;
    app.db.try_connect().await.map_err(ServeError::Database)?;
    let differences = drift::differences(&app.catalog, &app.db).await?;
    for difference in &differences {
        println!("{difference}");
    }
    if let Some(missing_tables) = drift::missing_tables(&app.catalog, &app.db, &differences).await {
        eprintln!("refract: {missing_tables}");
    }
    if differences.is_empty() {
        println!("the live schema is the one that the catalog was made from");
        Ok(ExitCode::SUCCESS)
    } else {
        Ok(ExitCode::FAILURE)
    }
}

/// Writes the snapshot of the live schema, whatever `CATALOG` says: the file is what it writes.
async fn reflect_verb<O>(context: Context<O>, out: Option<PathBuf>) -> Result<ExitCode, Failure> {
    let settings = context.settings;
    let live = LiveSchema::of(&settings)?;
    let app = App::open(Catalog::empty(), settings)
        .await
        .map_err(ServeError::Database)?;
    app.db.try_connect().await.map_err(ServeError::Database)?;
    let (snapshot, notes) = live.snapshot(&app.db).await?;
    let mut text = serde_json::to_string_pretty(&snapshot)?;
    text.push('\n');
    match out {
        None => print!("{text}"),
        Some(path) => {
            std::fs::write(&path, text)
                .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
            eprintln!(
                "{} holds {} tables and views",
                path.display(),
                snapshot.tables.len()
            );
        }
    }
    for note in notes {
        eprintln!("{note}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Asks for health, for a container's HEALTHCHECK in an image without curl.
fn healthcheck(settings: &Settings) -> Result<ExitCode, Failure> {
    const PATIENCE: Duration = Duration::from_secs(3);
    let host = match settings.server.host {
        IpAddr::V4(host) if host.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(host) if host.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        host => host,
    };
    let address = SocketAddr::new(host, settings.server.port);
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let status = answer.split(' ').nth(1).unwrap_or_default();
    println!("{status}");
    Ok(if status == "200" {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
