//! The programs that embed the engine: their entities, their endpoints and their command line.

mod check;
mod healthcheck;
mod verb;

pub use verb::{Verb, command_line};

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use poem_openapi::OpenApi;
use reflect::registry::Registry;

use crate::{
    api::{self, openapi::Form},
    app::{App, Endpoints},
    catalog::Catalog,
    catalog_source::{CatalogReader, CatalogSource, LiveSchema, LiveSnapshot},
    drift,
    roles::{self, RoleCatalog, RoleCatalogs},
    serve::{self, ServeError, Served},
    settings::{Settings, Target},
    telemetry, typescript,
};

use verb::CommandLine;

// Requests make many small, short allocations. glibc's allocator is slow at these, and returns
// little memory to the system.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The stack of a thread that runs requests. Nested writes are planned and run level by level, and a
/// debug build needs more than the default of 2 MiB for six levels. Only what is used takes memory.
const STACK_BYTES: usize = 8 * 1024 * 1024;

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
    /// Those of the caller, in place of the environment's.
    settings: Option<Settings>,
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
            settings: None,
        }
    }

    /// Adds the app's own endpoints. They are served under `/api/v1`, and are guarded, logged and
    /// documented like the rest.
    pub fn endpoints<O: OpenApi + 'static>(self, endpoints: Endpoints<O>) -> Sidecar<O> {
        Sidecar {
            entities: self.entities,
            endpoints,
            settings: self.settings,
        }
    }
}

impl<O: OpenApi + 'static> Sidecar<O> {
    /// Runs the command line of the process, which has the verbs of [`Verb`]. Settings come from the
    /// environment, `.env` and `refract.toml`.
    pub fn main(self) -> ExitCode {
        let verb = command_line::<CommandLine>().verb.unwrap_or_default();
        self.run(verb)
    }

    /// Runs under settings that the caller has read, not under those of the environment.
    pub fn settings(self, settings: Settings) -> Self {
        Self {
            settings: Some(settings),
            ..self
        }
    }

    /// Runs one verb, for a program that reads its command line itself.
    pub fn run(self, verb: Verb) -> ExitCode {
        serve::in_small_pages();
        let outcome = match verb {
            Verb::Serve => run(self, serve_verb),
            Verb::Openapi { form, role } => run(self, async move |context| {
                openapi_verb(context, form.as_deref(), role.as_deref()).await
            }),
            Verb::Check => run(self, check_verb),
            Verb::Types {
                supabase,
                role,
                out,
            } => run(self, async move |context| {
                types_verb(context, supabase, role.as_deref(), out).await
            }),
            Verb::Reflect { out } => {
                run(self, async move |context| reflect_verb(context, out).await)
            }
            Verb::Healthcheck => Settings::load()
                .map_err(Failure::from)
                .and_then(|settings| healthcheck::run(&settings)),
        };
        exit_code(outcome)
    }
}

impl<O: OpenApi + 'static> Sidecar<O> {
    /// Serves under settings that the caller has read. `greet` is told what is served as soon as the
    /// port is bound. A terminal that closes ends it.
    pub fn serve(self, settings: Settings, greet: impl FnOnce(&Served)) -> ExitCode {
        serve::in_small_pages();
        let outcome = run_under(self, settings, async move |context| {
            let stop = serve::stop_signal_or_hangup();
            serve::with_all_files();
            let listening = serve::listen(context.source, context.settings).await?;
            greet(&listening.served());
            listening.run(context.endpoints, stop).await;
            Ok(ExitCode::SUCCESS)
        });
        exit_code(outcome)
    }
}

fn exit_code(outcome: Result<ExitCode, Failure>) -> ExitCode {
    outcome.unwrap_or_else(|failure| {
        eprintln!("refract: {failure}");
        ExitCode::FAILURE
    })
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
    let settings = match &sidecar.settings {
        Some(settings) => settings.clone(),
        None => Settings::load()?,
    };
    run_under(sidecar, settings, verb)
}

fn run_under<O, F>(
    sidecar: Sidecar<O>,
    settings: Settings,
    verb: impl FnOnce(Context<O>) -> F,
) -> Result<ExitCode, Failure>
where
    F: Future<Output = Result<ExitCode, Failure>>,
{
    let (entities, sandbox) = match &sidecar.entities {
        Entities::Compiled(registry) => (Some(registry), ""),
        Entities::OfAnyDatabase { sandbox } => (None, *sandbox),
    };
    let source = CatalogSource::of(entities, sandbox, &settings)?;
    let _telemetry = telemetry::start(&settings.telemetry, settings.environment);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK_BYTES)
        .build()?;
    runtime.block_on(verb(Context {
        source,
        settings,
        endpoints: sidecar.endpoints,
    }))
}

