//! The task that reads the catalog again.
//!
//! It looks at the source when a statement failed in a way that a changed schema explains, on SIGHUP,
//! and once a second while requests come. To look costs one small statement; the schema is read in
//! full only after a change.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::mpsc::UnboundedReceiver;

use crate::{
    app::App,
    catalog_generations::Generations,
    catalog_source::{CatalogReader, CatalogSourceError, SchemaVersion},
    drift::Drift,
    reloads::{Question, Reloads},
    telemetry,
};

/// The pause between two looks while requests come.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a reading is good where the database says that nothing has changed. What its version does not
/// count is seen after that, such as a type of another schema.
const COMPLETE: Duration = Duration::from_secs(60);
/// The pause after a reading that failed.
const SHORT_PAUSE: Duration = Duration::from_millis(50);
/// The longest time in which a change is waited to end: a migration commits statement by statement.
const MAX_READINGS: usize = 5;

/// Reads the catalog again for as long as the process runs.
pub(super) struct ReloadTask {
    generations: Arc<Generations>,
    reader: CatalogReader,
    reloads: Arc<Reloads>,
    /// The state of the source that the newest catalog was read in.
    version: Option<SchemaVersion>,
    /// A state that no catalog could be made of.
    refused: Option<SchemaVersion>,
    /// When the source was last read in full.
    read_at: Instant,
}

impl ReloadTask {
    pub(super) fn new(
        generations: Arc<Generations>,
        reader: CatalogReader,
        reloads: Arc<Reloads>,
        version: Option<SchemaVersion>,
    ) -> Self {
        Self {
            generations,
            reader,
            reloads,
            version,
            refused: None,
            read_at: Instant::now(),
        }
    }

    pub(super) async fn run(mut self, mut asked: UnboundedReceiver<Question>) {
        let mut hangup = super::signals::hangups();
        let mut clock = tokio::time::interval(PAUSE);
        clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let mut questions = Vec::new();
            tokio::select! {
                question = asked.recv() => {
                    let Some(question) = question else { return };
                    questions.push(question);
                    while let Ok(question) = asked.try_recv() {
                        questions.push(question);
                    }
                    self.look().await;
                }
                () = hangup.next() => {
                    tracing::info!("SIGHUP: the catalog is read again");
                    self.refused = None;
                    self.version = None;
                    self.look().await;
                }
                _ = clock.tick() => {
                    let is_waiting = self.generations.app().is_waiting();
                    let is_used = self.reloads.take_use();
                    match &self.reader {
                        CatalogReader::Live(_) if is_used || is_waiting => self.look().await,
                        CatalogReader::Live(_) => {}
                        // A file is read again on SIGHUP. The schema is compared with it as with
                        // compiled entities.
                        CatalogReader::File(_) => compare(&self.generations.app()).await,
                    }
                }
            }
            let generation = self.reloads.generation();
            for question in questions {
                // A request that has gone needs no answer.
                let _ = question.send(generation);
            }
        }
    }

    /// Reads the catalog if the source has changed.
    async fn look(&mut self) {
        let mut failed = None;
        for _ in 0..MAX_READINGS {
            let app = self.generations.app();
            let schemas = &app.catalog.reflected_schemas;
            let version = match self.reader.version(&app.db, schemas).await {
                Ok(version) => version,
                Err(error) => {
                    tracing::debug!(
                        error = &error as &dyn std::error::Error,
                        "the version of the schema could not be read"
                    );
                    if !app.is_waiting() {
                        return;
                    }
                    SchemaVersion::default()
                }
            };
            let is_old = self.read_at.elapsed() >= COMPLETE;
            if self.version.as_ref() == Some(&version) && !is_old {
                return;
            }
            if self.refused.as_ref() == Some(&version) {
                compare(&app).await;
                return;
            }
            match self.reader.read(&app.db, &app.settings).await {
                Ok(fresh) => {
                    self.refused = None;
                    self.read_at = Instant::now();
                    // A file has been looked at before it was read.
                    self.version = Some(fresh.version.clone().unwrap_or(version));
                    self.accept(&app, fresh).await;
                }
                // An object may have gone during the reading, or the connection. Nothing is known about
                // the schema then, so it is read again: now, or at the next look.
                Err(error @ CatalogSourceError::Reflect(_)) => {
                    failed = Some(error);
                    tokio::time::sleep(SHORT_PAUSE).await;
                    continue;
                }
                Err(error) => {
                    self.refuse(&app, &error);
                    if !app.is_waiting() {
                        self.refused = Some(version);
                        app.drift.compare_soon(&app.whole_catalog, &app.db).await;
                    }
                    return;
                }
            }
            failed = None;
        }
        if let Some(error) = failed {
            self.refuse(&self.generations.app(), &error);
        }
    }

    async fn accept(&self, app: &Arc<App>, fresh: crate::catalog_source::FreshCatalog) {
        let (before, after) = (&app.catalog.snapshot, &fresh.catalog.snapshot);
        let notes = fresh.notes;
        if before == after && !app.is_waiting() {
            if matches!(self.reader, CatalogReader::Live(_)) {
                app.drift.set_in_step();
            }
            self.reloads.update(|report| {
                report.failure = None;
                report.notes = notes;
            });
            return;
        }
        let changes: Vec<String> = match app.is_waiting() {
            true => Vec::new(),
            false => {
                let differences = reflect::diff(before, after);
                let names = reflect::diff_names(before, after);
                let all = differences.iter().chain(&names);
                all.map(ToString::to_string).collect()
            }
        };
        let drift = match self.reader {
            CatalogReader::Live(_) => Drift::in_step(),
            CatalogReader::File(_) => Drift::default(),
        };
        let resources = fresh.catalog.resources.len();
        let next = match app.next(fresh.catalog, app.generation + 1, drift) {
            Ok(next) => next,
            Err(error) => {
                self.refuse(app, &error);
                app.drift.compare_soon(&app.whole_catalog, &app.db).await;
                return;
            }
        };
        self.generations.replace(&next).await;
        tracing::info!(
            resources,
            generation = next.generation,
            "another catalog is served"
        );
        for change in &changes {
            tracing::info!("changed: {change}");
        }
        self.reloads.update(|report| {
            report.loaded_at = Some(chrono::Utc::now());
            report.notes = notes;
            report.changes = changes;
            report.failure = None;
        });
    }

    /// Says that the catalog before is still served, once for each reason.
    fn refuse(&self, app: &App, error: &dyn std::error::Error) {
        let reason = error.to_string();
        if self.reloads.report().failure.as_ref() == Some(&reason) {
            return;
        }
        if app.is_waiting() {
            tracing::warn!("the schema cannot be read yet: {reason}");
        } else {
            tracing::error!(
                "the schema has changed, and no catalog can be made of it; the one before is still \
                 served: {reason}"
            );
            telemetry::report_reload(&reason);
        }
        self.reloads.update(|report| report.failure = Some(reason));
    }
}

/// Compares the catalog with the live schema where the last comparison is old.
pub(super) async fn compare(app: &App) {
    if !app.drift.is_due() {
        return;
    }
    let look = app.drift.since(Instant::now(), &app.whole_catalog, &app.db);
    if let Err(error) = look.await {
        tracing::debug!(
            error = &error as &dyn std::error::Error,
            "the live schema could not be read"
        );
    }
}
