//! Where names and client-side defaults come from.

use reflect::{
    PrismaSchema,
    prisma::{ParserError, parse},
};

/// The source of what the database does not say.
pub(super) enum Names {
    /// The app's schema.prisma.
    Prisma { path: String, schema: PrismaSchema },
    /// Guesses.
    Inferred {
        /// Why, as the end of a sentence.
        why: String,
    },
}

impl Names {
    /// What `PRISMA_SCHEMA` leads to; guesses where it is not set or cannot be read here.
    ///
    /// # Errors
    /// A schema that Prisma's own parser refuses.
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

    /// The database schemas that are named there.
    pub(super) fn schemas(&self) -> Vec<String> {
        match self {
            Self::Prisma { schema, .. } => schema.schemas(),
            Self::Inferred { .. } => Vec::new(),
        }
    }

    /// What else was looked at, as part of a sentence.
    pub(super) fn also(&self) -> String {
        match self {
            Self::Prisma { path, .. } => format!(" and {path}"),
            Self::Inferred { .. } => String::new(),
        }
    }
}
