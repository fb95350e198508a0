//! Refract as its own `main.rs` serves it, with the catalog of a snapshot file in place of the
//! entity crate: that one is the user's, and the benches must not depend on it.
//!
//! `bench-server` serves the file of `BENCH_SNAPSHOT`; `bench-server reflect URL FILE` writes one.

use std::{env, error::Error, fs, process::ExitCode};

use reflect::{
    DatabaseUrl, Snapshot,
    registry::{EntityShape, Registry},
};
use refract::{
    internals::{Catalog, serve, telemetry},
    settings::Settings,
};
use tokio::runtime::{Builder, Runtime};

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    serve::in_small_pages();
    let arguments: Vec<String> = env::args().skip(1).collect();
    let outcome = match arguments.as_slice() {
        [] => serve_snapshot(),
        [verb, url, file] if verb == "reflect" => write_snapshot(url, file),
        _ => Err("usage: bench-server [reflect URL FILE]".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("bench-server: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn serve_snapshot() -> Result<(), Failure> {
    let settings = Settings::load()?;
    let file = env::var("BENCH_SNAPSHOT").map_err(|_| "BENCH_SNAPSHOT names no file")?;
    let snapshot = fs::read_to_string(file)?;
    let entities = EntityShape::all_of(&serde_json::from_str::<Snapshot>(&snapshot)?);
    let catalog = Catalog::build(
        &Registry { snapshot, entities },
        &settings.resources,
        &settings.database.schemas,
    )?;
    let _telemetry = telemetry::start(&settings.telemetry, settings.environment);
    runtime()?.block_on(async {
        serve::listen(catalog, settings)
            .await?
            .run(|_| (), serve::stop_signal())
            .await;
        Ok(())
    })
}

fn write_snapshot(url: &str, file: &str) -> Result<(), Failure> {
    let url: DatabaseUrl = url.parse()?;
    let snapshot = runtime()?.block_on(async {
        let connection = reflect::connect(&url).await?;
        let snapshot = reflect::read(&connection, &url.schemas_or_default()).await?;
        connection.close().await?;
        Ok::<_, Failure>(snapshot)
    })?;
    fs::write(file, serde_json::to_string(&snapshot)?)?;
    Ok(())
}

fn runtime() -> std::io::Result<Runtime> {
    Builder::new_multi_thread().enable_all().build()
}
