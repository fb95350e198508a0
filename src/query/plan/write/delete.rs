//! `DELETE`.

use std::sync::Arc;

use super::{Delete, refuse_views};
use crate::{catalog::Resource, error::Error, query::plan::Condition};

/// The plan that deletes the row with this key.
///
/// # Errors
/// [`Error::ReadOnly`] for views.
pub fn delete(resource: &Arc<Resource>, key: Vec<Condition>) -> Result<Delete, Error> {
    refuse_views(resource)?;
    Ok(Delete {
        from: resource.clone(),
        filter: key,
        returning: Vec::new(),
    })
}
