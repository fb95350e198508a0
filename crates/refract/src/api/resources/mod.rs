//! `/api/v1/{resource}` and `/api/v1/{resource}/{key}`, for every resource of the catalog.
//!
//! Each handler has the steps of a request in order: parse, plan, SQL, database, response.

mod batch;
pub(super) mod changes;
mod csv_and_lines;
mod get_requests;
mod read_json;
mod row_json;
mod schema_choice;

use std::{collections::HashMap, sync::Arc};

use percent_encoding::percent_decode_str;
use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderValue, Method},
};

use self::changes::Target;
use super::PREFIX;
use crate::{
    app::App,
    catalog::{Catalog, Resource},
    error::Error,
    http::{enter, handed_back::HandedBack},
    query::{
        parse,
        plan::{self, Deleted, Visibility, policy::Access},
    },
    settings::{BigIntFormat, Limits},
};

/// Answers requests to all resources, and passes on requests to other paths.
pub(crate) struct Resources<E> {
    app: Arc<App>,
    served: ByPath,
    /// The resources of the other schemas with the same tables, by schema.
    alike: HashMap<String, ByPath>,
    others: E,
    /// The pattern of the path of batches.
    batch: Arc<str>,
}

/// The path of batches, after the prefix of all paths.
const BATCH: &str = "/batch";

/// Resources by the last segment of their paths.
type ByPath = HashMap<String, ResourceService>;

impl<E: Endpoint> Resources<E> {
    pub(super) fn new(app: &Arc<App>, others: E) -> Self {
        let alike = app.catalog.alike.iter();
        Self {
            app: app.clone(),
            served: served(app, &app.catalog),
            alike: alike
                .map(|(schema, catalog)| (schema.clone(), served(app, catalog)))
                .collect(),
            others,
            batch: format!("{PREFIX}{BATCH}").into(),
        }
    }

    /// The resource of a path, and the rows or the row that the path names.
    fn find<'path>(&self, path: &'path str) -> Option<(&ResourceService, Target<'path>)> {
        self.find_rest(path.strip_prefix(PREFIX)?.strip_prefix('/')?)
    }

    /// The same for a path without the prefix of all paths.
    fn find_rest<'path>(&self, path: &'path str) -> Option<(&ResourceService, Target<'path>)> {
        let (name, rest) = match path.split_once('/') {
            None => (path, None),
            Some((name, rest)) => (name, Some(rest)),
        };
        let name = percent_decode_str(name).decode_utf8().ok()?;
        let served = self.served.get(&*name)?;
        let Some(rest) = rest else {
            return Some((served, Target::Rows));
        };
        if served.resource.key.is_empty() {
            return None;
        }
        match rest.split_once('/') {
            None => Some((served, Target::Row(rest))),
            Some((_, field)) if field.contains('/') => None,
            Some((key, field)) => Some((served, Target::Field(key, field))),
        }
    }
}

/// The resources of a catalog.
fn served(app: &Arc<App>, catalog: &Arc<Catalog>) -> ByPath {
    let served = catalog.resources.iter().map(|resource| {
        let is_chosen = !app.catalog.choices(&resource.schema).is_empty();
        let served = ResourceService {
            app: app.clone(),
            catalog: catalog.clone(),
            resource: resource.clone(),
            collection: format!("{PREFIX}/{}", resource.path).into(),
            item: format!("{PREFIX}/{}/:key", resource.path).into(),
            part: format!("{PREFIX}/{}/:key/:part", resource.path).into(),
            profile: is_chosen
                .then(|| HeaderValue::from_bytes(resource.schema.as_bytes()).ok())
                .flatten(),
        };
        (resource.path.clone(), served)
    });
    served.collect()
}

