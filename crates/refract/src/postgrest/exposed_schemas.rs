//! The schemas that `/rest/v1` serves, and the tables in them.

use std::{collections::BTreeSet, sync::Arc};

use percent_encoding::percent_decode_str;
use poem::{
    Request, Response,
    http::{HeaderName, Method, header},
};

use super::{
    PREFIX,
    postgrest_error::PostgrestError,
    resolve::{name_suggestion, relationships::Relationships},
};
use crate::{
    app::App,
    catalog::{Catalog, Resource},
    http::header_text,
    settings::Compat,
};

/// A schema that requests may choose.
pub struct ExposedSchema {
    pub name: String,
    /// Its tables. Schemas with the same tables have catalogs of their own.
    pub catalog: Arc<Catalog>,
    pub relationships: Arc<Relationships>,
}

/// All schemas that requests may choose. The first one is the default.
pub struct ExposedSchemas {
    schemas: Vec<ExposedSchema>,
    compat: Compat,
}

impl ExposedSchemas {
    pub fn of(app: &App) -> Self {
        let relationships = Arc::new(Relationships::of(&app.catalog));
        let resources = app.catalog.resources.iter();
        let names: BTreeSet<&str> = resources.map(|one| one.schema.as_str()).collect();
        let main = names.into_iter().map(|name| ExposedSchema {
            name: name.to_owned(),
            catalog: app.catalog.clone(),
            relationships: relationships.clone(),
        });
        let alike = app
            .catalog
            .alike
            .iter()
            .map(|(name, catalog)| ExposedSchema {
                name: name.clone(),
                catalog: catalog.clone(),
                relationships: Arc::new(Relationships::of(catalog)),
            });
        let mut schemas: Vec<_> = main.chain(alike).collect();
        let order = &app.settings.database.schemas;
        let place = |schema: &ExposedSchema| order.iter().position(|name| *name == schema.name);
        schemas.sort_by_key(|schema| place(schema).unwrap_or(usize::MAX));
        Self {
            schemas,
            compat: app.settings.rest.compat,
        }
    }

    /// The schema that the headers of a request choose.
    ///
    /// # Errors
    /// PGRST106 for a schema that is not exposed.
    pub fn chosen_by(&self, request: &Request) -> Result<&ExposedSchema, PostgrestError> {
        let header = match *request.method() {
            Method::GET | Method::HEAD => HeaderName::from_static("accept-profile"),
            _ => HeaderName::from_static("content-profile"),
        };
        let default = || {
            self.schemas
                .first()
                .map_or("", |schema| &schema.name)
                .into()
        };
        let wanted = header_text(request.headers(), &header).unwrap_or_else(default);
        let found = self.schemas.iter().find(|schema| schema.name == wanted);
        found.ok_or_else(|| {
            let all: Vec<_> = self.schemas.iter().map(|one| one.name.as_str()).collect();
            let all = all.join(", ");
            let refuse = |message| PostgrestError::new(406, "PGRST106", message);
            match self.compat {
                Compat::V12 => refuse(format!("The schema must be one of the following: {all}")),
                Compat::V13 => refuse(format!("Invalid schema: {wanted}")).hint(Some(format!(
                    "Only the following schemas are exposed: {all}"
                ))),
            }
        })
    }

    /// Names the schema in the headers of an answer, where a request has a choice.
    pub fn note_choice(&self, schema: &ExposedSchema, response: &mut Response) {
        if self.schemas.len() > 1
            && let Ok(name) = header::HeaderValue::from_bytes(schema.name.as_bytes())
        {
            let headers = response.headers_mut();
            headers.insert(HeaderName::from_static("content-profile"), name);
            let varies = header::HeaderValue::from_static("accept-profile");
            headers.append(header::VARY, varies);
        }
    }

    /// The table or view that a path names.
    ///
    /// # Errors
    /// PGRST125 for a path that cannot name one, PGRST205 (42P01 in version 12) for an unknown one.
    pub fn table<'schema>(
        &self,
        path: &str,
        schema: &'schema ExposedSchema,
    ) -> Result<&'schema Arc<Resource>, PostgrestError> {
        let segment = path.strip_prefix(PREFIX).unwrap_or_default();
        let segment = segment.strip_prefix('/').unwrap_or_default();
        let name = percent_decode_str(segment).decode_utf8().ok();
        let Some(name) = name.filter(|_| !segment.is_empty() && !segment.contains('/')) else {
            let message = "Invalid path specified in request URL";
            return Err(PostgrestError::new(404, "PGRST125", message));
        };
        let found = schema.catalog.by_table(&schema.name, &name);
        found.ok_or_else(|| self.unknown_table(&name, schema))
    }

    /// The error of a table that does not exist.
    pub fn unknown_table(&self, name: &str, schema: &ExposedSchema) -> PostgrestError {
        let (catalog, schema) = (&schema.catalog, schema.name.as_str());
        if self.compat == Compat::V12 {
            let message = format!("relation \"{schema}.{name}\" does not exist");
            return PostgrestError::new(404, "42P01", message);
        }
        let tables = catalog.resources.iter();
        let tables = tables.filter(|one| one.schema == schema && one.table != name);
        let tables = tables.map(|one| one.table.as_str());
        let near = name_suggestion::nearest(name, tables, name_suggestion::CLOSE);
        let message = format!("Could not find the table '{schema}.{name}' in the schema cache");
        PostgrestError::new(404, "PGRST205", message)
            .hint(near.map(|near| format!("Perhaps you meant the table '{schema}.{near}'")))
    }
}
