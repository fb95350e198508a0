//! What a write answers.

use poem::{
    Response,
    http::{HeaderValue, StatusCode, header},
};

use crate::{
    api::etag,
    error::Error,
    query::prefer::{End, Preferences, Resolution, Return},
};

/// An answer before it is HTTP: in a batch, several of them become one.
pub(in crate::api) struct Answer {
    pub(in crate::api) status: StatusCode,
    /// JSON.
    pub(in crate::api) body: Option<Vec<u8>>,
    pub(in crate::api) location: Option<HeaderValue>,
    /// Whether the body is one row, so that there is a tag for it.
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

    /// Makes it what `Prefer: return=` asks for.
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
        if let Some(applied) = applied(preferences) {
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

/// What was honoured of the header `Prefer`.
fn applied(preferences: &Preferences) -> Option<String> {
    let mut applied = Vec::new();
    applied.extend(preferences.resolution.map(|resolution| match resolution {
        Resolution::Merge => "resolution=merge-duplicates".to_owned(),
        Resolution::Ignore => "resolution=ignore-duplicates".to_owned(),
    }));
    applied.extend(preferences.return_.map(|answer| match answer {
        Return::Minimal => "return=minimal".to_owned(),
        Return::Representation => "return=representation".to_owned(),
    }));
    applied.extend(preferences.end.map(|end| match end {
        End::Commit => "tx=commit".to_owned(),
        End::Rollback => "tx=rollback".to_owned(),
    }));
    if preferences.strict {
        applied.push("handling=strict".to_owned());
    }
    let bound = preferences.max_affected;
    applied.extend(bound.map(|bound| format!("max-affected={bound}")));
    (!applied.is_empty()).then(|| applied.join(", "))
}

/// The preferences of a request, if this server can keep to them.
pub(in crate::api) fn preferences(
    headers: &poem::http::HeaderMap,
    allow_dry_run: bool,
) -> Result<Preferences, Error> {
    let lines = headers.get_all("prefer").into_iter();
    let preferences = Preferences::parse(lines.filter_map(|line| line.to_str().ok()))?;
    let refuse = |reason: String| Error::InvalidParameter {
        parameter: "Prefer".to_owned(),
        reason,
    };
    if preferences.strict && !preferences.unknown.is_empty() {
        let unknown = preferences.unknown.join(", ");
        return Err(refuse(format!("`{unknown}` is not known here")));
    }
    // A preference may be ignored, but not one that says to leave everything as it is.
    if preferences.end == Some(End::Rollback) && !allow_dry_run {
        return Err(refuse(
            "tx=rollback is not allowed here (ALLOW_DRY_RUN)".to_owned(),
        ));
    }
    Ok(preferences)
}
