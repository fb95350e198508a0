//! Serves the newest catalog. A request ends on the one that it began with.

use std::sync::Arc;

use arc_swap::ArcSwap;
use bytes::Bytes;
use poem::{
    Endpoint, Error as PoemError, Request, Response, Result,
    http::{HeaderMap, Method, Uri, Version},
};

use crate::{
    api,
    app::App,
    db::{DbError, DbErrorKind},
    error::Error,
    postgrest,
    reloads::Reloads,
};

/// Both fronts of one catalog.
pub(crate) type Fronts = postgrest::PostgrestRoutes<api::Front>;

/// Makes the fronts of a catalog.
pub(crate) type MakeFront = Box<dyn Fn(&Arc<App>) -> api::Front + Send + Sync>;

/// The fronts of the newest catalog, and how to make those of the next one.
pub(crate) struct Generations {
    newest: ArcSwap<Served>,
    make_front: MakeFront,
    reloads: Option<Arc<Reloads>>,
}

struct Served {
    app: Arc<App>,
    fronts: Fronts,
}

impl Generations {
    pub(crate) fn new(app: &Arc<App>, make_front: MakeFront) -> Self {
        Self {
            newest: ArcSwap::from_pointee(Served::of(app, &make_front)),
            reloads: app.reloads.clone(),
            make_front,
        }
    }

    /// The newest catalog's app.
    pub(crate) fn app(&self) -> Arc<App> {
        self.newest.load().app.clone()
    }

    /// Serves a newer catalog from now on.
    pub(crate) fn replace(&self, app: &Arc<App>) {
        self.newest
            .store(Arc::new(Served::of(app, &self.make_front)));
        if let Some(reloads) = &self.reloads {
            reloads.set_generation(app.generation);
        }
    }

    /// Answers a request where the catalog may be read again. A request that a change of the schema
    /// made fail is answered anew by the next catalog. Nothing of it has happened: the database
    /// refused its statement, and a transaction ends with that.
    async fn answer(&self, reloads: &Reloads, mut request: Request) -> Result<Response> {
        reloads.note_use();
        let served = self.newest.load_full();
        if served.app.is_waiting() && is_below_a_front(request.uri().path()) {
            let waiting = DbError::of(DbErrorKind::Unavailable);
            return Err(Error::Unavailable {
                source: Box::new(waiting),
            }
            .into());
        }
        let again = Again::of(&mut request).await;
        match served.fronts.call(request).await {
            Err(error) if is_superseded(&error) => {
                drop(served);
                let served = self.newest.load_full();
                served.fronts.call(again.into_request()).await
            }
            answer => answer,
        }
    }
}

impl Served {
    fn of(app: &Arc<App>, make_front: &MakeFront) -> Self {
        Self {
            fronts: postgrest::PostgrestRoutes::new(app, make_front(app)),
            app: app.clone(),
        }
    }
}

impl Endpoint for Generations {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        match &self.reloads {
            None => self.newest.load().fronts.call(request).await,
            Some(reloads) => self.answer(reloads, request).await,
        }
    }
}

fn is_superseded(error: &PoemError) -> bool {
    matches!(error.downcast_ref::<Error>(), Some(Error::Superseded))
}

/// Whether a path needs a catalog.
fn is_below_a_front(path: &str) -> bool {
    const WITHOUT: [&str; 2] = ["/api/v1/health", "/api/v1/utils/health-check"];
    postgrest::is_below(path)
        || (path
            .strip_prefix(api::PREFIX)
            .is_some_and(|rest| rest.starts_with('/'))
            && !WITHOUT.contains(&path)
            && !path.starts_with("/api/v1/private/"))
}

/// What a request can be made of again.
struct Again {
    method: Method,
    uri: Uri,
    version: Version,
    headers: HeaderMap,
    extensions: poem::http::Extensions,
    body: Bytes,
}

impl Again {
    /// The body has been read into memory already, by the layer before.
    async fn of(request: &mut Request) -> Self {
        let body = request.take_body();
        let body = match body.is_empty() {
            true => Bytes::new(),
            false => body.into_bytes().await.unwrap_or_default(),
        };
        request.set_body(body.clone());
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            version: request.version(),
            headers: request.headers().clone(),
            extensions: request.extensions().clone(),
            body,
        }
    }

    fn into_request(self) -> Request {
        let mut request = Request::builder()
            .method(self.method)
            .uri(self.uri)
            .version(self.version)
            .body(self.body);
        *request.headers_mut() = self.headers;
        *request.extensions_mut() = self.extensions;
        request
    }
}
