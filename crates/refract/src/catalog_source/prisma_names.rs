//! The names of the app's Prisma schema, which is parsed again when its files change.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use reflect::{Names, prisma::ParserError};

use super::schema_version::{Files, files_of};

/// The app's Prisma schema, or nothing.
#[derive(Debug)]
pub(super) struct PrismaNames {
    path: Option<String>,
    last: Mutex<Last>,
}

#[derive(Debug, Default)]
struct Last {
    /// The files as they were when they were parsed.
    files: Files,
    names: Option<Arc<Names>>,
}

impl PrismaNames {
    pub(super) fn of(path: Option<String>) -> Self {
        Self {
            path,
            last: Mutex::default(),
        }
    }

    /// The names of the files as they are now. If they cannot be parsed, because somebody is just
    /// writing them, the names stay what they were.
    ///
    /// # Errors
    /// The files cannot be parsed and never were.
    pub(super) async fn current(&self) -> Result<Arc<Names>, ParserError> {
        let files = self.files();
        {
            let last = self.lock();
            if let Some(names) = last.names.as_ref().filter(|_| last.files == files) {
                return Ok(names.clone());
            }
        }
        let path = self.path.clone();
        // Prisma's parser is a program of its own.
        let found = tokio::task::spawn_blocking(move || Names::find(path.as_deref())).await;
        let found = found.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        let mut last = self.lock();
        last.files = files;
        match (found, &last.names) {
            (Ok(names), before) => {
                if let (Names::Inferred { why }, Some(path), None) = (&names, &self.path, before) {
                    tracing::warn!(%path, "names and client-side defaults are inferred: {why}");
                }
                let names = Arc::new(names);
                last.names = Some(names.clone());
                Ok(names)
            }
            (Err(error), Some(before)) => {
                tracing::error!("names stay as they are: {error}");
                Ok(before.clone())
            }
            (Err(error), None) => Err(error),
        }
    }

    /// The files as they are now. The list is empty without a schema.
    pub(super) fn files(&self) -> Files {
        let path = self.path.as_deref().map(Path::new);
        path.map(files_of).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
