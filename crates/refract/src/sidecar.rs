//! The command line: `serve` (default), `openapi`, `check`, `healthcheck`.

use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    process::ExitCode,
    time::Duration,
};

use poem_openapi::OpenApi;
use reflect::registry::Registry;

use crate::{
    api,
    app::{App, Endpoints},
    catalog::Catalog,
    drift,
    serve::{self, ServeError},
    settings::{Settings, Target},
    telemetry,
};

const USAGE: &str = "usage: refract [serve | openapi | check | healthcheck]

  serve        serve the API (default)
  openapi      print the OpenAPI document
  check        compare the live schema with the entities; exit 1 where they differ
  healthcheck  ask the server on PORT for its health; exit 1 where it is not up";

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
    registry: Registry,
    endpoints: Endpoints<O>,
}

impl Sidecar {
    /// A sidecar of the entities that `make orm` generated: `entity::registry()`.
    pub fn new(registry: Registry) -> Self {
        Self {
            registry,
            endpoints: |_| (),
        }
    }

    /// Adds the app's own endpoints. They are served under `/api/v1`, and are guarded, logged and
    /// documented like the rest.
    pub fn endpoints<O: OpenApi + 'static>(self, endpoints: Endpoints<O>) -> Sidecar<O> {
        Sidecar {
            registry: self.registry,
            endpoints,
        }
    }
}

impl<O: OpenApi + 'static> Sidecar<O> {
    /// Runs the command line of the process: `serve` (the default), `openapi`, `check` or
    /// `healthcheck`. Settings come from the environment, `.env` and `refract.toml`.
    pub fn main(self) -> ExitCode {
        main(self)
    }
}

fn main<O: OpenApi + 'static>(sidecar: Sidecar<O>) -> ExitCode {
    serve::in_small_pages();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let verb = match arguments.as_slice() {
        [] => "serve",
        [verb] => verb.as_str(),
        _ => "",
    };
    let outcome = match verb {
        "serve" => run(sidecar, serve_verb),
        "openapi" => run(sidecar, openapi_verb),
        "check" => run(sidecar, check_verb),
        "healthcheck" => Settings::load()
            .map_err(Failure::from)
            .and_then(|it| healthcheck(&it)),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprintln!("{USAGE}");
            Ok(ExitCode::from(2))
        }
    };
    outcome.unwrap_or_else(|failure| {
        eprintln!("refract: {failure}");
        ExitCode::FAILURE
    })
}

fn run<O, F>(
    sidecar: Sidecar<O>,
    verb: impl FnOnce(Catalog, Settings, Endpoints<O>) -> F,
) -> Result<ExitCode, Failure>
where
    F: Future<Output = Result<ExitCode, Failure>>,
{
    let settings = Settings::load()?;
    let catalog = Catalog::build(
        &sidecar.registry,
        &settings.resources,
        &settings.database.schemas,
    )?;
    let _telemetry = telemetry::start(&settings.telemetry, settings.environment);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(verb(catalog, settings, sidecar.endpoints))
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
