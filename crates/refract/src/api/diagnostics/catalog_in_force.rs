//! Where the catalog comes from, and when it changed.

use chrono::{DateTime, SecondsFormat, Utc};
use poem_openapi::Object;

use crate::app::App;

/// The catalog that is served.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
pub(super) struct CatalogDiagnostics {
    /// `live`, the path of a file, or `compiled`.
    source: String,
    /// 1 is the catalog of the start. Each change counts one further.
    generation: u64,
    /// When it was read, RFC 3339. Null where it was compiled into the program.
    loaded_at: Option<String>,
    /// Where names come from, and where the app's Prisma schema and the database differ.
    notes: Vec<String>,
    /// What the last change has changed.
    changes: Vec<String>,
    /// Why the catalog could not be replaced by that of the schema as it is now.
    failure: Option<String>,
}

impl CatalogDiagnostics {
    pub(super) fn of(app: &App) -> Self {
        let Some(reloads) = &app.reloads else {
            return Self {
                source: "compiled".to_owned(),
                generation: 1,
                loaded_at: None,
                notes: Vec::new(),
                changes: Vec::new(),
                failure: None,
            };
        };
        let report = reloads.report();
        let shown = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
        Self {
            source: report.source,
            generation: reloads.generation(),
            loaded_at: report.loaded_at.map(shown),
            notes: report.notes,
            changes: report.changes,
            failure: report.failure,
        }
    }
}
