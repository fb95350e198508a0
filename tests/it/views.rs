//! Views can be listed, and read by key where it is certain that one row has it.

use reflect::snapshot::{Cardinality, Relation};
use serde_json::json;

use crate::{
    on_each_database,
    support::{App, Kind, Schema, database::TestDatabase},
};

on_each_database!(
    Schema::Trouble,
    a_row_of_a_view_is_read_by_the_key_of_its_table
);
async fn a_row_of_a_view_is_read_by_the_key_of_its_table(app: &App) {
    let body = match app.kind {
        Kind::Postgres => {
            json!({ "text": "t", "varchar": "v", "varchar_5": "v5", "progress": "in progress" })
        }
        Kind::Sqlite => json!({ "text": "t", "progress": "in progress" }),
    };
    let text = app.post("/api/v1/texts", body).await.expect(201);
    let path = format!(
        "/api/v1/ongoing-texts/{}",
        text["id"].to_string().replace('"', "")
    );
    let row = app.get(&path).await.expect(200);
    assert_eq!(
        [&row["id"], &row["progress"]],
        [&text["id"], &json!("in progress")]
    );
    let list = app.get("/api/v1/ongoing-texts").await.expect(200);
    assert_eq!(list["data"], json!([row]));
    app.get("/api/v1/ongoing-texts/9999")
        .await
        .expect_problem(404);
    app.patch(&path, json!({ "progress": "todo" }))
        .await
        .expect_problem(405);
}

const SHOP: &str = r#"
    CREATE SCHEMA "sales";
    CREATE TABLE "Customer" ("id" UUID PRIMARY KEY, "name" TEXT NOT NULL, "tags" TEXT[] NOT NULL);
    CREATE TABLE "sales"."Order" ("id" INTEGER PRIMARY KEY, "customer" UUID NOT NULL REFERENCES "Customer", "note" TEXT);
    CREATE VIEW "sales"."orders_of" AS
        SELECT o."id" AS "order number", c."name", upper(o."note") AS "note"
        FROM "sales"."Order" o LEFT JOIN "Customer" c ON c."id" = o."customer" WHERE o."id" > 0;
    CREATE VIEW "loud" AS SELECT "order number", "note" FROM "sales"."orders_of";
    CREATE MATERIALIZED VIEW "totals" AS
        SELECT c."id", count(*) AS "orders" FROM "sales"."Order" o JOIN "Customer" c ON o."customer" = c."id" GROUP BY c."id";
    CREATE VIEW "tags" AS SELECT "id", unnest("tags") AS "tag" FROM "Customer";
    CREATE VIEW "tags_too" AS SELECT c."id", t."tag" FROM "Customer" c, LATERAL unnest(c."tags") t("tag");
    CREATE VIEW "rolled_up" AS SELECT "customer", count(*) FROM "sales"."Order" GROUP BY ROLLUP ("customer");
    CREATE VIEW "twice" AS SELECT "id" FROM "Customer" UNION ALL SELECT "id" FROM "Customer";
    INSERT INTO "Customer" VALUES ('00000000-0000-0000-0000-000000000001', 'Ada', '{a,b}');
    INSERT INTO "sales"."Order" VALUES (1, '00000000-0000-0000-0000-000000000001', 'x'), (2, '00000000-0000-0000-0000-000000000001', NULL);
    REFRESH MATERIALIZED VIEW "totals";
"#;

#[tokio::test]
async fn a_key_is_found_through_joins_groups_and_other_views_and_nowhere_else() {
    let database = TestDatabase::made_by(SHOP, Kind::Postgres, &["public", "sales"]).await;
    let app = App::builder(database).start().await;
    let row = app.get("/api/v1/orders-ofs/2").await;
    let row = if row.status == 404 {
        app.get("/api/v1/orders-of/2").await
    } else {
        row
    };
    assert_eq!(
        row.expect(200),
        json!({ "order number": 2, "name": "Ada", "note": null })
    );
    let schema = app.get("/api/v1/schema").await.expect(200);
    let views = schema["resources"].as_array().expect("resources").iter();
    let keys: Vec<String> = views
        .filter(|one| one["kind"] == "view")
        .map(|one| format!("{} {}", one["table"], one["primaryKey"]).replace('"', ""))
        .collect();
    assert_eq!(
        keys,
        [
            "loud [order number]",
            "orders_of [order number]",
            "rolled_up []",
            "tags []",
            "tags_too []",
            "totals [id]",
            "twice []",
        ]
    );
    for resource in schema["resources"].as_array().expect("resources") {
        app.get(resource["path"].as_str().expect("a path"))
            .await
            .expect(200);
    }
}

/// Relations of views are in schema.prisma only.
fn relation(name: &str, [schema, table]: [&str; 2], cardinality: Cardinality) -> Relation {
    Relation {
        name: name.to_owned(),
        schema: schema.to_owned(),
        table: table.to_owned(),
        cardinality,
        columns: vec!["id".to_owned()],
        references: vec!["id".to_owned()],
        foreign_key: None,
        through: None,
    }
}

#[tokio::test]
async fn rows_of_views_embed_and_are_embedded() {
    let mut database = TestDatabase::made_by(SHOP, Kind::Postgres, &["public", "sales"]).await;
    let ends = [
        (
            "totals",
            relation("customer", ["public", "Customer"], Cardinality::OneToOne),
        ),
        (
            "Customer",
            relation("totals", ["public", "totals"], Cardinality::OneToOne),
        ),
        (
            "Customer",
            relation("labels", ["public", "tags"], Cardinality::OneToMany),
        ),
    ];
    for (table, relation) in ends {
        let mut tables = database.snapshot.tables.iter_mut();
        let table = tables.find(|one| one.name == table);
        table.expect("it is reflected").relations.push(relation);
    }
    let app = App::builder(database).start().await;
    let rows = async |path: &str| app.get(path).await.expect(200)["data"].clone();
    let customer = "/api/v1/customers/00000000-0000-0000-0000-000000000001";
    assert_eq!(
        rows("/api/v1/totals?select=orders,customer(name)&customer.name=eq.Ada").await,
        json!([{ "orders": "2", "customer": { "name": "Ada" } }])
    );
    assert_eq!(
        rows("/api/v1/customers?select=name,...totals(orders),labels(tag)&labels.order=tag.desc")
            .await,
        json!([{ "name": "Ada", "orders": "2", "labels": [{ "tag": "b" }, { "tag": "a" }] }])
    );
    assert_eq!(
        rows("/api/v1/customers?select=name,labels!inner(count())&labels.tag=eq.a").await,
        json!([{ "name": "Ada", "labels": [{ "count": 1 }] }])
    );
    assert_eq!(
        rows(&format!("{customer}/labels?select=tag&order=tag")).await,
        json!([{ "tag": "a" }, { "tag": "b" }])
    );
    let total = "/api/v1/totals/00000000-0000-0000-0000-000000000001";
    assert_eq!(
        rows(&format!("{total}/customer?select=name")).await,
        json!([{ "name": "Ada" }])
    );
    // Through a view nothing is written.
    let body = json!({ "totals": { "create": { "orders": "3" } } });
    app.patch(customer, body).await.expect_problem(422);
}
