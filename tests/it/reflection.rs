//! What reading the schema costs the app's database: drift is looked for once a minute.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::support::{App, Schema};

/// PostgreSQL compiles the plans of dearer statements (`jit_above_cost`), which takes a second.
const JIT_ABOVE_COST: f64 = 100_000.0;

#[tokio::test]
async fn no_statement_is_dear_enough_to_be_compiled() {
    let app = App::builder(Schema::Trouble).start().await;
    let db = app.db().await;
    let ask = async |sql: String| {
        let statement = Statement::from_string(DbBackend::Postgres, sql);
        let row = db.query_one_raw(statement).await.expect("runs");
        row.expect("one row")
    };
    let relations = "SELECT array_agg(oid::bigint)::text AS answer FROM pg_class \
                     WHERE relnamespace = 'public'::regnamespace";
    let ids: String = ask(relations.to_owned())
        .await
        .try_get("", "answer")
        .expect("ids");
    for (name, sql) in [
        (
            "types",
            include_str!("../../crates/reflect/src/introspect/pg_catalog/types.sql"),
        ),
        (
            "columns",
            include_str!("../../crates/reflect/src/introspect/pg_catalog/columns.sql"),
        ),
        (
            "keys",
            include_str!("../../crates/reflect/src/introspect/pg_catalog/keys.sql"),
        ),
        (
            "constraints",
            include_str!("../../crates/reflect/src/introspect/pg_catalog/constraints.sql"),
        ),
    ] {
        // The text form of the plan begins with the whole of it: `… (cost=0.00..12.34 rows=…`.
        // The comments speak of $1 too.
        let sql = sql.replace("$1", &format!("'{ids}'::bigint[]"));
        let plan: String = ask(format!("EXPLAIN {sql}"))
            .await
            .try_get("", "QUERY PLAN")
            .expect("a plan");
        let cost = plan
            .split("..")
            .nth(1)
            .and_then(|rest| rest.split(' ').next());
        let cost: f64 = cost.and_then(|cost| cost.parse().ok()).expect("a cost");
        assert!(cost < JIT_ABOVE_COST, "{name}: {plan}");
    }
}
