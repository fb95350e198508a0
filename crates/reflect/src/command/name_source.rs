//! The source of names and client-side defaults: schema.prisma, or inference from the database.

use reflect::{
    PrismaSchema,
    prisma::{ParserError, parse},
};

/// The source of names and client-side defaults, which the database does not hold.
pub(super) enum Names {
    /// The app's schema.prisma.
    Prisma { path: String, schema: PrismaSchema },
    /// They are inferred.
    Inferred {
        /// The reason, as the end of a sentence.
        why: String,
    },
}

impl Names {
    /// Reads the schema of `PRISMA_SCHEMA`. Names are inferred where the variable is not set, or where
    /// Prisma's parser is not available.
    ///
    /// # Errors
    /// Prisma's parser refuses the schema.
    pub(super) fn find(path: Option<&str>) -> Result<Self, ParserError> {
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
    pub(super) fn schemas(&self) -> Vec<String> {
        match self {
            Self::Prisma { schema, .. } => schema.schemas(),
            Self::Inferred { .. } => Vec::new(),
        }
    }

    /// The second source beside the database, as part of a sentence.
    pub(super) fn also(&self) -> String {
        match self {
            Self::Prisma { path, .. } => format!(" and {path}"),
            Self::Inferred { .. } => String::new(),
        }
    }
}
