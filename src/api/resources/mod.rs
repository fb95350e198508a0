//! `/api/v1/{resource}` and `/api/v1/{resource}/{key}`, for every resource of the catalog.
//!
//! Each handler reads as the way of a request: parse, plan, SQL, backend, response.

mod profile;
mod read;
mod render;
mod tree;
mod write;

use std::{collections::HashMap, sync::Arc, time::Instant};

use percent_encoding::percent_decode_str;
use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderValue, Method, header},
};

use super::{App, PREFIX, observe::enter};
use crate::{
    catalog::{Catalog, Resource},
    error::Error,
    query::{Limits, parse, plan},
    settings::BigIntFormat,
};

/// Answers for every resource; other paths are for others.
pub(super) struct Resources<E> {
    served: ByPath,
    /// The same in the other schemas that hold the same tables, by schema.
    alike: HashMap<String, ByPath>,
    others: E,
}

/// Resources by the last segment of their paths.
type ByPath = HashMap<String, Served>;

impl<E: Endpoint> Resources<E> {
    pub(super) fn new(app: &Arc<App>, others: E) -> Self {
        let alike = app.catalog.alike.iter();
        Self {
            served: served(app, &app.catalog),
            alike: alike
                .map(|(schema, catalog)| (schema.clone(), served(app, catalog)))
                .collect(),
            others,
        }
    }

    /// The resource of a path, and what comes after it, as it stands there.
    fn find<'path>(&self, path: &'path str) -> Option<(&Served, Rest<'path>)> {
        let rest = path.strip_prefix(PREFIX)?.strip_prefix('/')?;
        let (name, key) = match rest.split_once('/') {
            None => (rest, None),
            Some((name, key)) => (name, Some(key)),
        };
        let name = percent_decode_str(name).decode_utf8().ok()?;
        let served = self.served.get(&*name)?;
        let rest = match key {
            None => Rest::Nothing,
            Some(_) if served.resource.key.is_empty() => return None,
            Some(key) => match key.split_once('/') {
                None => Rest::Key(key),
                Some((_, relation)) if relation.contains('/') => return None,
                Some((key, relation)) => Rest::Relation(key, relation),
            },
        };
        Some((served, rest))
    }
}

/// What comes after a resource in a path.
enum Rest<'path> {
    Nothing,
    Key(&'path str),
    /// The relation of a row.
    Relation(&'path str, &'path str),
}

/// The resources of a catalog.
fn served(app: &Arc<App>, catalog: &Arc<Catalog>) -> ByPath {
    let served = catalog.resources.iter().map(|resource| {
        let is_chosen = !app.catalog.choices(&resource.schema).is_empty();
        let served = Served {
            app: app.clone(),
            catalog: catalog.clone(),
            resource: resource.clone(),
            collection: format!("{PREFIX}/{}", resource.path).into(),
            item: format!("{PREFIX}/{}/:key", resource.path).into(),
            relation: format!("{PREFIX}/{}/:key/:relation", resource.path).into(),
            profile: is_chosen
                .then(|| HeaderValue::from_str(&resource.schema).ok())
                .flatten(),
        };
        (resource.path.clone(), served)
    });
    served.collect()
}

impl<E: Endpoint> Endpoint for Resources<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        // A copy that shares its bytes: the request goes on while the key is looked at.
        let uri = request.uri().clone();
        match self.find(uri.path()) {
            Some((served, rest)) => {
                let served = match profile::named(&request) {
                    None => served,
                    Some(schema) => self.of_schema(served, schema)?,
                };
                let answer = match rest {
                    Rest::Key(key) => served.row(request, key).await,
                    Rest::Nothing => served.rows(request).await,
                    Rest::Relation(key, relation) => {
                        Box::pin(served.related(request, key, relation)).await
                    }
                };
                match answer {
                    Ok(answer) if served.profile.is_some() => Ok(profile::note(served, answer)),
                    Err(error) if error.may_be_drift() => {
                        Err(Box::pin(served.look_for_drift(error)).await.into())
                    }
                    answer => answer.map_err(Into::into),
                }
            }
            // In a box: the router's future is larger than all of the others.
            None => Box::pin(self.others.call(request))
                .await
                .map(IntoResponse::into_response),
        }
    }
}

