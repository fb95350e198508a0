//! Indexes answer comparisons of moments.

use reflect::registry::{EntityShape, Registry};
use refract::{
    internals::{
        Catalog, Db, Limits, Repeat, parse, plan,
        sql::{Statement, Statements},
    },
    settings::Settings,
};

use super::moments::sql;
use crate::support::{Kind, database::TestDatabase};

/// How SQLite runs the statement of a list, on a connection as the server has them.
async fn explained(query: &str) -> String {
    let database = TestDatabase::made_by(&sql(), Kind::Sqlite, &["main"]).await;
    let registry = Registry {
        snapshot: serde_json::to_string(&database.snapshot).expect("serialises"),
        entities: EntityShape::all_of(&database.snapshot),
    };
    let catalog = Catalog::build(&registry, &Default::default(), &[]).expect("a catalog");
    let url = database.url.as_deref().expect("a file");
    let settings = Settings::from_pairs([("DATABASE_URL", url)]).expect("settings");
    let db = Db::open(&settings.database, &catalog).await.expect("opens");
    let limits = Limits::default();
    let context = plan::Context {
        visibility: plan::Visibility::of(plan::Deleted::Exclude),
        catalog: &catalog,
        database: db.database(),
        limits: &limits,
    };
    let resource = catalog.by_path("events").expect("the resource");
    let query = parse::list(query, &limits).expect("parses");
    let plan = plan::list(context, resource, query).expect("is planned");
    let statements = Statements::new(db.database(), 1 << 20);
    let mut statement = statements.read(&plan);
    statement.sql = Statement::ad_hoc(format!("EXPLAIN QUERY PLAN {}", statement.sql.text)).sql;
    let rows = db
        .fetch(&statement, Repeat::Allowed)
        .await
        .expect("explains");
    let lines = (0..rows.len()).map(|row| rows.text(row, 3).unwrap_or_default().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn an_index_answers_comparisons_of_moments() {
    for filter in ["eq.2024-02-01", "gt.2024-02-01", "lt.2024-02-01"] {
        let plan = explained(&format!("select=id&limit=100&order=at&at={filter}")).await;
        assert!(plan.contains("INDEX Event_at_idx"), "{filter}: {plan}");
        assert!(plan.contains("SEARCH"), "{filter}: {plan}");
    }
}