impl<E: Endpoint> Endpoint for Resources<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        // A copy that shares its bytes: the request is moved while the key is borrowed.
        let uri = request.uri().clone();
        match self.find(uri.path()) {
            Some((served, target)) => {
                let served = match schema_choice::named(&request) {
                    None => served,
                    Some(schema) => self.of_schema(served, &schema)?,
                };
                // In a box, so that requests without policies stay small.
                let access = self.app.access(&request)?.map(Box::new);
                let served = Served {
                    service: served,
                    access: access.as_deref(),
                };
                let answer = match target {
                    Target::Row(key) => served.row(&mut request, key).await,
                    Target::Rows => served.rows(&mut request).await,
                    Target::Field(key, name) => {
                        Box::pin(served.part(&mut request, key, name)).await
                    }
                };
                match answer {
                    Ok(answer) if served.profile.is_some() => {
                        Ok(schema_choice::note(served.service, answer))
                    }
                    Err(error) if served.app.may_end_otherwise(&request, &error) => {
                        Err(HandedBack::new(request, Err(error.into())).into())
                    }
                    Err(error) if error.may_be_drift() => {
                        Err(Box::pin(served.look_for_drift(error)).await.into())
                    }
                    answer => answer.map_err(Into::into),
                }
            }
            None if uri.path().strip_prefix(PREFIX) == Some(BATCH) => {
                enter(&request, &self.batch);
                match Box::pin(self.batch(&mut request)).await {
                    Err(error) if self.app.may_end_otherwise(&request, &error) => {
                        Err(HandedBack::new(request, Err(error.into())).into())
                    }
                    answer => answer.map_err(Into::into),
                }
            }
            // The app's own endpoints and the diagnostics know no policies.
            None if self.app.rules.is_some() && !is_for_every_role(uri.path()) => {
                Err(Error::RouteNotFound.into())
            }
            // In a box, because the router's future is larger than all of the others.
            None => Box::pin(self.others.call(request))
                .await
                .map(IntoResponse::into_response),
        }
    }
}

/// A resource with everything that its handlers need.
pub(super) struct ResourceService {
    app: Arc<App>,
    /// The catalog of the resource.
    catalog: Arc<Catalog>,
    resource: Arc<Resource>,
    /// The patterns of its paths, for the log.
    collection: Arc<str>,
    item: Arc<str>,
    /// The pattern of a relation or a JSON field of a row.
    part: Arc<str>,
    /// Its schema, if requests can choose among several.
    profile: Option<HeaderValue>,
}

/// Whether a path beside the resources tells a role no more than what its catalog has.
fn is_for_every_role(path: &str) -> bool {
    const BELOW_PREFIX: [&str; 4] = ["/schema", "/schema/permissions", "/schemas", "/permissions"];
    const OTHERS: [&str; 3] = ["/docs", "/redoc", "/openapi.json"];
    let below = path.strip_prefix(PREFIX);
    below.is_some_and(|rest| BELOW_PREFIX.contains(&rest))
        || OTHERS.contains(&path)
        || crate::http::auth::is_health(path)
}

/// A resource, and what the caller of a request may do with it.
#[derive(Clone, Copy)]
pub(super) struct Served<'a> {
    service: &'a ResourceService,
    /// The policies of the caller's role. `None` is a caller that may do everything.
    access: Option<&'a Access>,
}

impl std::ops::Deref for Served<'_> {
    type Target = ResourceService;

    fn deref(&self) -> &ResourceService {
        self.service
    }
}

