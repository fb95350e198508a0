//! A query and the catalog → a tree of rows ([`raw_node`]).
//!
//! The grammar ([`crate::query::parse`]) and the planner ([`crate::query::plan::node_planner`]) are those of
//! `/api/v1`; the resolver ([`passthrough_resolver`]) leaves names and operands as they were written,
//! because PostgreSQL judges them. It decides only what the catalog alone knows: which relationship an
//! embed means ([`relationships`]), and that hidden columns do not exist.

pub mod name_suggestion;
pub mod passthrough_resolver;
pub mod raw_node;
pub mod relationships;
pub mod shared_rules;

#[cfg(test)]
mod tests {
    use reflect::snapshot::Database;

    use super::{
        passthrough_resolver, relationships::Relationships, shared_rules::PostgrestContext,
    };
    use crate::{
        catalog::Catalog,
        postgrest::on_sqlite::sqlite_resolver,
        query::{
            parse,
            plan::{self, Deleted, Visibility, every_plan_is_visible::leaves_out_deleted},
        },
        settings::{Compat, Limits},
    };

    #[test]
    fn every_node_leaves_out_deleted_rows() {
        let catalog = Catalog::soft_deleting();
        let relationships = Relationships::of(&catalog);
        let limits = Limits::default();
        let visibility = Visibility::of(Deleted::Exclude);
        let context = PostgrestContext {
            catalog: &catalog,
            relationships: &relationships,
            aggregates: true,
            max_rows: None,
            compat: Compat::V13,
            visibility,
        };
        let strict = plan::Context {
            catalog: &catalog,
            database: Database::Sqlite,
            limits: &limits,
            visibility,
        };
        let queries = [
            "",
            "title=eq.a",
            "select=id,author(name,post(id))&author=not.is.null",
            "select=id,author!inner(name)&author.name=eq.a",
        ];
        let post = catalog.sample("post");
        for text in queries {
            let query = || {
                let query = parse::postgrest(text, &limits, Compat::V13);
                query.unwrap_or_else(|_| panic!("{text} is a query")).list
            };
            let root = passthrough_resolver::plan(context, &post, query()).expect("a plan");
            assert!(leaves_out_deleted(&root), "{text}: {root:?}");
            let plan = sqlite_resolver::plan(context, strict, &post, query()).expect("a plan");
            assert!(leaves_out_deleted(&plan.root), "{text}: {plan:?}");
        }
    }
}
