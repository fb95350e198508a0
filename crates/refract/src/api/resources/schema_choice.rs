//! `Accept-Profile` and `Content-Profile`: the database schema of a request, where several hold the
//! same tables.
//!
//! The names are PostgREST's. A read names the schema it wants to see, a write the one its body is
//! of; either header will do for both, for nobody who names a schema means another one.

use std::borrow::Cow;

use poem::{
    Request, Response,
    http::{HeaderName, HeaderValue, Method, header},
};

use super::{ResourceService, Resources};
use crate::{error::Error, http::header_text};

const ACCEPT: HeaderName = HeaderName::from_static("accept-profile");
const CONTENT: HeaderName = HeaderName::from_static("content-profile");

/// The schema that a request names, if it does.
pub(super) fn named(request: &Request) -> Option<Cow<'_, str>> {
    let headers = request.headers();
    let (first, second) = match *request.method() {
        Method::GET | Method::HEAD => (ACCEPT, CONTENT),
        _ => (CONTENT, ACCEPT),
    };
    header_text(headers, &first).or_else(|| header_text(headers, &second))
}

/// The answer with the schema that it is of.
pub(super) fn note(served: &ResourceService, mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    if let Some(profile) = &served.profile {
        headers.insert(CONTENT, profile.clone());
    }
    headers.append(header::VARY, HeaderValue::from_static("accept-profile"));
    answer
}

impl<E> Resources<E> {
    /// The same resource in the schema that a request names.
    ///
    /// A table that is in one schema only is served from there whichever schema is named, so that
    /// clients can name their tenant with every request.
    ///
    /// # Errors
    /// [`Error::UnknownSchema`], rather than rows of another tenant.
    pub(super) fn of_schema<'this>(
        &'this self,
        served: &'this ResourceService,
        named: &str,
    ) -> Result<&'this ResourceService, Error> {
        let catalog = &served.app.catalog;
        let own = served.resource.schema.as_str();
        let choices = catalog.choices(own);
        let known = if choices.is_empty() {
            catalog
                .snapshot
                .schemas
                .iter()
                .map(String::as_str)
                .collect()
        } else {
            choices
        };
        if !known.contains(&named) {
            return Err(Error::UnknownSchema {
                name: named.to_owned(),
                resource: served.resource.name.clone(),
                allowed: known.into_iter().map(str::to_owned).collect(),
            });
        }
        let path = &served.resource.path;
        let alike = self.alike.get(named).and_then(|all| all.get(path));
        Ok(alike.unwrap_or(served))
    }
}