impl<'a> Served<'a> {
    /// Which rows the request may see that says this of soft-deleted rows.
    fn visibility(self, deleted: Deleted) -> Visibility<'a> {
        Visibility::to(self.access, deleted)
    }

    /// The planner's context. `deleted` says which soft-deleted rows the request may see.
    fn context(self, deleted: Deleted) -> plan::Context<'a> {
        plan::Context {
            visibility: self.visibility(deleted),
            catalog: &self.service.catalog,
            database: self.service.app.db.database(),
            limits: self.service.limits(),
        }
    }

    async fn rows(self, request: &mut Request) -> Result<Response, Error> {
        enter(request, &self.collection);
        self.app.drift.ensure_in_service(&self.resource)?;
        match *request.method() {
            // What may not be read is like what does not exist.
            Method::GET | Method::HEAD if !self.resource.rights.read => Err(Error::RouteNotFound),
            Method::GET | Method::HEAD => get_requests::list(self, request).await,
            // In boxes, so that the futures of reads stay small.
            Method::POST | Method::PATCH | Method::DELETE => {
                Box::pin(changes::write(self, request, Target::Rows)).await
            }
            _ => Err(self.not_allowed(request, "GET, HEAD, POST, PATCH, DELETE")),
        }
    }

    async fn row(self, request: &mut Request, key: &str) -> Result<Response, Error> {
        enter(request, &self.item);
        if !self.resource.rights.read {
            return Err(Error::RouteNotFound);
        }
        self.app.drift.ensure_in_service(&self.resource)?;
        match *request.method() {
            Method::GET | Method::HEAD => get_requests::one(self, request, key).await,
            Method::PUT if self.resource.writable() && !self.resource.replaceable() => {
                Err(self.not_allowed(request, self.methods_of_rows()))
            }
            Method::PUT | Method::PATCH | Method::DELETE => {
                Box::pin(changes::write(self, request, Target::Row(key))).await
            }
            _ => Err(self.not_allowed(request, self.methods_of_rows())),
        }
    }

    /// The rows of a relation of a row, or the document of a JSON field.
    async fn part(self, request: &mut Request, key: &str, name: &str) -> Result<Response, Error> {
        enter(request, &self.part);
        self.app.drift.ensure_in_service(&self.resource)?;
        let name = percent_decode_str(name).decode_utf8_lossy();
        let is_field = self.resource.readable(&name).is_some();
        match (request.method(), is_field) {
            (&(Method::GET | Method::HEAD), true) => {
                get_requests::field(self, request, key, &name).await
            }
            (&(Method::GET | Method::HEAD), false) => {
                get_requests::related(self, request, key, &name).await
            }
            (&(Method::PUT | Method::PATCH), _) if self.resource.relation(&name).is_none() => {
                changes::write(self, request, Target::Field(key, &name)).await
            }
            (_, true) => Err(self.not_allowed(request, "GET, HEAD, PUT, PATCH")),
            (_, false) => Err(self.not_allowed(request, "GET, HEAD")),
        }
    }
}

impl ResourceService {
    fn limits(&self) -> &Limits {
        &self.app.settings.api.limits
    }

    fn big_int(&self) -> BigIntFormat {
        self.app.settings.api.big_int
    }

    /// Compares the schema with the database, and returns the error that then applies.
    async fn look_for_drift(&self, error: Error) -> Error {
        let app = &self.app;
        let is_known = app.drift.compare_soon(&app.whole_catalog, &app.db).await;
        match app.drift.ensure_in_service(&self.resource) {
            Err(out_of_service) if is_known => out_of_service,
            // The schema has not changed, or cannot be read: the error stays.
            _ => error,
        }
    }

    /// The parameters about soft-deleted rows, and the rest of a query string.
    fn deleted<'query>(
        &self,
        method: &Method,
        query: &'query str,
    ) -> Result<parse::DeletedParameters<'query>, Error> {
        let Some(soft) = self.resource.soft_delete else {
            return Ok(parse::DeletedParameters {
                rest: query.into(),
                ..parse::DeletedParameters::default()
            });
        };
        let asked = parse::deleted(query, *method == Method::DELETE)?;
        if asked.hard && !soft.hard {
            return Err(Error::InvalidParameter {
                parameter: "hard".to_owned(),
                reason: "rows of this resource are not deleted for good (hard_delete)".to_owned(),
            });
        }
        Ok(asked)
    }

    /// The conditions of the row that a segment of a path names. The segment must be raw, because a decoded
    /// one does not distinguish `,` from `%2C`.
    fn key(&self, segment: &str) -> Result<Vec<plan::Condition>, Error> {
        plan::key(&self.resource, &parse::key(segment)?)
    }

    fn refuse_if_read_only(&self) -> Result<(), Error> {
        let reason = if self.app.settings.api.read_only {
            "READ_ONLY is set."
        } else if !self.resource.writable() {
            "it is a view."
        } else {
            return Ok(());
        };
        Err(Error::ReadOnly {
            resource: self.resource.name.clone(),
            reason,
        })
    }

    /// The methods of a row. A row whose key only the database can set has no `PUT`.
    fn methods_of_rows(&self) -> &'static str {
        match self.resource.replaceable() {
            true => "GET, HEAD, PUT, PATCH, DELETE",
            false => "GET, HEAD, PATCH, DELETE",
        }
    }

    /// The error of a method that a path does not have. `allowed` are its methods if rows may be written.
    fn not_allowed(&self, request: &Request, allowed: &'static str) -> Error {
        let method = request.method().to_string();
        let allowed = match self.refuse_if_read_only() {
            Ok(()) => allowed,
            Err(_) => "GET, HEAD",
        };
        Error::MethodNotAllowed { method, allowed }
    }
}
