//! The app's own endpoints, written by hand with the typed entities. Yours to edit.
//!
//! Give [`Endpoints`] methods with an `#[oai(path = …, method = …)]`; they are served under
//! `/api/v1`, guarded, logged and documented like the rest. docs/endpoints.md has an example.

use std::sync::Arc;

use poem_openapi::OpenApi;
use refract::App;

/// What the endpoints need: `app.db.sea_orm()` is a SeaORM connection to the app's database.
pub struct Endpoints {
    #[expect(dead_code, reason = "until the first endpoint uses it")]
    app: Arc<App>,
}

/// Hands the endpoints to the server.
pub fn all(app: &Arc<App>) -> Endpoints {
    Endpoints { app: app.clone() }
}

#[OpenApi]
impl Endpoints {}
