//! The PostgREST front, `/rest/v1`: tables and views under their own names, as `supabase-js` asks
//! for them. Access, request ids, logs, limits, CORS and compression are those of every request.
//!
//! A request is read here ([`accept`], [`prefer`], [`range`]), planned and written as SQL by
//! [`crate::query::lenient`], and answered with the text that PostgreSQL has made of its rows.

use std::{collections::BTreeSet, sync::Arc};

use percent_encoding::percent_decode_str;
use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderName, Method, header},
};
use reflect::snapshot::Database;

use super::{
    postgrest_error::PostgrestError,
    resolve::{name_suggestion, relationships::Relationships, shared_rules::Context},
};
use crate::{
    app::App,
    catalog::{Catalog, Resource},
    db::{Beginning, DbError},
    error::Error,
    executor as engine,
    http::{enter, header_text},
    query::{
        parse::{self, PostgrestQuery},
        plan::{self, Deleted, Visibility},
        prefer::{Preference, Preferences},
        sql::TableId,
    },
    settings::Compat,
};

use super::{
    allowed_methods, missing_function, read_table,
    request::{
        accept::{self, Media},
        prefer_header,
    },
    respond::{error_response, redaction},
    write_table,
};

/// Where this front lives.
pub const PREFIX: &str = "/rest/v1";

/// Answers under [`PREFIX`]; other paths are for others.
pub struct Rest<E> {
    front: Front,
    others: E,
}

impl<E> Rest<E> {
    pub fn new(app: &Arc<App>, others: E) -> Self {
        Self {
            front: Front {
                schemas: schemas(app),
                route: format!("{PREFIX}/:table").into(),
                app: app.clone(),
            },
            others,
        }
    }
}

impl<E: Endpoint> Endpoint for Rest<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if is_below(request.uri().path()) {
            // In a box: other requests should not carry its size.
            return Box::pin(self.front.answer(request))
                .await
                .map_err(Into::into);
        }
        self.others
            .call(request)
            .await
            .map(IntoResponse::into_response)
    }
}

/// Whether a path is of this front.
pub fn is_below(path: &str) -> bool {
    path.strip_prefix(PREFIX)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A schema that is served.
pub struct Schema {
    pub name: String,
    /// Its tables; schemas that hold the same ones have catalogs of their own.
    pub catalog: Arc<Catalog>,
    pub relationships: Arc<Relationships>,
}

/// The schemas served, the default one first.
fn schemas(app: &App) -> Vec<Schema> {
    let related = Arc::new(Relationships::of(&app.catalog));
    let served = app.catalog.resources.iter();
    let names: BTreeSet<&str> = served.map(|one| one.schema.as_str()).collect();
    let own = names.into_iter().map(|name| Schema {
        name: name.to_owned(),
        catalog: app.catalog.clone(),
        relationships: related.clone(),
    });
    let alike = app.catalog.alike.iter().map(|(name, catalog)| Schema {
        name: name.clone(),
        catalog: catalog.clone(),
        relationships: Arc::new(Relationships::of(catalog)),
    });
    let mut schemas: Vec<_> = own.chain(alike).collect();
    let wanted = &app.settings.database.schemas;
    let place = |schema: &Schema| wanted.iter().position(|name| *name == schema.name);
    schemas.sort_by_key(|schema| place(schema).unwrap_or(usize::MAX));
    schemas
}

/// What serving needs.
pub struct Front {
    pub app: Arc<App>,
    pub schemas: Vec<Schema>,
    pub route: Arc<str>,
}

/// Why a request is not answered as it would be.
pub enum Failure {
    /// The request is at fault.
    Refused(Box<PostgrestError>),
    Failed(Error),
}

impl From<PostgrestError> for Failure {
    fn from(refusal: PostgrestError) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl engine::Retryable for Failure {
    fn lost_race(&self) -> bool {
        match self {
            Self::Refused(_) => false,
            Self::Failed(error) => error.lost_race(),
        }
    }
}

impl From<DbError> for Failure {
    fn from(fault: DbError) -> Self {
        match error_response::of_fault(fault) {
            Ok(refusal) => refusal.into(),
            Err(error) => error.into(),
        }
    }
}

/// A request, read.
pub struct Asked<'front> {
    pub schema: &'front Schema,
    /// Of the resource in the catalog.
    pub position: usize,
    pub resource: Arc<Resource>,
    pub query: PostgrestQuery,
    pub prefer: Preferences,
    pub media: Media,
}

impl Asked<'_> {
    /// The primary key of what is asked for.
    pub fn key(&self) -> &[String] {
        self.schema.relationships.key(self.position)
    }
}

