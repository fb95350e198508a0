//! The app's own endpoints, written by hand with typed entities. This folder is yours to edit.
//!
//! They are served under `/api/v1`, and they are guarded, logged and documented like the rest.

#[cfg(sample_app)]
mod example;

use std::sync::Arc;

use refract::App;

/// The endpoints of the sample app. Put your own here: return a value whose type has
/// `#[OpenApi]`, or a tuple of such values.
#[cfg(sample_app)]
pub fn all(app: &Arc<App>) -> example::Endpoints {
    example::Endpoints::new(app)
}

/// No endpoints: `entity/` was generated from another database than the sample app's.
#[cfg(not(sample_app))]
pub fn all(_app: &Arc<App>) {}
