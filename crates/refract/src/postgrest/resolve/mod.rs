//! A query and the catalog → a tree of rows ([`raw_node`]).
//!
//! The grammar ([`crate::query::parse`]) and the planner ([`crate::query::plan::tree`]) are those of
//! `/api/v1`; the resolver ([`passthrough_resolver`]) leaves names and operands as they were written,
//! because PostgreSQL judges them. It decides only what the catalog alone knows: which relationship an
//! embed means ([`relationships`]), and that hidden columns do not exist.

pub mod name_suggestion;
pub mod passthrough_resolver;
pub mod raw_node;
pub mod relationships;
pub mod shared_rules;