impl Front {
    /// Whether a preference holds for any request; others do for some.
    pub fn always_holds(&self, preference: Preference) -> bool {
        match preference {
            Preference::Count(_) | Preference::Handling(_) | Preference::Timezone => true,
            Preference::End(_) => self.app.settings.api.allow_dry_run,
            _ => false,
        }
    }

    async fn answer(&self, request: Request) -> Result<Response, Error> {
        enter(&request, &self.route);
        let is_known = request.headers().contains_key(header::AUTHORIZATION);
        match self.serve(request).await {
            Ok(response) => Ok(response),
            Err(Failure::Refused(mut refusal)) => {
                // Whoever has not said who they are may be allowed more once they have.
                if refusal.code == "42501" && !is_known {
                    refusal.status = 401;
                }
                let refusal = redaction::told(&self.app.catalog, *refusal);
                Ok(error_response::response(&refusal))
            }
            Err(Failure::Failed(error)) => Err(error),
        }
    }

    async fn serve(&self, request: Request) -> Result<Response, Failure> {
        let schema = self.schema(&request)?;
        if let Some(function) = missing_function::named(request.uri().path()) {
            return Err(missing_function::unknown(&schema.name, &function, request)
                .await
                .into());
        }
        let position = self.table(request.uri().path(), schema)?;
        let resource = schema.catalog.resources[position].clone();
        let mut response = if *request.method() == Method::OPTIONS {
            allowed_methods::allowed(self, schema, position).await?
        } else {
            self.app.drift.admit(&resource)?;
            let asked = self.asked(&request, schema, position, resource)?;
            match *request.method() {
                Method::GET | Method::HEAD => read_table::rows(self, &request, asked).await?,
                Method::POST | Method::PATCH | Method::PUT | Method::DELETE => {
                    write_table::rows(self, request, asked).await?
                }
                _ => {
                    let method = request.method();
                    let message = format!("Unsupported HTTP method: {method}");
                    return Err(PostgrestError::new(405, "PGRST117", message).into());
                }
            }
        };
        if self.schemas.len() > 1
            && let Ok(schema) = header::HeaderValue::from_bytes(schema.name.as_bytes())
        {
            let headers = response.headers_mut();
            headers.insert(HeaderName::from_static("content-profile"), schema);
            let varies = header::HeaderValue::from_static("accept-profile");
            headers.append(header::VARY, varies);
        }
        Ok(response)
    }

