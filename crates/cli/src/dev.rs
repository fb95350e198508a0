//! `refract dev`: serves the app around the working directory, and says what it serves.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::ExitCode,
};

use refract::{Served, Sidecar, settings::Settings};

use crate::project::Project;

/// Serves the app's database on this machine.
pub fn run(sandbox: &'static str) -> ExitCode {
    let settings = match settings() {
        Ok(settings) => settings,
        Err(message) => {
            eprintln!("refract: {message}");
            return ExitCode::FAILURE;
        }
    };
    Sidecar::of_any_database(sandbox).serve(settings, greet)
}

/// The settings of the app around the working directory, for the verbs that a developer runs there. `None`
/// for others, and where no app with a database is found: the environment's are read then.
pub fn settings_for(verb: &refract::Verb) -> Option<Settings> {
    use refract::Verb::{Check, Reflect, Types};
    if !matches!(verb, Types { .. } | Reflect { .. } | Check) {
        return None;
    }
    let project = Project::around(&std::env::current_dir().ok()?);
    let adopted = project.adopt().ok()?;
    load(&project, &adopted.settings).ok()
}

fn settings() -> Result<Settings, String> {
    let folder = std::env::current_dir()
        .map_err(|error| format!("the working directory is not there: {error}"))?;
    let project = Project::around(&folder);
    let adopted = project.adopt()?;
    for note in &adopted.notes {
        println!("{note}");
    }
    if project.schema.is_none() {
        println!(
            "no Prisma schema was found in {}: names are those of the database (set PRISMA_SCHEMA)",
            project.folder.display()
        );
    }
    let mut instead = adopted.settings;
    let settings = load(&project, &instead)?;
    let address = SocketAddr::new(settings.server.host, settings.server.port);
    if std::net::TcpListener::bind(address).is_ok() {
        return Ok(settings);
    }
    let Some(port) = refract::next_free_port(address) else {
        return Ok(settings);
    };
    println!("port {} is taken, so this is port {port}", address.port());
    instead.insert("PORT".to_owned(), port.to_string());
    load(&project, &instead)
}

fn load(project: &Project, instead: &BTreeMap<String, String>) -> Result<Settings, String> {
    Settings::load_of(&project.env_files, instead).map_err(|error| error.to_string())
}

/// Prints what is served and where to go.
fn greet(served: &Served) {
    let ip = match served.address.ip() {
        ip if ip.is_unspecified() => IpAddr::from(Ipv4Addr::LOCALHOST),
        ip => ip,
    };
    let base = format!("http://{}", SocketAddr::new(ip, served.address.port()));
    let database = served.database.as_deref().unwrap_or("the sandbox");
    println!();
    if served.is_waiting {
        println!("Refract waits for {database}, which is not reachable yet");
        println!("  Its tables are served as soon as it answers.");
    } else {
        println!("Refract serves {} models of {database}", served.resources);
    }
    for note in &served.notes {
        println!("  {note}");
    }
    println!();
    println!("  start here      {base}/");
    if served.documentation {
        println!("  documentation   {base}/docs");
    }
    println!("  typed API       {base}/api/v1");
    println!("  supabase-js     createClient('{base}', 'any key')");
    if let Some(path) = &served.example {
        println!();
        println!("  curl '{base}/api/v1/{path}?limit=3'");
    }
    if served.resources == 0 && !served.is_waiting {
        println!();
        println!(
            "  The database has no tables in the schemas that are read: run the app's migrations \
             (npx prisma migrate dev). They are served as soon as they are there."
        );
    }
    println!();
}
