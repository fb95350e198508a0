//! The answer of a write.

use poem::{
    Response,
    http::{HeaderValue, StatusCode, header},
};

use super::preferences;
use crate::{
    http::etag,
    prefer::{Preferences, Return},
};

/// An answer before it is an HTTP response: a batch joins several answers in one response.
pub(in crate::api) struct Answer {
    pub(in crate::api) status: StatusCode,
    /// JSON.
    pub(in crate::api) body: Option<Vec<u8>>,
    pub(in crate::api) location: Option<HeaderValue>,
    /// Whether the body is one row, so that the response has an `ETag`.
    pub(in crate::api) is_row: bool,
}

impl Answer {
    pub(in crate::api) fn of(status: StatusCode, body: Vec<u8>) -> Self {
        Self {
            status,
            body: Some(body),
            location: None,
            is_row: false,
        }
    }

    pub(super) fn row(status: StatusCode, body: Vec<u8>) -> Self {
        Self {
            is_row: true,
            ..Self::of(status, body)
        }
    }

    pub(super) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            body: None,
            location: None,
            is_row: false,
        }
    }

    /// Applies `Prefer: return=`.
    pub(in crate::api) fn prefer(&mut self, preferences: &Preferences) {
        if preferences.return_ == Some(Return::Minimal) {
            self.body = None;
            if self.status == StatusCode::OK {
                self.status = StatusCode::NO_CONTENT;
            }
        }
    }

    pub(in crate::api) fn into_response(self, preferences: &Preferences) -> Response {
        let mut response = Response::builder().status(self.status);
        if let Some(applied) = preferences::applied(preferences) {
            response = response.header("preference-applied", applied);
        }
        if let Some(location) = self.location {
            response = response.header(header::LOCATION, location);
        }
        match self.body {
            None => response.finish(),
            Some(body) => {
                if self.is_row {
                    response = response.header(header::ETAG, etag::of(&body));
                }
                response
                    .header(header::CONTENT_TYPE, "application/json")
                    .body(body)
            }
        }
    }
}
