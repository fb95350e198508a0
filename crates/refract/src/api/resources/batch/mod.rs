//! `POST /api/v1/batch`: several operations in one transaction, all or nothing.
//!
//! ```json
//! {
//!   "isolation": "serializable",
//!   "operations": [
//!     { "as": "author", "method": "POST", "path": "/authors", "body": { "email": "a@b.c" } },
//!     { "method": "POST", "path": "/posts", "body": { "title": "t", "authorId": { "$ref": "author.id" } } },
//!     { "method": "PATCH", "path": "/authors/{author.id}", "body": { "name": "A" }, "headers": { "If-Match": "*" } }
//!   ]
//! }
//! ```

mod reference;
mod step;

use std::borrow::Cow;

use futures_util::{FutureExt, future::BoxFuture};
use poem::{
    Endpoint, Request, Response,
    http::{HeaderValue, Method, StatusCode},
};

use self::{
    reference::{References, Referred},
    step::{Body, Item, Step},
};
use super::{
    Access, Deleted, Resources, Served, Visibility,
    changes::{self, Answer, Operation, Target, WriteRequest},
    schema_choice,
};
use crate::{
    db::{DbError, Isolation, Transaction},
    db_error,
    error::{Error, FieldPath},
    executor::{Session, TransactionBody},
    http::{etag, etag::Conditions},
    prefer::End,
    query::body,
};

/// The most operations of a batch.
const MAX_OPERATIONS: usize = 1000;
/// The most bytes of all answers of a batch, for each byte that a body may have.
const ANSWER_BYTES_PER_BODY_BYTE: usize = 16;

struct Batch<'batch, E> {
    resources: &'batch Resources<E>,
    /// The policies of the caller's role. `None` is a caller that may do everything.
    access: Option<&'batch Access>,
    /// The schema that the request chooses, if it chooses one.
    schema: Option<&'batch str>,
    /// The names of the operations, by position.
    names: Vec<String>,
    steps: Vec<Step<'batch>>,
}

impl<E: Endpoint> Resources<E> {
    /// Answers a batch.
    pub(super) async fn batch(&self, request: &mut Request) -> Result<Response, Error> {
        let access = self.app.access(request)?;
        let access = access.as_ref();
        if *request.method() != Method::POST {
            return Err(Error::MethodNotAllowed {
                method: request.method().to_string(),
                allowed: "POST",
            });
        }
        if let Some(query) = request.uri().query().filter(|query| !query.is_empty()) {
            return Err(Error::UnknownParameter {
                name: query
                    .split(['=', '&'])
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
                resource: "a batch".to_owned(),
                suggestion: None,
            });
        }
        let app = &self.app;
        let preferences = changes::preferences(request.headers(), app.settings.api.allow_dry_run)?;
        // These headers are about rows. A client would trust them, though they have no effect here.
        let refuse = |header: &str| {
            Err(Error::BadRequest {
                reason: format!("{header} of a batch belongs to the `headers` of its operations"),
            })
        };
        if preferences.max_affected.is_some() {
            return refuse("the preference max-affected");
        }
        if preferences.resolution.is_some() {
            return refuse("the preference resolution");
        }
        if !Conditions::of(request.headers())?.is_none() {
            return refuse("If-Match or If-None-Match");
        }
        let schema = schema_choice::named(request).map(Cow::into_owned);
        let bytes = changes::json_body(request).await?;
        let body: Body<'_> = body::read(&bytes)?;
        let isolation = isolation(body.isolation.as_deref())?;
        let batch = self.plan(access, &body.operations, schema.as_deref())?;
        let end = preferences.end.unwrap_or(End::Commit);
        let result = crate::executor::run_with_retry(&app.db, isolation, &batch, |_| end).await;
        let answers = match result {
            Ok(answers) => answers,
            Err(error) if error.may_be_drift() => {
                app.drift.compare_soon(&app.whole_catalog, &app.db).await;
                return Err(error);
            }
            Err(error) => {
                let (db, statements) = (&app.db, &app.statements);
                let visible = Visibility::to(access, Deleted::Only);
                let looked = crate::executor::look_for_soft_deleted(db, statements, visible, error);
                return Err(looked.await);
            }
        };
        let answer = Answer::of(StatusCode::OK, results(&answers));
        Ok(answer.into_response(&preferences))
    }