async fn serve_verb<O: OpenApi + 'static>(context: Context<O>) -> Result<ExitCode, Failure> {
    let stop = serve::stop_signal();
    serve::outlive_early_hangups();
    serve::with_all_files();
    serve::listen(context.source, context.settings)
        .await?
        .run(context.endpoints, stop)
        .await;
    Ok(ExitCode::SUCCESS)
}

async fn openapi_verb<O: OpenApi + 'static>(
    context: Context<O>,
    form: Option<&str>,
    role: Option<&str>,
) -> Result<ExitCode, Failure> {
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
                .map_err(ServeError::from)?
        }
    };
    let app = match role {
        None => app,
        Some(role) => app.of_role(role_named(&app.roles, role)?),
    };
    println!(
        "{}",
        serde_json::to_string_pretty(&api::document(&app, endpoints, form.and_then(Form::named)))?
    );
    Ok(ExitCode::SUCCESS)
}

/// The app of the live schema, for verbs that end.
async fn live_app(reader: &CatalogReader, settings: Settings) -> Result<Arc<App>, Failure> {
    let app = App::open(Catalog::empty(), settings)
        .await
        .map_err(ServeError::from)?;
    app.db.try_connect().await.map_err(ServeError::Database)?;
    let fresh = reader.read(&app.db, &app.settings).await?;
    Ok(app.next(fresh.catalog, 1, drift::Drift::in_step())?)
}

async fn check_verb<O>(context: Context<O>) -> Result<ExitCode, Failure> {
    check::run(context.source, context.settings).await
}

async fn types_verb<O>(
    context: Context<O>,
    supabase: bool,
    role: Option<&str>,
    out: Option<PathBuf>,
) -> Result<ExitCode, Failure> {
    let Context {
        source, settings, ..
    } = context;
    let big_int = settings.api.big_int;
    let (catalog, roles) = match source {
        CatalogSource::Read(reader @ CatalogReader::Live(_)) => {
            let app = live_app(&reader, settings).await?;
            (app.catalog.clone(), app.roles.clone())
        }
        source => {
            let catalog = source.without_database(&settings)?;
            let roles = roles::compile(&catalog, catalog.snapshot.database, &settings)?;
            (Arc::new(catalog), Arc::new(roles))
        }
    };
    let catalog = match role {
        None => catalog,
        Some(role) => role_named(&roles, role)?.catalog.clone(),
    };
    let text = match supabase {
        true => typescript::supabase(&catalog),
        false => typescript::models(&catalog, big_int),
    };
    write_out(out.as_deref(), &text)?;
    Ok(ExitCode::SUCCESS)
}

/// A role of refract.toml.
fn role_named<'roles>(
    roles: &'roles RoleCatalogs,
    name: &str,
) -> Result<&'roles RoleCatalog, Failure> {
    let found = roles.roles.iter().find(|role| role.name == name);
    found.ok_or_else(|| {
        let known: Vec<&str> = roles.roles.iter().map(|role| role.name.as_str()).collect();
        format!(
            "refract.toml has no role `{name}`, but {}",
            known.join(", ")
        )
        .into()
    })
}

/// Writes to a file, or to standard output.
fn write_out(out: Option<&Path>, text: &str) -> Result<(), Failure> {
    match out {
        None => {
            print!("{text}");
            Ok(())
        }
        Some(path) => std::fs::write(path, text)
            .map_err(|error| format!("{} cannot be written: {error}", path.display()).into()),
    }
}

/// Writes the snapshot of the live schema, whatever `CATALOG` says: the file is what it writes.
async fn reflect_verb<O>(context: Context<O>, out: Option<PathBuf>) -> Result<ExitCode, Failure> {
    let settings = context.settings;
    let live = LiveSchema::of(&settings)?;
    let app = App::open(Catalog::empty(), settings)
        .await
        .map_err(ServeError::from)?;
    app.db.try_connect().await.map_err(ServeError::Database)?;
    let LiveSnapshot {
        snapshot, notes, ..
    } = live.snapshot(&app.db).await?;
    let mut text = serde_json::to_string_pretty(&snapshot)?;
    text.push('\n');
    write_out(out.as_deref(), &text)?;
    if let Some(path) = out {
        let tables = snapshot.tables.len();
        eprintln!("{} holds {tables} tables and views", path.display());
    }
    for note in notes {
        eprintln!("{note}");
    }
    Ok(ExitCode::SUCCESS)
}
