//! `reflect generate` and `reflect check`.

mod report;
mod variables;

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use reflect::{
    DatabaseUrl, Names, ReflectError, Snapshot, connect,
    database_url::{ConnectError, DatabaseSettingError},
    diff, diff_names,
    dotenv::DotEnvError,
    generate::{GenerateError, generate, replace},
    prisma::{Disagreement, ParserError},
    snapshot::FORMAT,
};

use variables::Environment;

const USAGE: &str = "usage: reflect generate [--into entity] | reflect check [--against entity]";

/// Directory of the entity crate, below the project.
const ENTITY: &str = "entity";

/// Why a command failed. No message contains the database password.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error("{USAGE}")]
    Usage,
    #[error(
        "neither DATABASE_URL nor POSTGRES_SERVER is set, in the environment or in .env; example: \
         DATABASE_URL={}",
        reflect::database_url::EXAMPLE
    )]
    NoDatabaseUrl,
    #[error(transparent)]
    Setting(#[from] DatabaseSettingError),
    #[error(".env: {0}")]
    Environment(#[from] DotEnvError),
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(transparent)]
    Read(#[from] ReflectError),
    #[error(transparent)]
    Prisma(#[from] ParserError),
    #[error(
        "no tables in schema {schemas} of {url}: run the app's migrations first, or name the \
         schemas in DATABASE_SCHEMAS"
    )]
    NoTables { url: String, schemas: String },
    #[error(transparent)]
    Generate(#[from] GenerateError),
    #[error("could not read {}; run `make orm` first", path.display())]
    NoSnapshot { path: PathBuf, source: io::Error },
    #[error("{} is not a snapshot of this version; run `make orm`", path.display())]
    BadSnapshot {
        path: PathBuf,
        source: Option<serde_json::Error>,
    },
}

pub async fn run(arguments: &[String]) -> Result<ExitCode, CommandError> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["generate"] => run_generate(Path::new(ENTITY)).await,
        ["generate", "--into", directory] => run_generate(Path::new(directory)).await,
        ["check"] => run_check(Path::new(ENTITY)).await,
        ["check", "--against", directory] => run_check(Path::new(directory)).await,
        _ => Err(CommandError::Usage),
    }
}

async fn run_generate(target: &Path) -> Result<ExitCode, CommandError> {
    let environment = Environment::load()?;
    let url = environment.database_url()?;
    let names = Names::find(environment.prisma_schema())?;
    let schemas = environment
        .schemas()
        .unwrap_or_else(|| names.schemas_to_read(&url));
    let (snapshot, disagreements) = live_snapshot(&url, &schemas, &names).await?;
    if snapshot.tables.is_empty() {
        return Err(CommandError::NoTables {
            url: url.to_string(),
            schemas: schemas.join(", "),
        });
    }
    let generated = generate(&snapshot)?;
    replace(target, &generated.files)?;
    let found = report::Found {
        snapshot: &snapshot,
        names: &names,
        disagreements: &disagreements,
        adaptations: &generated.adaptations,
    };
    print!("{}", report::text(target, &url, &found));
    Ok(ExitCode::SUCCESS)
}

async fn run_check(against: &Path) -> Result<ExitCode, CommandError> {
    let committed = committed_snapshot(&against.join("catalog.json"))?;
    let environment = Environment::load()?;
    let url = environment.database_url()?;
    let names = Names::find(environment.prisma_schema())?;
    let schemas = environment.schemas().unwrap_or_else(|| {
        if url.schemas().is_empty() && names.schemas().is_empty() {
            committed.schemas.clone()
        } else {
            names.schemas_to_read(&url)
        }
    });
    let (live, _) = live_snapshot(&url, &schemas, &names).await?;
    let mut differences = diff(&committed, &live);
    let has_prismas_names = committed
        .tables
        .iter()
        .any(|table| table.prisma_name.is_some());
    match &names {
        Names::Prisma { .. } => differences.extend(diff_names(&committed, &live)),
        Names::Inferred { why } if has_prismas_names => {
            println!("Only the database was compared, not Prisma's names and defaults: {why}.");
        }
        // Inferred names follow from the database, which has been compared already.
        Names::Inferred { .. } => {}
    }
    if differences.is_empty() {
        println!("{} is in step with {url}", against.display());
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} is behind {url}{}:", against.display(), names.also());
    for difference in differences {
        println!("  {difference}");
    }
    println!("Run `make orm` to follow.");
    Ok(ExitCode::FAILURE)
}

async fn live_snapshot(
    url: &DatabaseUrl,
    schemas: &[String],
    names: &Names,
) -> Result<(Snapshot, Vec<Disagreement>), CommandError> {
    let db = connect(url).await?;
    let found = names.read(&db, schemas).await?;
    // The snapshot is complete. A connection that fails to close changes nothing.
    let _ = db.close().await;
    Ok(found)
}

fn committed_snapshot(path: &Path) -> Result<Snapshot, CommandError> {
    let text = fs::read_to_string(path).map_err(|source| CommandError::NoSnapshot {
        path: path.to_owned(),
        source,
    })?;
    let snapshot: Snapshot =
        serde_json::from_str(&text).map_err(|source| CommandError::BadSnapshot {
            path: path.to_owned(),
            source: Some(source),
        })?;
    if snapshot.format == FORMAT {
        Ok(snapshot)
    } else {
        Err(CommandError::BadSnapshot {
            path: path.to_owned(),
            source: None,
        })
    }
}