    fn plan<'batch>(
        &'batch self,
        access: Option<&'batch Access>,
        items: &'batch [Item<'batch>],
        schema: Option<&'batch str>,
    ) -> Result<Batch<'batch, E>, Error> {
        if items.len() > MAX_OPERATIONS {
            return Err(Error::invalid(
                "operations",
                "too_many",
                format!("has more than {MAX_OPERATIONS} operations"),
            ));
        }
        let mut batch = Batch {
            resources: self,
            access,
            schema,
            names: Vec::with_capacity(items.len()),
            steps: Vec::with_capacity(items.len()),
        };
        for (place, item) in items.iter().enumerate() {
            let step = batch
                .step(item)
                .map_err(|error| error.of_operation(place))?;
            let name = item.name.clone().unwrap_or_else(|| place.to_string());
            let is_name = item.name.is_none() || reference::is_name(&name);
            if !is_name || batch.names.contains(&name) {
                return Err(Error::invalid(
                    FieldPath::from("operations").index(place).child("as"),
                    "invalid_name",
                    "must be a word that no operation before it is called by",
                ));
            }
            batch.names.push(name);
            batch.steps.push(step);
        }
        Ok(batch)
    }
}

impl<'batch, E: Endpoint> Batch<'batch, E> {
    /// Checks an operation as far as possible before the earlier operations have run.
    fn step(&self, item: &'batch Item<'batch>) -> Result<Step<'batch>, Error> {
        let mut step = Step::read(item)?;
        let mut references = References::unresolved(&self.names);
        let (path, body) = self.resolved(&step, &mut references)?;
        if !references.found {
            step.planned = Some(self.plan(&step, &path, body.as_deref())?);
        }
        Ok(step)
    }

    fn plan(
        &self,
        step: &Step<'_>,
        path: &str,
        body: Option<&str>,
    ) -> Result<Operation<'batch>, Error> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let (served, target) = self.find(path)?;
        let body = match (body, &step.method) {
            (Some(body), &Method::GET | &Method::DELETE) if !body.is_empty() => {
                return Err(Error::InvalidBody {
                    reason: format!("{} takes none", step.method),
                });
            }
            (body, _) => body.unwrap_or_default(),
        };
        let request = WriteRequest {
            method: &step.method,
            target,
            query,
            preferences: &step.preferences,
            conditions: Conditions::of(&step.headers)?,
            body: body.as_bytes(),
            documents: step.documents,
        };
        // The path is checked before the body.
        Operation::plan(served, request).map_err(|error| {
            let of_path = target.is_wrong(served, &step.method, query);
            error.under(&if of_path {
                "path".into()
            } else {
                step.content()
            })
        })
    }

    fn find<'path>(&self, path: &'path str) -> Result<(Served<'batch>, Target<'path>), Error> {
        let rest = path.strip_prefix(super::PREFIX).unwrap_or(path);
        let rest = rest.strip_prefix('/').ok_or(Error::RouteNotFound)?;
        let (served, target) = self.resources.find_rest(rest).ok_or(Error::RouteNotFound)?;
        let served = match self.schema {
            None => served,
            Some(schema) => self.resources.of_schema(served, schema)?,
        };
        served.app.drift.ensure_in_service(&served.resource)?;
        let access = self.access;
        Ok((
            Served {
                service: served,
                access,
            },
            target,
        ))
    }

    /// The path and the body of a step, with values in place of references.
    fn resolved(
        &self,
        step: &Step<'_>,
        references: &mut References<'_>,
    ) -> Result<(String, Option<String>), Error> {
        let limits = &self.resources.app.settings.api.limits;
        let path = references.in_path(step.path, limits.query_bytes)?;
        let Some(body) = step.body else {
            return Ok((path, None));
        };
        let (bare, _) = step.path.split_once('?').unwrap_or((step.path, ""));
        // References do not change the resource that a path leads to.
        let (served, _) = self.find(bare)?;
        let body = references.in_body(&served.catalog, &served.resource, body)?;
        Ok((path, Some(body)))
    }

    async fn perform(
        &self,
        step: &Step<'_>,
        answers: &[Answer],
        referred: &mut Referred,
        session: &mut Session<'_, '_>,
    ) -> Result<Answer, Error> {
        let answer = match &step.planned {
            Some(operation) => operation.perform(session).await,
            None => {
                let mut references = References::to(&self.names, answers, referred);
                let (path, body) = self.resolved(step, &mut references)?;
                let operation = self.plan(step, &path, body.as_deref())?;
                operation.perform(session).await
            }
        };
        answer.map_err(|error| error.under(&step.content()))
    }
}

