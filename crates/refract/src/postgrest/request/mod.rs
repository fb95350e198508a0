//! HTTP → a [`ParsedRequest`]: what the headers, the query string and the body ask for.

pub mod accept;
pub mod body_rows;
pub mod payload;
pub mod prefer_header;
pub mod row_range;
pub mod write_request;
pub mod write_rights;

use std::sync::Arc;

use poem::{Request, http::header};

use self::accept::Media;
use super::{exposed_schemas::ExposedSchema, postgrest_error::PostgrestError};
use crate::{
    catalog::Resource,
    http::header_text,
    prefer::Preferences,
    query::parse::{self, PostgrestQuery},
    settings::Settings,
};

/// A request to a table or view.
pub struct ParsedRequest<'service> {
    pub schema: &'service ExposedSchema,
    pub resource: &'service Arc<Resource>,
    pub query: PostgrestQuery,
    pub preferences: Preferences,
    pub media: Media,
}

impl<'service> ParsedRequest<'service> {
    /// Reads the headers and the query string.
    ///
    /// # Errors
    /// PGRST122 for preferences, PGRST107 for media types, PGRST100 for the query string.
    pub fn of(
        request: &Request,
        settings: &Settings,
        schema: &'service ExposedSchema,
        resource: &'service Arc<Resource>,
    ) -> Result<Self, PostgrestError> {
        let preferences = prefer_header::read(request.headers())?;
        let accept = header_text(request.headers(), &header::ACCEPT).unwrap_or_default();
        let media = accept::media(&accept, settings.rest.plan)?;
        let query = request.uri().query().unwrap_or_default();
        let query = parse::postgrest(query, &settings.api.limits, settings.rest.compat)
            .map_err(|error| PostgrestError::unreadable(*error))?;
        Ok(Self {
            schema,
            resource,
            query,
            preferences,
            media,
        })
    }

    /// The columns of the primary key.
    pub fn key(&self) -> &'service [String] {
        self.schema.relationships.key(self.resource)
    }
}