/// A resource and what serving it needs.
pub(super) struct Served {
    app: Arc<App>,
    /// The one that the resource is of.
    catalog: Arc<Catalog>,
    resource: Arc<Resource>,
    /// Patterns of its paths.
    collection: Arc<str>,
    item: Arc<str>,
    relation: Arc<str>,
    /// Its schema, where requests choose among several.
    profile: Option<HeaderValue>,
}

impl Served {
    fn context(&self) -> plan::Context<'_> {
        plan::Context {
            catalog: &self.catalog,
            database: self.app.backend.database(),
            limits: self.limits(),
        }
    }

    fn limits(&self) -> &Limits {
        &self.app.settings.api.limits
    }

    fn big_int(&self) -> BigIntFormat {
        self.app.settings.api.big_int
    }

    async fn rows(&self, request: Request) -> Result<Response, Error> {
        enter(&request, &self.collection);
        self.app.drift.admit(&self.resource)?;
        match *request.method() {
            Method::GET | Method::HEAD => read::list(self, &request).await,
            // In boxes: reads should not carry the size of what writes need.
            Method::POST => Box::pin(write::create(self, request)).await,
            _ => Err(not_allowed(&request, "GET, HEAD, POST")),
        }
    }

    async fn row(&self, request: Request, key: &str) -> Result<Response, Error> {
        enter(&request, &self.item);
        self.app.drift.admit(&self.resource)?;
        match *request.method() {
            Method::GET | Method::HEAD => read::one(self, &request, key).await,
            Method::PUT => Box::pin(write::replace(self, request, key)).await,
            Method::PATCH => Box::pin(write::update(self, request, key)).await,
            Method::DELETE => Box::pin(write::delete(self, &request, key)).await,
            _ => Err(not_allowed(&request, "GET, HEAD, PUT, PATCH, DELETE")),
        }
    }

    async fn related(
        &self,
        request: Request,
        key: &str,
        relation: &str,
    ) -> Result<Response, Error> {
        enter(&request, &self.relation);
        self.app.drift.admit(&self.resource)?;
        match *request.method() {
            Method::GET | Method::HEAD => read::related(self, &request, key, relation).await,
            _ => Err(not_allowed(&request, "GET, HEAD")),
        }
    }

    /// The error in the light of the schema as it is now.
    async fn look_for_drift(&self, error: Error) -> Error {
        let app = &self.app;
        let look = app.drift.since(Instant::now(), &app.catalog, &app.backend);
        match look.await.map(|_| app.drift.admit(&self.resource)) {
            Ok(Err(out_of_service)) => out_of_service,
            // The schema is as it should be, or cannot be read: the error stands.
            Ok(Ok(())) | Err(_) => error,
        }
    }

    /// Conditions for the row that a segment of a path names: the raw segment, since a decoded one
    /// could not tell `,` from `%2C`.
    fn key(&self, segment: &str) -> Result<Vec<plan::Condition>, Error> {
        plan::key(&self.resource, &parse::key(segment)?)
    }

    fn refuse_if_read_only(&self) -> Result<(), Error> {
        if self.app.settings.api.read_only {
            return Err(Error::ReadOnly {
                resource: self.resource.name.clone(),
                reason: "READ_ONLY is set.",
            });
        }
        Ok(())
    }
}

fn not_allowed(request: &Request, allowed: &'static str) -> Error {
    Error::MethodNotAllowed {
        method: request.method().to_string(),
        allowed,
    }
}

/// The body's bytes, if they may be JSON.
async fn body(request: Request) -> Result<Vec<u8>, Error> {
    // A missing Content-Type is refused too: browsers send such requests to this machine for any
    // page that asks them to, without a preflight.
    let media_type = request.header(header::CONTENT_TYPE).unwrap_or("nothing");
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    // Others that end in +json mean something of their own: a merge patch is not a replacement.
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Error::UnsupportedMediaType {
            found: essence.to_owned(),
        });
    }
    // In memory already: `api::whole_body` has read it.
    let bytes = request.into_body().into_bytes().await;
    Ok(bytes.map_err(Error::internal)?.into())
}
