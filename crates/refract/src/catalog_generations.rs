//! Serves the newest catalog. A request ends on the one that it began with.

use std::{collections::HashMap, sync::Arc};

use arc_swap::ArcSwap;
use poem::{Endpoint, Request, Response, Result};

use crate::{
    access::{Principal, Role},
    api,
    app::App,
    db::{DbError, DbErrorKind},
    error::Error,
    http::handed_back::HandedBack,
    postgrest,
    reloads::Reloads,
};

/// How often a request is answered again. A migration may have several steps.
const TRIES: usize = 5;

/// Both fronts of one catalog.
pub(crate) type Fronts = postgrest::PostgrestRoutes<api::Front>;

/// Makes the fronts of a catalog.
pub(crate) type MakeFront = Arc<dyn Fn(&Arc<App>) -> api::Front + Send + Sync>;

/// The fronts of the newest catalog, and how to make those of the next one.
pub(crate) struct Generations {
    newest: ArcSwap<Served>,
    make_front: MakeFront,
    reloads: Option<Arc<Reloads>>,
}

struct Served {
    app: Arc<App>,
    /// Of callers that may do everything.
    fronts: Fronts,
    /// Of each role with policies.
    of_roles: HashMap<String, Fronts>,
    /// Of roles without policies. `None` where there are no roles at all.
    of_nobody: Option<Fronts>,
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

    /// Serves a newer catalog from now on. Its routes are made on a thread of their own, so that no
    /// request waits for them.
    pub(crate) async fn replace(&self, app: &Arc<App>) {
        let (made_of, make_front) = (app.clone(), self.make_front.clone());
        let served = tokio::task::spawn_blocking(move || Served::of(&made_of, &make_front)).await;
        let served = served.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        self.newest.store(Arc::new(served));
        if let Some(reloads) = &self.reloads {
            reloads.set_generation(app.generation);
        }
    }

    /// Answers a request where the catalog may be read again.
    async fn answer(&self, reloads: &Reloads, request: Request) -> Result<Response> {
        reloads.note_use();
        let served = self.newest.load_full();
        if served.app.is_waiting() && is_below_a_front(request.uri().path()) {
            let waiting = DbError::of(DbErrorKind::Unavailable);
            return Err(Error::Unavailable {
                source: Box::new(waiting),
            }
            .into());
        }
        match served.fronts_for(&request)?.call(request).await {
            Err(error) if error.is::<HandedBack>() => {
                let handed_back = error.downcast()?;
                // In a box: other requests should not carry the size of this future.
                Box::pin(self.answer_again(reloads, served, handed_back)).await
            }
            answer => answer,
        }
    }

    /// Answers a request again that a change of the schema made fail. Nothing of it has happened: the
    /// database refused its statement, and a transaction ends with that.
    async fn answer_again(
        &self,
        reloads: &Reloads,
        mut served: Arc<Served>,
        mut handed_back: HandedBack,
    ) -> Result<Response> {
        let mut tries = 0;
        loop {
            let (request, otherwise) = handed_back.into_parts();
            tries += 1;
            if tries > TRIES {
                return otherwise;
            }
            if reloads.supersede(served.app.generation).await {
                served = self.newest.load_full();
            } else if reloads.is_stale() && tries == 1 {
                // The catalog stays. It learns what it can no longer serve, and refuses that.
                let app = &served.app;
                app.drift.compare_soon(&app.whole_catalog, &app.db).await;
            } else if tries == 1 {
                // The schema is what the catalog says: it was another one for a moment, as where a migration
                // gives a table another name and then the old one again.
            } else {
                return otherwise;
            }
            match served.fronts_for(&request)?.call(request).await {
                Err(error) if error.is::<HandedBack>() => handed_back = error.downcast()?,
                answer => return answer,
            }
        }
    }
}

impl Served {
    fn of(app: &Arc<App>, make_front: &MakeFront) -> Self {
        let fronts = |app: &Arc<App>| postgrest::PostgrestRoutes::new(app, make_front(app));
        let roles = app.roles.roles.iter();
        let has_roles = !app.settings.roles.is_empty();
        Self {
            fronts: fronts(app),
            of_roles: roles
                .map(|role| (role.name.clone(), fronts(&app.of_role(role))))
                .collect(),
            of_nobody: has_roles.then(|| fronts(&app.of_nobody())),
            app: app.clone(),
        }
    }

    /// The fronts of the caller's role.
    ///
    /// # Errors
    /// The caller has a role, and no role has policies.
    fn fronts_for(&self, request: &Request) -> Result<&Fronts> {
        match request.extensions().get::<Arc<Principal>>() {
            // Without roles, whoever is admitted may do everything.
            None => Ok(self.of_nobody.as_ref().unwrap_or(&self.fronts)),
            Some(principal) => match &principal.role {
                Role::Service => Ok(&self.fronts),
                Role::Named(name) => {
                    let fronts = self.of_roles.get(&**name).or(self.of_nobody.as_ref());
                    fronts.ok_or_else(|| Error::RoleUnknown.into())
                }
            },
        }
    }
}

impl Endpoint for Generations {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        match &self.reloads {
            None => {
                let served = self.newest.load();
                served.fronts_for(&request)?.call(request).await
            }
            Some(reloads) => self.answer(reloads, request).await,
        }
    }
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
