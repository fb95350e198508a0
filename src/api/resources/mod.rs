//! `/api/v1/{resource}` and `/api/v1/{resource}/{key}`, for every resource of the catalog.
//!
//! Each handler reads as the way of a request: parse, plan, SQL, backend, response.

mod read;
mod render;
mod write;

use std::sync::Arc;

use poem::{
    Endpoint, Request, Response, Result, Route,
    http::{Method, header},
};

use super::{App, PREFIX, observe::enter};
use crate::{
    catalog::Resource,
    error::Error,
    query::{PageSizes, parse, plan},
    settings::BigIntFormat,
};

/// Routes of every resource.
pub(super) fn routes(app: &Arc<App>) -> Route {
    app.catalog
        .resources
        .iter()
        .fold(Route::new(), |routes, resource| {
            let list = format!("/{}", resource.path);
            let row = format!("/{}/:key", resource.path);
            let served = Served {
                app: app.clone(),
                resource: resource.clone(),
            };
            let collection = Collection {
                route: format!("{PREFIX}{list}").into(),
                served: served.clone(),
            };
            let routes = routes.at(list, collection);
            if resource.key.is_empty() {
                return routes;
            }
            let item = Item {
                route: format!("{PREFIX}{row}").into(),
                served,
            };
            routes.at(row, item)
        })
}

/// A resource and what serving it needs.
#[derive(Clone)]
pub(super) struct Served {
    app: Arc<App>,
    resource: Arc<Resource>,
}

struct Collection {
    served: Served,
    route: Arc<str>,
}

struct Item {
    served: Served,
    route: Arc<str>,
}

impl Endpoint for Collection {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        enter(&request, &self.route);
        let served = &self.served;
        match *request.method() {
            Method::GET | Method::HEAD => read::list(served, &request).await,
            Method::POST => write::create(served, request).await,
            _ => Err(not_allowed(&request, "GET, HEAD, POST")),
        }
        .map_err(Into::into)
    }
}

impl Endpoint for Item {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        enter(&request, &self.route);
        let served = &self.served;
        match *request.method() {
            Method::GET | Method::HEAD => read::one(served, &request).await,
            Method::PUT => write::replace(served, request).await,
            Method::PATCH => write::update(served, request).await,
            Method::DELETE => write::delete(served, &request).await,
            _ => Err(not_allowed(&request, "GET, HEAD, PUT, PATCH, DELETE")),
        }
        .map_err(Into::into)
    }
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

    /// Conditions for the row that the path names.
    fn key(&self, request: &Request) -> Result<Vec<plan::Condition>, Error> {
        // The raw segment: a decoded one could not tell `,` from `%2C`.
        let path = request.original_uri().path().trim_end_matches('/');
        let segment = path.rsplit('/').next().unwrap_or_default();
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
