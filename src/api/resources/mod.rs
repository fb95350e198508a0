//! `/api/v1/{resource}` and `/api/v1/{resource}/{key}`, for every resource of the catalog.
//!
//! Each handler reads as the way of a request: parse, plan, SQL, backend, response.

mod read;
mod render;
pub(super) mod write;

use std::{collections::HashMap, sync::Arc};

use percent_encoding::percent_decode_str;
use poem::{Endpoint, IntoResponse, Request, Response, Result, http::Method};

use self::write::Target;
use super::{App, PREFIX, observe::enter};
use crate::{
    catalog::Resource,
    error::Error,
    query::{PageSizes, parse, plan},
    settings::BigIntFormat,
};

/// Answers for every resource; other paths are for others.
pub(super) struct Resources<E> {
    /// By the last segment of their paths.
    served: HashMap<String, Served>,
    others: E,
}

impl<E: Endpoint> Resources<E> {
    pub(super) fn new(app: &Arc<App>, others: E) -> Self {
        let served = app.catalog.resources.iter().map(|resource| {
            let served = Served {
                app: app.clone(),
                resource: resource.clone(),
                collection: format!("{PREFIX}/{}", resource.path).into(),
                item: format!("{PREFIX}/{}/:key", resource.path).into(),
                part: format!("{PREFIX}/{}/:key/:field", resource.path).into(),
            };
            (resource.path.clone(), served)
        });
        Self {
            served: served.collect(),
            others,
        }
    }

    /// The resource of a path, and what of it, as it stands there.
    fn find<'path>(&self, path: &'path str) -> Option<(&Served, Target<'path>)> {
        let rest = path.strip_prefix(PREFIX)?.strip_prefix('/')?;
        let (name, rest) = match rest.split_once('/') {
            None => (rest, None),
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

impl<E: Endpoint> Endpoint for Resources<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        // A copy that shares its bytes: the request goes on while the key is looked at.
        let uri = request.uri().clone();
        match self.find(uri.path()) {
            Some((served, Target::Row(key))) => served.row(request, key).await.map_err(Into::into),
            Some((served, Target::Rows)) => served.rows(request).await.map_err(Into::into),
            Some((served, Target::Field(key, name))) => {
                let field = percent_decode_str(name).decode_utf8_lossy();
                Box::pin(served.field(request, key, &field))
                    .await
                    .map_err(Into::into)
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
    resource: Arc<Resource>,
    /// Patterns of its paths.
    collection: Arc<str>,
    item: Arc<str>,
    /// Of what belongs to a row.
    part: Arc<str>,
}

impl Served {
    fn page_sizes(&self) -> PageSizes {
        let api = &self.app.settings.api;
        PageSizes {
            default: api.page_size,
            max: api.max_page_size,
        }
    }

    fn big_int(&self) -> BigIntFormat {
        self.app.settings.api.big_int
    }

    async fn rows(&self, request: Request) -> Result<Response, Error> {
        enter(&request, &self.collection);
        match *request.method() {
            Method::GET | Method::HEAD => read::list(self, &request).await,
            // In boxes: reads should not carry the size of what writes need.
            Method::POST => Box::pin(write::write(self, request, Target::Rows)).await,
            _ => Err(not_allowed(&request, "GET, HEAD, POST")),
        }
    }

    async fn row(&self, request: Request, key: &str) -> Result<Response, Error> {
        enter(&request, &self.item);
        match *request.method() {
            Method::GET | Method::HEAD => read::one(self, &request, key).await,
            Method::PUT | Method::PATCH | Method::DELETE => {
                Box::pin(write::write(self, request, Target::Row(key))).await
            }
            _ => Err(not_allowed(&request, "GET, HEAD, PUT, PATCH, DELETE")),
        }
    }

    async fn field(&self, request: Request, key: &str, name: &str) -> Result<Response, Error> {
        enter(&request, &self.part);
        match *request.method() {
            Method::GET | Method::HEAD => read::field(self, &request, key, name).await,
            Method::PUT | Method::PATCH => {
                write::write(self, request, Target::Field(key, name)).await
            }
            _ => Err(not_allowed(&request, "GET, HEAD, PUT, PATCH")),
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
