//! The source of names and client-side defaults: schema.prisma, or inference from the database.

use sea_orm::DatabaseConnection;

use crate::{
    DatabaseUrl, PrismaSchema, ReflectError, Snapshot,
    prisma::{Disagreement, ParserError, parse, stale_contract},
    read, read_with_prisma,
};

/// The source of names and client-side defaults, which the database does not hold.
#[derive(Debug, Clone)]
pub enum Names {
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

    /// The schemas to read where `DATABASE_SCHEMAS` names none: those of the URL and of schema.prisma,
    /// else the default one.
    pub fn schemas_to_read(&self, url: &DatabaseUrl) -> Vec<String> {
        let named = url.schemas().iter().cloned().chain(self.schemas());
        let named: Vec<String> = named.collect();
        if named.is_empty() {
            url.schemas_or_default()
        } else {
            named
        }
    }

    /// Reads a live schema under these names. Also returns where schema.prisma and the database differ.
    ///
    /// # Errors
    /// The schema cannot be read.
    pub async fn read(
        &self,
        db: &DatabaseConnection,
        schemas: &[String],
    ) -> Result<(Snapshot, Vec<Disagreement>), ReflectError> {
        match self {
            Self::Prisma { schema, .. } => {
                let (snapshot, mut disagreements) = read_with_prisma(db, schemas, schema).await?;
                let stale = stale_contract(db, schema).await;
                disagreements.extend(stale.map(|what| Disagreement {
                    subject: "contract.json".to_owned(),
                    what,
                }));
                Ok((snapshot, disagreements))
            }
            Self::Inferred { .. } => Ok((read(db, schemas).await?, Vec::new())),
        }
    }

    /// The second source beside the database, as part of a sentence.
    pub fn also(&self) -> String {
        match self {
            Self::Prisma { path, .. } => format!(" and {path}"),
            Self::Inferred { .. } => String::new(),
        }
    }
}
