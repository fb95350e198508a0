//! `DELETE`.

use std::sync::Arc;

use super::{Delete, refuse_views};
use crate::{catalog::Resource, error::Error, query::plan::VisibleFilter};

/// The plan that deletes the rows of a filter.
///
/// # Errors
/// [`Error::ReadOnly`] for views.
pub fn delete(resource: &Arc<Resource>, filter: VisibleFilter) -> Result<Delete, Error> {
    refuse_views(resource)?;
    Ok(Delete {
        from: resource.clone(),
        filter,
        returning: Vec::new(),
    })
}
