//! `GET /`: what is served, and where to go.
//!
//! In `local` it names paths, tables and first requests. Elsewhere, and without the key where one is
//! set, it says no more than that the process lives.

use std::{fmt::Write, sync::Arc};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use poem::{
    Endpoint, EndpointExt, Request, Response, Result, endpoint::BoxEndpoint, get,
    http::header::HOST,
};
use reflect::snapshot::Database;
use serde_json::{Value, json};

use super::{
    error_page::{vary_by_accept, wants_html},
    html::{HTML, Navigation, escaped, page},
    shown,
};
use crate::{
    api::PREFIX,
    app::App,
    http::{auth, header_text},
    settings::{Access, Environment, Target},
};

/// Most tables that the page names.
const MAX_TABLES: usize = 200;

pub(super) fn endpoint(app: &Arc<App>) -> BoxEndpoint<'static> {
    get(Landing(app.clone())).boxed()
}

struct Landing(Arc<App>);

impl Endpoint for Landing {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let app = &self.0;
        let is_local = app.settings.environment == Environment::Local;
        let may_know = is_local && auth::admits(&app.settings.server.access, &request);
        let base = base_url(&request);
        let mut answer = match (is_local, may_know, wants_html(&request)) {
            (true, true, true) => shown(HTML, whole_page(app, &base)),
            (true, false, true) => shown(HTML, page_without_key(app)),
            (_, true, false) => shown("application/json", document(app, &base).to_string()),
            (..) => shown("application/json", json!({ "status": "ok" }).to_string()),
        };
        vary_by_accept(&mut answer);
        Ok(answer)
    }
}

/// How the caller reaches this process.
fn base_url(request: &Request) -> String {
    let host = header_text(request.headers(), &HOST);
    let authority = request.uri().authority().map(|it| it.as_str());
    let host = host.as_deref().or(authority);
    format!("http://{}", host.unwrap_or("localhost"))
}

/// The table that examples are about: the first that can be written.
fn example_path(app: &App) -> Option<(&str, &str)> {
    let resources = &app.catalog.resources;
    let table = resources.iter().find(|resource| resource.writable());
    let table = table.or_else(|| resources.first())?;
    Some((&table.path, &table.table))
}

fn document(app: &App, base: &str) -> Value {
    let at = |path: &str| format!("{base}{path}");
    let mut links = json!({
        "api": at(PREFIX),
        "data": at("/data"),
        "errors": at("/errors"),
        "health": at("/health"),
        "schema": at(&format!("{PREFIX}/schema")),
    });
    if app.settings.server.docs {
        links["docs"] = at("/docs").into();
        links["redoc"] = at("/redoc").into();
        links["openapi"] = at("/openapi.json").into();
    }
    let resources = app.catalog.resources.iter();
    let resources: Vec<Value> = resources
        .map(|resource| {
            let path = encoded(&resource.path);
            json!({ "name": resource.name, "url": at(&format!("{PREFIX}/{path}")) })
        })
        .collect();
    json!({
        "status": "ok",
        "name": "Refract",
        "version": env!("CARGO_PKG_VERSION"),
        "database": app.db.database(),
        "links": links,
        "supabase": { "url": base },
        "resources": resources,
    })
}

/// What a browser sees that cannot present the key.
fn page_without_key(app: &App) -> String {
    let body = "<main id=\"main\" class=\"prose start\"><h1>Refract</h1>\
                <p class=\"lead\">The data API is running. It needs <code>SECRET_KEY</code>, as \
                <code>Authorization: Bearer …</code> or <code>apikey: …</code>.</p>\
                <p><a class=\"button primary\" href=\"/data\">Browse the data</a></p></main>";
    page("Refract", "/", Navigation::of(app), body)
}

