//! Measures Refract against its ceiling and its peers: makes a database, starts every peer on it,
//! checks that all answer the same, sends requests to them in turn, and writes the report.
//!
//! `scripts/bench` runs it with `TEST_DATABASE_URL` set.

mod arguments;
mod client;
mod database;
mod drive;
mod machine;
mod once;
mod peers;
mod pgbench;
mod process;
mod report;
mod rounds;
mod targets;
mod verify;
mod workloads;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use arguments::Arguments;
use database::Database;

/// The reason why a run failed.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The folders of a run.
struct Context {
    server_url: String,
    /// The programs of this workspace.
    programs: PathBuf,
    /// `bench/` of the repository.
    sources: PathBuf,
    /// The folder into which the peers in other languages are installed.
    target: PathBuf,
    /// Logs and snapshots. It is the working directory of our servers, so that no settings file is found.
    run: PathBuf,
    /// The machine's load average before the run.
    load_before: String,
}

impl Context {
    fn find() -> Result<Self, Failure> {
        let programs = env::current_exe()?
            .parent()
            .ok_or("a program without a folder")?
            .to_owned();
        let target = programs
            .parent()
            .ok_or("a folder without a parent")?
            .to_owned();
        let run = target.join("run");
        fs::create_dir_all(&run)?;
        let load_before = fs::read_to_string("/proc/loadavg")?;
        let load_before = load_before.split(' ').next().unwrap_or_default().to_owned();
        eprintln!("bench: others put a load of {load_before} on this machine");
        Ok(Self {
            server_url: env::var("TEST_DATABASE_URL")
                .map_err(|_| "TEST_DATABASE_URL is not set: run `make bench` or scripts/bench")?,
            load_before,
            programs,
            sources: Path::new(env!("CARGO_MANIFEST_DIR")).join(".."),
            target,
            run,
        })
    }

    /// Writes the snapshot of a database for our server.
    fn reflect(&self, database: &Database, name: &str) -> Result<PathBuf, Failure> {
        let snapshot = self.run.join(format!("{name}.json"));
        let status = Command::new(self.programs.join("bench-server"))
            .args(["reflect", &database.url])
            .arg(&snapshot)
            .current_dir(&self.run)
            .status()?;
        if status.success() {
            Ok(snapshot)
        } else {
            Err("the bench database could not be reflected".into())
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match Arguments::parse(env::args().skip(1)) {
        Ok(arguments) => run(&arguments).await,
        Err(usage) => {
            eprintln!("{usage}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("bench: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let context = Context::find()?;
    eprintln!("bench: loading the database");
    let database = Database::create(&context.server_url, "rows").await?;
    let outcome = measure(&context, arguments, &database).await;
    database.remove().await?;
    outcome
}

async fn measure(
    context: &Context,
    arguments: &Arguments,
    database: &Database,
) -> Result<(), Failure> {
    database.load_bench(&context.sources).await?;
    let place = peers::Place {
        context,
        database_url: &database.url,
        snapshot: context.reflect(database, "rows")?,
    };
    let results = {
        // The other measurements start their own servers.
        let peers = if arguments.workloads.is_empty() {
            &[]
        } else {
            arguments.peers.as_slice()
        };
        let (running, skipped) = peers::start(&place, peers).await?;
        verify::same_answers(&running).await?;
        database.tidy().await?;
        rounds::run(arguments, database, &running, skipped).await?
    };
    print!("{}", report::tables(&results));

    let mut once = once::Figures::default();
    for measurement in &arguments.once {
        eprintln!("bench: {}", measurement.title());
        measurement.run(&place, &mut once).await?;
    }
    for section in &once.sections {
        print!("\n{section}");
    }
    let targets = targets::all(&results, &once);
    let measured = targets.iter().filter(|target| target.measured.is_some());
    print!("\n{}", targets::table(measured));
    if let Some(file) = &arguments.write {
        let machine = machine::describe(context, database).await?;
        fs::write(
            file,
            report::page(
                arguments,
                &machine,
                &results,
                &once,
                &targets::table(targets.iter()),
            ),
        )?;
        eprintln!("bench: wrote {}", file.display());
    }
    Ok(())
}
