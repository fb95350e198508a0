//! The programs that embed the engine: their entities, their endpoints and their command line.

mod healthcheck;
mod verb;

pub use verb::Verb;

use std::process::ExitCode;

use clap::Parser;
use poem_openapi::OpenApi;
use reflect::registry::{EntityShape, Registry};

use crate::{
    api,
    app::{App, Endpoints},
    catalog::Catalog,
    drift,
    serve::{self, ServeError},
    settings::{Settings, Target},
    telemetry,
};

use verb::CommandLine;

// Requests make many small, short allocations. glibc's allocator is slow at these, and returns
// little memory to the system.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A sidecar: the engine, an app's entities and its own endpoints.
///
/// ```no_run
/// # fn run(registry: refract::registry::Registry) -> std::process::ExitCode {
/// refract::Sidecar::new(registry).main()
/// # }
/// ```
pub struct Sidecar<O = ()> {
    entities: Entities,
    endpoints: Endpoints<O>,
}

/// What a program knows of the database when it is compiled.
enum Entities {
    /// Those that `make orm` generated.
    Compiled(Registry),
    /// Nothing. The text is the catalog of the sandbox.
    OfAnyDatabase { sandbox: &'static str },
}

impl Sidecar {
    /// A sidecar of the entities that `make orm` generated: `entity::registry()`.
    pub fn new(registry: Registry) -> Self {
        Self::of(Entities::Compiled(registry))
    }

    /// A sidecar without entities, for any database. `sandbox` is the `catalog.json` that is served
    /// where no database is named.
    pub fn of_any_database(sandbox: &'static str) -> Self {
        Self::of(Entities::OfAnyDatabase { sandbox })
    }

    fn of(entities: Entities) -> Self {
        Self {
            entities,
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
    /// Runs the command line of the process, which has the verbs of [`Verb`]. Settings come from the
    /// environment, `.env` and `refract.toml`.
    pub fn main(self) -> ExitCode {
        let verb = CommandLine::parse().verb.unwrap_or_default();
        self.run(verb)
    }

    /// Runs one verb, for a program that reads its command line itself.
    pub fn run(self, verb: Verb) -> ExitCode {
        serve::in_small_pages();
        let outcome = match verb {
            Verb::Serve => run(self, serve_verb),
            Verb::Openapi => run(self, openapi_verb),
            Verb::Check => run(self, check_verb),
            Verb::Healthcheck => Settings::load()
                .map_err(Failure::from)
                .and_then(|settings| healthcheck::run(&settings)),
        };
        outcome.unwrap_or_else(|failure| {
            eprintln!("refract: {failure}");
            ExitCode::FAILURE
        })
    }
}

fn run<O, F>(
    sidecar: Sidecar<O>,
    verb: impl FnOnce(Catalog, Settings, Endpoints<O>) -> F,
) -> Result<ExitCode, Failure>
where
    F: Future<Output = Result<ExitCode, Failure>>,
{
    let settings = Settings::load()?;
    let _telemetry = telemetry::start(&settings.telemetry, settings.environment);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let catalog = catalog(&sidecar.entities, &settings).await?;
        verb(catalog, settings, sidecar.endpoints).await
    })
}

/// The catalog of the compiled entities, of the live database, or of the sandbox.
async fn catalog(entities: &Entities, settings: &Settings) -> Result<Catalog, Failure> {
    let registry = match (entities, &settings.database.target) {
        (Entities::Compiled(registry), _) => registry,
        (Entities::OfAnyDatabase { sandbox }, Target::Sandbox) => {
            let snapshot = serde_json::from_str(sandbox)?;
            &Registry {
                entities: EntityShape::all_of(&snapshot),
                snapshot: (*sandbox).to_owned(),
            }
        }
        (Entities::OfAnyDatabase { .. }, Target::App(url)) => {
            let connection = reflect::connect(url).await?;
            let mut schemas = settings.database.schemas.clone();
            if schemas.is_empty() {
                schemas = url.schemas_or_default();
            }
            let snapshot = reflect::read(&connection, &schemas).await?;
            let _ = connection.close().await;
            &Registry {
                entities: EntityShape::all_of(&snapshot),
                snapshot: serde_json::to_string(&snapshot)?,
            }
        }
    };
    Ok(Catalog::build(
        registry,
        &settings.resources,
        &settings.database.schemas,
    )?)
}

async fn serve_verb<O: OpenApi + 'static>(
    catalog: Catalog,
    settings: Settings,
    endpoints: Endpoints<O>,
) -> Result<ExitCode, Failure> {
    tokio::spawn(serve::outlive_hangup());
    serve::with_all_files();
    serve::listen(catalog, settings)
        .await?
        .run(endpoints, serve::stop_signal())
        .await;
    Ok(ExitCode::SUCCESS)
}

async fn openapi_verb<O: OpenApi + 'static>(
    catalog: Catalog,
    mut settings: Settings,
    endpoints: Endpoints<O>,
) -> Result<ExitCode, Failure> {
    // The document does not depend on a database.
    settings.database.target = Target::Sandbox;
    let app = App::open(catalog, settings)
        .await
        .map_err(ServeError::Database)?;
    println!(
        "{}",
        serde_json::to_string_pretty(&api::document(&app, endpoints))?
    );
    Ok(ExitCode::SUCCESS)
}

async fn check_verb<O>(
    catalog: Catalog,
    settings: Settings,
    _: Endpoints<O>,
) -> Result<ExitCode, Failure> {
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
        println!("the live schema is the one that the entities were generated from");
        Ok(ExitCode::SUCCESS)
    } else {
        Ok(ExitCode::FAILURE)
    }
}
