//! `POST`, `PUT`, `PATCH`, `DELETE`.
//!
//! A [`WriteRequest`], alone or from a batch, becomes an [`Operation`], which is valid and can only
//! fail in the database. To execute it gives an [`Answer`].

mod execute;
mod operation;
mod plan_bulk;
mod plan_single;
mod preferences;
mod response;
mod returning;
mod single_statement;
mod write_answer;

use bytes::Bytes;
use poem::{Request, Response, http::header};

pub(super) use self::plan_single::by_key;
pub(in crate::api) use self::{
    operation::{Operation, Target, WriteRequest},
    preferences::preferences,
    write_answer::Answer,
};
use super::Served;
use crate::{
    error::Error,
    executor::look_for_soft_deleted,
    http::{etag::Conditions, header_text},
    prefer::End,
    query::{
        parse::{self, ListQuery},
        plan::{Deleted, Documents},
    },
};

/// The media type of all bodies, except merge patches.
const JSON: &str = "application/json";
const MERGE_PATCH: &str = "application/merge-patch+json";

/// Answers a request that writes.
pub(super) async fn write(
    served: Served<'_>,
    request: &mut Request,
    target: Target<'_>,
) -> Result<Response, Error> {
    // A read-only server does not read the body.
    served.refuse_if_read_only()?;
    let api = &served.app.settings.api;
    let preferences = preferences(request.headers(), api.allow_dry_run)?;
    let conditions = Conditions::of(request.headers())?;
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let (documents, body) = if method == poem::http::Method::DELETE {
        (Documents::Replace, Bytes::new())
    } else {
        body(request, target).await?
    };
    let request = WriteRequest {
        method: &method,
        target,
        query: uri.query().unwrap_or_default(),
        preferences: &preferences,
        conditions,
        body: &body,
        documents,
    };
    let operation = Operation::plan(served, request)?;
    let answer = operation.execute(preferences.end.unwrap_or(End::Commit));
    let mut answer = match answer.await {
        Ok(answer) => answer,
        Err(error) => {
            let app = &served.app;
            let visible = served.visibility(Deleted::Only);
            let looked = look_for_soft_deleted(&app.db, &app.statements, visible, error);
            return Err(looked.await);
        }
    };
    answer.prefer(&preferences);
    Ok(answer.into_response(&preferences))
}

impl Served<'_> {
    /// The `select` of a write of single rows. Other parameters are refused: a client would trust one
    /// that is ignored.
    fn asked_to_show(self, query: &str) -> Result<ListQuery, Error> {
        parse::single(query, self.limits(), &self.resource.name)
    }
}

/// The body's bytes if its media type is JSON, and what its JSON columns mean.
async fn body(request: &mut Request, target: Target<'_>) -> Result<(Documents, Bytes), Error> {
    // A missing Content-Type is refused, too: browsers send such requests from any page to this
    // machine, without a preflight.
    let media_type = header_text(request.headers(), &header::CONTENT_TYPE);
    let media_type = media_type.unwrap_or("nothing".into());
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let patches = *request.method() == poem::http::Method::PATCH;
    // The patch of a single JSON column is always a merge patch.
    let takes_json = !(patches && matches!(target, Target::Field(..)));
    let documents = if takes_json && essence.eq_ignore_ascii_case(JSON) {
        Documents::Replace
    } else if patches && essence.eq_ignore_ascii_case(MERGE_PATCH) {
        Documents::Merge
    } else {
        return Err(Error::UnsupportedMediaType {
            found: essence.to_owned(),
        });
    };
    drop(media_type);
    Ok((documents, bytes(request).await?))
}

/// The body's bytes if its media type is JSON.
pub(in crate::api) async fn json_body(request: &mut Request) -> Result<Bytes, Error> {
    body(request, Target::Rows).await.map(|(_, bytes)| bytes)
}

/// In memory already: `http::buffer_body` has read them. The request keeps them, as it may be done
/// again on a newer catalog.
async fn bytes(request: &mut Request) -> Result<Bytes, Error> {
    let bytes = request.take_body().into_bytes().await;
    let bytes = bytes.map_err(Error::internal)?;
    request.set_body(bytes.clone());
    Ok(bytes)
}
