//! `refract check`: compares the live schema with what is served.

use std::{path::Path, process::ExitCode};

use reflect::{diff, diff_names, tenants};

use super::Failure;
use crate::{
    app::App,
    catalog::Catalog,
    catalog_source::{CatalogReader, CatalogSource, LiveSchema},
    drift,
    query::{
        plan::policy::{Action, Rule},
        sql::shown_filter,
    },
    serve::ServeError,
    settings::{CATALOG_FILE, Settings},
};

/// Compares with the entities of a sidecar, or with the file that `refract reflect` wrote. A program
/// that follows the live schema is compared with the file that the next one may be served from.
pub(super) async fn run(source: CatalogSource, settings: Settings) -> Result<ExitCode, Failure> {
    match source {
        CatalogSource::Built(catalog) => entities(*catalog, settings).await,
        CatalogSource::Read(CatalogReader::File(path)) => file(&path, settings).await,
        CatalogSource::Read(CatalogReader::Live(_)) => {
            file(Path::new(CATALOG_FILE), settings).await
        }
    }
}

async fn entities(catalog: Catalog, settings: Settings) -> Result<ExitCode, Failure> {
    let app = open(catalog, settings).await?;
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

/// The file has to fit refract.toml, too.
async fn file(path: &Path, settings: Settings) -> Result<ExitCode, Failure> {
    let reader = CatalogReader::File(path.to_owned());
    let catalog = CatalogSource::Read(reader).without_database(&settings)?;
    let live = LiveSchema::of(&settings)?.or_schemas(&catalog.reflected_schemas);
    let database = live.database();
    let app = open(catalog, settings).await?;
    let found = live.snapshot(&app.db).await?;
    let (committed, mut now) = (&app.catalog.snapshot, found.snapshot);
    tenants::keep(&mut now, &committed.schemas);
    let mut differences = diff(committed, &now);
    differences.extend(app.catalog.revealed_by(&now));
    if found.has_prismas_names {
        differences.extend(diff_names(committed, &now));
    } else if committed.tables.iter().any(|it| it.prisma_name.is_some()) {
        println!(
            "Only the database was compared, not Prisma's names and defaults: PRISMA_SCHEMA cannot be read."
        );
    }
    let path = path.display();
    if differences.is_empty() {
        println!("{path} is in step with {database}");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{path} is behind {database}:");
    for difference in &differences {
        println!("  {difference}");
    }
    println!("Run `refract reflect --out {path}` to follow.");
    Ok(ExitCode::FAILURE)
}

/// The database has to be there.
async fn open(catalog: Catalog, settings: Settings) -> Result<std::sync::Arc<App>, Failure> {
    let app = App::open(catalog, settings)
        .await
        .map_err(ServeError::from)?;
    app.db.try_connect().await.map_err(ServeError::Database)?;
    print_policies(&app);
    Ok(app)
}

/// Prints each policy as the SQL that it adds to statements. Claims stand there by their names.
fn print_policies(app: &App) {
    for role in &app.roles.roles {
        for resource in &role.catalog.resources {
            let Some(rules) = role.rules.by_resource.get(&resource.id) else {
                continue;
            };
            println!("roles.{}.{}", role.name, resource.name);
            for action in Action::ALL {
                let shown = match rules.of(action) {
                    Rule::Never => "nothing".to_owned(),
                    Rule::Always => "everything".to_owned(),
                    Rule::Where(predicate) => {
                        shown_filter(app.db.database(), resource, &predicate.with_names())
                    }
                };
                println!("  {:<7} {shown}", action.name());
            }
            let fields: Vec<&str> = resource.fields().collect();
            println!("  fields  {}", fields.join(", "));
        }
    }
    if !app.roles.secrets.is_empty() {
        println!(
            "No role reads these fields, because they are named like secrets and no policy names them: {}",
            app.roles.secrets.join(", ")
        );
    }
}
