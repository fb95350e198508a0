//! One request to `/rest/v1`, from its path to its answer.

use std::sync::Arc;

use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{Method, header},
};
use reflect::snapshot::Database;

use super::{
    allowed_methods,
    exposed_schemas::{ExposedSchema, ExposedSchemas},
    missing_function,
    postgrest_error::{Failure, PostgrestError},
    read_table,
    request::ParsedRequest,
    resolve::shared_rules::PostgrestContext,
    respond::{error_response, redaction},
    write_table,
};
use crate::{
    app::App,
    db::TransactionOptions,
    http::{enter, handed_back::HandedBack},
    prefer::Preference,
    query::{
        plan::{self, Deleted, Visibility, policy::Access},
        sql::TableId,
    },
};

/// Where the paths of this dialect begin.
pub const PREFIX: &str = "/rest/v1";

/// Answers requests below [`PREFIX`], and passes all others on.
pub struct PostgrestRoutes<E> {
    service: PostgrestService,
    other_routes: E,
}

impl<E> PostgrestRoutes<E> {
    pub fn new(app: &Arc<App>, other_routes: E) -> Self {
        Self {
            service: PostgrestService {
                schemas: ExposedSchemas::of(app),
                route: format!("{PREFIX}/:table").into(),
                app: app.clone(),
            },
            other_routes,
        }
    }
}

impl<E: Endpoint> Endpoint for PostgrestRoutes<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if is_below(request.uri().path()) {
            // Boxed: other requests should not carry the size of this future.
            return Box::pin(self.service.answer(request)).await;
        }
        self.other_routes
            .call(request)
            .await
            .map(IntoResponse::into_response)
    }
}

/// Whether a path is one of this dialect.
pub fn is_below(path: &str) -> bool {
    path.strip_prefix(PREFIX)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What all requests of the dialect share.
pub struct PostgrestService {
    pub app: Arc<App>,
    schemas: ExposedSchemas,
    route: Arc<str>,
}

/// The service, and what the caller of a request may do.
#[derive(Clone, Copy)]
pub struct Serving<'a> {
    service: &'a PostgrestService,
    /// The policies of the caller's role. `None` is a caller that may do everything.
    pub access: Option<&'a Access>,
}

impl std::ops::Deref for Serving<'_> {
    type Target = PostgrestService;

    fn deref(&self) -> &PostgrestService {
        self.service
    }
}

impl<'a> Serving<'a> {
    /// Which rows a request may see. The dialect has no parameter that shows soft-deleted ones.
    pub fn visibility(self) -> Visibility<'a> {
        Visibility::to(self.access, Deleted::Exclude)
    }

    /// The facts that the resolvers of the dialect decide by. `max_rows` bounds the rows that a row
    /// embeds of one relationship.
    pub fn context(self, schema: &'a ExposedSchema, max_rows: Option<u64>) -> PostgrestContext<'a> {
        PostgrestContext {
            catalog: &schema.catalog,
            relationships: &schema.relationships,
            aggregates: self.app.settings.rest.aggregates,
            max_rows,
            compat: self.app.settings.rest.compat,
            visibility: self.visibility(),
        }
    }

    /// The facts that the planner of `/api/v1` decides by, for a database that does not check names
    /// and values as PostgreSQL does.
    pub fn plan_context(self, schema: &'a ExposedSchema) -> plan::Context<'a> {
        plan::Context {
            catalog: &schema.catalog,
            database: self.app.db.database(),
            limits: &self.service.app.settings.api.limits,
            visibility: self.visibility(),
        }
    }
}

impl PostgrestService {
    async fn answer(&self, mut request: Request) -> Result<Response> {
        enter(&request, &self.route);
        let is_authenticated = request.headers().contains_key(header::AUTHORIZATION);
        let failure = match self.handle(&mut request).await {
            Ok(response) => return Ok(response),
            Err(failure) => failure,
        };
        let may_end_otherwise = match &failure {
            Failure::Refused(error) => self.app.follows_schema() && error.may_be_of_old_catalog(),
            Failure::Failed(error) => self.app.may_end_otherwise(&request, error),
        };
        let answer = match failure {
            Failure::Refused(mut error) => {
                // As in PostgREST: an anonymous caller may be allowed more after signing in.
                if error.code == "42501" && !is_authenticated {
                    error.status = 401;
                }
                let error = redaction::redact(&self.app.catalog, *error);
                Ok(error_response::response(&error))
            }
            Failure::Failed(error) => Err(error.into()),
        };
        if may_end_otherwise {
            return Err(HandedBack::new(request, answer).into());
        }
        answer
    }

    async fn handle(&self, request: &mut Request) -> Result<Response, Failure> {
        let access = self.app.access(request)?;
        let serving = Serving {
            service: self,
            access: access.as_ref(),
        };
        let schema = self.schemas.chosen_by(request)?;
        let uri = request.uri().clone();
        let path = uri.path();
        if let Some(function) = missing_function::name(path) {
            let error = missing_function::error(&schema.name, &function, request).await;
            return Err(error.into());
        }
        let resource = self.schemas.table(path, schema)?;
        if !resource.rights.read && matches!(*request.method(), Method::GET | Method::HEAD) {
            // What may not be read is like what does not exist.
            return Err(self.schemas.unknown_table(&resource.table, schema).into());
        }
        let mut response = if *request.method() == Method::OPTIONS {
            allowed_methods::answer(serving, schema, resource).await?
        } else {
            self.app.drift.ensure_in_service(resource)?;
            let parsed = ParsedRequest::of(request, &self.app.settings, schema, resource)?;
            match *request.method() {
                Method::GET | Method::HEAD => read_table::answer(serving, request, parsed).await?,
                Method::POST | Method::PATCH | Method::PUT | Method::DELETE => {
                    write_table::answer(serving, request, parsed).await?
                }
                ref other => {
                    let message = format!("Unsupported HTTP method: {other}");
                    return Err(PostgrestError::new(405, "PGRST117", message).into());
                }
            }
        };
        self.schemas.note_choice(schema, &mut response);
        Ok(response)
    }

    pub fn is_sqlite(&self) -> bool {
        self.app.db.database() == Database::Sqlite
    }

    /// The start of a transaction in which PostgreSQL finds names as PostgREST would.
    pub fn beginning(&self, parsed: &ParsedRequest<'_>, read_only: bool) -> TransactionOptions {
        let mut search_path = vec![parsed.schema.name.clone()];
        search_path.extend(self.app.settings.rest.extra_search_path.iter().cloned());
        TransactionOptions {
            read_only,
            search_path,
            time_zone: parsed.preferences.timezone.clone(),
            table: TableId::of(parsed.resource),
            ..TransactionOptions::default()
        }
    }

    /// Whether a preference is honoured for every method. The others depend on the request.
    pub fn honours(&self, preference: Preference) -> bool {
        match preference {
            Preference::Count(_) | Preference::Handling(_) | Preference::Timezone => true,
            Preference::End(_) => self.app.settings.api.allow_dry_run,
            _ => false,
        }
    }
}
