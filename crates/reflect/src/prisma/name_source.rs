//! The source of names and client-side defaults: schema.prisma, or inference from the database.

use super::{ParserError, PrismaSchema, parse};
use crate::DatabaseUrl;

/// The source of names and client-side defaults, which the database does not hold.
#[derive(Debug)]
pub enum NameSource {
    /// The app's schema.prisma.
    Prisma { path: String, schema: PrismaSchema },
    /// They are inferred.
    Inferred {
        /// The reason, as the end of a sentence.
        why: String,
    },
}

impl NameSource {
    /// Reads the schema of `PRISMA_SCHEMA`. Names are inferred where the variable is not set, or where
    /// Prisma's parser is not available.
    ///
    /// # Errors
    /// Prisma's parser refuses the schema.
    pub fn find(path: Option<&str>) -> Result<Self, ParserError> {
        let Some(path) = path else {
            let why = "PRISMA_SCHEMA is not set".to_owned();
            return Ok(Self::Inferred { why });
        };
        match parse(path) {
            Ok(schema) => Ok(Self::Prisma {
                path: path.to_owned(),
                schema,
            }),
            Err(ParserError::Unavailable(reason)) => Ok(Self::Inferred {
                why: format!("PRISMA_SCHEMA cannot be read, as {reason}"),
            }),
            Err(error) => Err(error),
        }
    }

    /// The database schemas that schema.prisma names.
    pub fn schemas(&self) -> Vec<String> {
        match self {
            Self::Prisma { schema, .. } => schema.schemas(),
            Self::Inferred { .. } => Vec::new(),
        }
    }

    /// The second source beside the database, as part of a sentence.
    pub fn also(&self) -> String {
        match self {
            Self::Prisma { path, .. } => format!(" and {path}"),
            Self::Inferred { .. } => String::new(),
        }
    }

    /// The database schemas to read: those asked for, else those of the URL (`?schema=`) and of
    /// schema.prisma (`@@schema`), else the database's default.
    pub fn schemas_to_read(&self, asked: &[String], url: &DatabaseUrl) -> Vec<String> {
        if !asked.is_empty() {
            return asked.to_vec();
        }
        let named: Vec<String> = (url.schemas().iter().cloned())
            .chain(self.schemas())
            .collect();
        match named.is_empty() {
            true => url.schemas_or_default(),
            false => named,
        }
    }
}