fn whole_page(app: &App, base: &str) -> String {
    let resources = &app.catalog.resources;
    let views = resources.iter().filter(|one| !one.writable()).count();
    let tables = resources.len() - views;
    let database = match (&app.settings.database.target, app.db.database()) {
        (Target::Sandbox, _) => "the sandbox, an embedded SQLite database with sample rows",
        (_, Database::Postgres) => "PostgreSQL",
        (_, Database::Sqlite) => "SQLite",
    };
    let mut body = String::from("<main id=\"main\" class=\"start\"><h1>Refract</h1>");
    let _ = write!(
        body,
        "<p class=\"lead\">Version {} serves {} and {} of {database}.</p>",
        env!("CARGO_PKG_VERSION"),
        counted(tables, "table"),
        counted(views, "view"),
    );
    if app.settings.api.read_only {
        body.push_str(
            "<p class=\"notice\"><code>READ_ONLY</code> is set: nothing can be written.</p>",
        );
    }
    body.push_str(&places(app));
    body.push_str(&examples(app, base));
    if !resources.is_empty() {
        body.push_str("<section aria-labelledby=\"tables\"><h2 id=\"tables\">What is served</h2><ul class=\"names\">");
        for resource in resources.iter().take(MAX_TABLES) {
            let (path, name) = (encoded(&resource.path), escaped(&resource.name));
            let _ = write!(body, "<li><a href=\"/data/{path}\">{name}</a></li>");
        }
        if resources.len() > MAX_TABLES {
            let rest = resources.len() - MAX_TABLES;
            let _ = write!(body, "<li><a href=\"/data\">and {rest} more</a></li>");
        }
        body.push_str("</ul></section>");
    }
    body.push_str("</main>");
    page("Refract", "/", Navigation::of(app), &body)
}

fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    }
}

/// The list of pages.
fn places(app: &App) -> String {
    let mut places = vec![("/data", "Data", "Browse, filter and edit rows")];
    if app.settings.server.docs {
        places.extend([
            ("/docs", "Docs", "Try each request"),
            ("/redoc", "Reference", "Read about each request"),
            (
                "/openapi.json",
                "OpenAPI",
                "The document for generators of clients",
            ),
        ]);
    }
    places.extend([
        (
            "/errors",
            "Errors",
            "What each code means, and how to mend it",
        ),
        ("/health", "Health", "Version, uptime, database and drift"),
        (
            "/api/v1/private/diagnostics/server",
            "Diagnostics",
            "Settings in force and connections",
        ),
        (
            "/api/v1/schema",
            "Schema",
            "Columns, keys and relations as JSON",
        ),
    ]);
    let mut list = String::from(
        "<section aria-labelledby=\"places\"><h2 id=\"places\">Where to go</h2><ul class=\"places\">",
    );
    for (path, name, about) in places {
        let _ = write!(
            list,
            "<li><a href=\"{path}\"><strong>{name}</strong><span>{about}</span></a></li>"
        );
    }
    list.push_str("</ul></section>");
    list
}

/// The last segment of a path, as a URL has it.
fn encoded(path: &str) -> String {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');
    utf8_percent_encode(path, KEPT).to_string()
}

/// First requests, as they can be copied.
fn examples(app: &App, base: &str) -> String {
    let Some((path, table)) = example_path(app) else {
        return String::from("<p class=\"notice\">The database has no table yet.</p>");
    };
    let has_key = matches!(app.settings.server.access, Access::Key(_));
    let (with_key, key) = match has_key {
        true => (" -H \"apikey: $SECRET_KEY\"", "process.env.SECRET_KEY"),
        false => ("", "\"any text\""),
    };
    // Names of tables stand between quotes of JavaScript here.
    let table = serde_json::to_string(table).expect("a text serialises");
    let curl = format!("curl '{base}{PREFIX}/{}?limit=2'{with_key}", encoded(path));
    let supabase = format!(
        "import {{ createClient }} from \"@supabase/supabase-js\"\n\n\
         const supabase = createClient(\"{base}\", {key})\n\
         const {{ data, error }} = await supabase.from({table}).select().limit(2)"
    );
    format!(
        "<section aria-labelledby=\"first\"><h2 id=\"first\">First requests</h2>\
         <h3>curl</h3><pre tabindex=\"0\"><code>{}</code></pre>\
         <h3>supabase-js</h3><pre tabindex=\"0\"><code>{}</code></pre></section>",
        escaped(&curl),
        escaped(&supabase)
    )
}