impl<E: Endpoint> TransactionBody for Batch<'_, E> {
    type Output = Vec<Answer>;
    type Error = Error;

    fn run<'run>(
        &'run self,
        transaction: &'run mut Transaction<'_>,
    ) -> BoxFuture<'run, Result<Vec<Answer>, Error>> {
        async move {
            let mut session = Session::In(transaction);
            let mut answers = Vec::with_capacity(self.steps.len());
            let max_body_bytes = self.resources.app.settings.server.max_body_bytes;
            let mut referred = Referred::new(max_body_bytes);
            let limit_bytes = max_body_bytes.saturating_mul(ANSWER_BYTES_PER_BODY_BYTE);
            let mut answered_bytes = 0;
            for (place, step) in self.steps.iter().enumerate() {
                let answer = self.perform(step, &answers, &mut referred, &mut session);
                let answer = answer.await.map_err(|error| error.of_operation(place))?;
                answered_bytes += answer.body.as_ref().map_or(0, Vec::len);
                if answered_bytes > limit_bytes {
                    return Err(Error::AnswerTooLarge { limit_bytes }.of_operation(place));
                }
                answers.push(answer);
            }
            for (answer, step) in answers.iter_mut().zip(&self.steps) {
                answer.prefer(&step.preferences);
            }
            Ok(answers)
        }
        .boxed()
    }

    fn transaction_error(&self, error: DbError) -> Error {
        db_error::of_commit(&self.resources.app.catalog, error)
    }
}

/// `{"results":[{"status":201,"location":"…","etag":"…","body":{…}}]}`
fn results(answers: &[Answer]) -> Vec<u8> {
    let mut out = br#"{"results":["#.to_vec();
    for (place, answer) in answers.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        out.extend_from_slice(format!(r#"{{"status":{}"#, answer.status.as_u16()).as_bytes());
        let mut member = |name: &str, value: &HeaderValue| {
            out.extend_from_slice(format!(r#","{name}":"#).as_bytes());
            crate::codec::write_string(value.to_str().unwrap_or_default(), &mut out);
        };
        if let Some(location) = &answer.location {
            member("location", location);
        }
        if let Some(body) = &answer.body {
            if answer.is_row {
                member("etag", &etag::of(body));
            }
            out.extend_from_slice(br#","body":"#);
            out.extend_from_slice(body);
        }
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
    out
}

/// Reads `read-committed`, and Prisma's `ReadCommitted`.
fn isolation(name: Option<&str>) -> Result<Isolation, Error> {
    let Some(name) = name else {
        return Ok(Isolation::ReadCommitted);
    };
    let letters = name.chars().filter(char::is_ascii_alphabetic);
    match letters.collect::<String>().to_ascii_lowercase().as_str() {
        "readcommitted" => Ok(Isolation::ReadCommitted),
        "repeatableread" => Ok(Isolation::RepeatableRead),
        "serializable" => Ok(Isolation::Serializable),
        _ => Err(Error::invalid(
            "isolation",
            "invalid_value",
            "is none of read-committed, repeatable-read and serializable",
        )),
    }
}