    fn asked<'front>(
        &'front self,
        request: &Request,
        schema: &'front Schema,
        position: usize,
        resource: Arc<Resource>,
    ) -> Result<Asked<'front>, Failure> {
        let prefer = prefer_header::read(request.headers())?;
        let accept = header_text(request.headers(), &header::ACCEPT).unwrap_or_default();
        let media = accept::media(&accept, self.app.settings.rest.plan)?;
        let limits = &self.app.settings.api.limits;
        let compat = self.app.settings.rest.compat;
        let query = request.uri().query().unwrap_or_default();
        let query = parse::postgrest(query, limits, compat)
            .map_err(|found| PostgrestError::unreadable(*found))?;
        Ok(Asked {
            schema,
            position,
            resource,
            query,
            prefer,
            media,
        })
    }

    pub fn context<'front>(&'front self, schema: &'front Schema) -> Context<'front> {
        Context {
            catalog: &schema.catalog,
            relationships: &schema.relationships,
            aggregates: self.app.settings.rest.aggregates,
            max_rows: None,
            compat: self.app.settings.rest.compat,
            visibility: self.visibility(),
        }
    }

    /// Which rows a request may see. The dialect has no parameter that shows soft-deleted ones.
    pub(super) fn visibility(&self) -> Visibility {
        Visibility::of(Deleted::Exclude)
    }

    /// What is planned against on a database that does not resolver by itself.
    pub fn strict<'front>(&'front self, schema: &'front Schema) -> plan::Context<'front> {
        plan::Context {
            catalog: &schema.catalog,
            database: self.app.db.database(),
            limits: &self.app.settings.api.limits,
            visibility: self.visibility(),
        }
    }

    pub fn is_sqlite(&self) -> bool {
        self.app.db.database() == Database::Sqlite
    }

    /// How a transaction begins in which a request finds the names of its schema.
    pub fn beginning(&self, asked: &Asked<'_>, read_only: bool) -> Beginning {
        let mut search_path = vec![asked.schema.name.clone()];
        search_path.extend(self.app.settings.rest.extra_search_path.iter().cloned());
        Beginning {
            read_only,
            search_path,
            time_zone: asked.prefer.timezone.clone(),
            about: TableId::of(&asked.resource),
            ..Beginning::default()
        }
    }

    /// The schema that a request is about.
    fn schema(&self, request: &Request) -> Result<&Schema, PostgrestError> {
        let name = match *request.method() {
            Method::GET | Method::HEAD => HeaderName::from_static("accept-profile"),
            _ => HeaderName::from_static("content-profile"),
        };
        let first = || {
            self.schemas
                .first()
                .map_or("", |schema| &schema.name)
                .into()
        };
        let wanted = header_text(request.headers(), &name).unwrap_or_else(first);
        let found = self.schemas.iter().find(|schema| schema.name == wanted);
        found.ok_or_else(|| {
            let all: Vec<_> = self.schemas.iter().map(|one| one.name.as_str()).collect();
            let all = all.join(", ");
            match self.app.settings.rest.compat {
                Compat::V12 => PostgrestError::new(
                    406,
                    "PGRST106",
                    format!("The schema must be one of the following: {all}"),
                ),
                Compat::V13 => {
                    PostgrestError::new(406, "PGRST106", format!("Invalid schema: {wanted}")).hint(
                        Some(format!("Only the following schemas are exposed: {all}")),
                    )
                }
            }
        })
    }

    /// The position of the table or view that a path names.
    fn table(&self, path: &str, schema: &Schema) -> Result<usize, PostgrestError> {
        let rest = path.strip_prefix(PREFIX).unwrap_or_default();
        let rest = rest.strip_prefix('/').unwrap_or_default();
        let name = percent_decode_str(rest).decode_utf8();
        let name = name
            .ok()
            .filter(|_| !rest.is_empty() && !rest.contains('/'));
        let Some(name) = name else {
            return Err(PostgrestError::new(
                404,
                "PGRST125",
                "Invalid path specified in request URL",
            ));
        };
        let resources = &schema.catalog.resources;
        let schema = schema.name.as_str();
        let found = resources
            .iter()
            .position(|one| one.schema == schema && one.table == name);
        found.ok_or_else(|| {
            if self.app.settings.rest.compat == Compat::V12 {
                let message = format!("relation \"{schema}.{name}\" does not exist");
                return PostgrestError::new(404, "42P01", message);
            }
            let tables = resources.iter().filter(|one| one.schema == schema);
            let tables = tables.map(|one| one.table.as_str());
            let near = name_suggestion::nearest(&name, tables, name_suggestion::CLOSE);
            PostgrestError::new(
                404,
                "PGRST205",
                format!("Could not find the table '{schema}.{name}' in the schema cache"),
            )
            .hint(near.map(|near| format!("Perhaps you meant the table '{schema}.{near}'")))
        })
    }
}
