//! `/api/v1`, by URL.

mod create;
