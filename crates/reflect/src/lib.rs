//! Reflection: reading a live schema and, with the `codegen` feature, writing the entity crate.
//!
//! ```text
//! DATABASE_URL ─► database_url ─► read (+ prisma, names) ─► Snapshot ─► generate ─► entity/
//!                                                             └─► diff (against a committed one)
//! ```
//!
//! The server links everything but `generate`: it parses the same `DATABASE_URL` and reads the
//! schema again to notice drift.

pub mod check_limits;
pub mod database_url;
pub mod diff;
pub mod dotenv;
#[cfg(feature = "codegen")]
pub mod generate;
pub mod introspect;
pub mod name_source;
pub mod names;
pub mod prisma;
pub mod quote;
pub mod registry;
pub mod snapshot;
pub mod tenants;

pub use database_url::{DatabaseUrl, DatabaseUrlError, connect};
pub use diff::{Difference, diff, diff_names};
pub use introspect::{ReflectError, read, read_with_prisma};
pub use name_source::Names;
pub use prisma::PrismaSchema;
pub use snapshot::Snapshot;
