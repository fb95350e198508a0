//! Columns of domains whose casts to and from `json` and `text` are functions.

use serde_json::{Value, json};

use super::get;
use crate::support::{App, Kind, Options, database::TestDatabase};

/// Prices are kept in cents, shown and read in euros. The functions call each other without a schema.
const SCHEMA: &str = r#"
    CREATE DOMAIN price AS int CHECK (VALUE >= 0);
    CREATE FUNCTION euros(price) RETURNS json LANGUAGE sql IMMUTABLE AS
        $$ SELECT to_json(coalesce(to_char($1::numeric / 100, 'FM990.00'), 'unknown')) $$;
    CREATE FUNCTION cents(text) RETURNS price LANGUAGE sql IMMUTABLE AS
        $$ SELECT ($1::numeric * 100)::int::price $$;
    CREATE FUNCTION cents(json) RETURNS price LANGUAGE sql IMMUTABLE AS
        $$ SELECT cents($1 #>> '{}') $$;
    CREATE CAST (price AS json) WITH FUNCTION euros(price) AS IMPLICIT;
    CREATE CAST (json AS price) WITH FUNCTION cents(json) AS IMPLICIT;
    CREATE CAST (text AS price) WITH FUNCTION cents(text) AS IMPLICIT;
    CREATE DOMAIN size AS int;
    CREATE FUNCTION words(size) RETURNS json LANGUAGE sql IMMUTABLE AS $$ SELECT '"big"'::json $$;
    -- Not implicit: nobody asked for it.
    CREATE CAST (size AS json) WITH FUNCTION words(size) AS ASSIGNMENT;
    CREATE TABLE shop (id int PRIMARY KEY, name text NOT NULL);
    CREATE TABLE ware (
        id int PRIMARY KEY, name text, price price DEFAULT 100, size size DEFAULT 1,
        shop_id int REFERENCES shop (id)
    );
    CREATE VIEW offer AS SELECT id, price, (price / 2)::price AS half FROM ware;
    INSERT INTO shop VALUES (1, 'corner');
    INSERT INTO ware VALUES (1, 'pen', 150, 1, 1), (2, 'ink', 1000, 1, 1), (3, 'cap', NULL, 1, 1);

    CREATE DOMAIN watched AS text;
    CREATE TABLE glance (at timestamptz DEFAULT now());
    CREATE FUNCTION noted(watched) RETURNS json LANGUAGE sql AS
        $$ INSERT INTO glance DEFAULT VALUES RETURNING to_json($1::text) $$;
    CREATE CAST (watched AS json) WITH FUNCTION noted(watched) AS IMPLICIT;
    CREATE TABLE secret (id int PRIMARY KEY, word watched);
    INSERT INTO secret VALUES (1, 'x');

    CREATE DOMAIN words AS tsvector;
    CREATE DOMAIN few_words AS words CHECK (length(VALUE) < 10);
    CREATE TABLE sentence (id int PRIMARY KEY, words few_words);
    INSERT INTO sentence VALUES (1, to_tsvector('simple', 'one of many'));
"#;

async fn app() -> App {
    app_with(Options::default()).await
}

async fn app_with(options: Options) -> App {
    let database = TestDatabase::made_by(SCHEMA, Kind::Postgres, &["public"]).await;
    App::builder(database).with(options).start().await
}

#[tokio::test]
async fn values_are_shown_by_the_function_of_their_cast_to_json() {
    let app = app().await;
    assert_eq!(
        get(&app, "ware?order=id").await,
        json!([
            { "id": 1, "name": "pen", "price": "1.50", "size": 1, "shop_id": 1 },
            { "id": 2, "name": "ink", "price": "10.00", "size": 1, "shop_id": 1 },
            { "id": 3, "name": "cap", "price": "unknown", "size": 1, "shop_id": 1 },
        ])
    );
    assert_eq!(
        get(&app, "ware?select=costs:price,as_text:price::text&id=eq.1").await,
        json!([{ "costs": "1.50", "as_text": "\"1.50\"" }])
    );
    assert_eq!(
        get(&app, "offer?select=*&id=eq.1").await,
        json!([{ "id": 1, "price": "1.50", "half": "0.75" }])
    );
    // Rows are ordered, grouped and aggregated by what is kept.
    assert_eq!(
        get(
            &app,
            "shop?select=name,ware(price)&ware.order=price.desc.nullslast"
        )
        .await,
        json!([{
            "name": "corner",
            "ware": [{ "price": "10.00" }, { "price": "1.50" }, { "price": "unknown" }],
        }])
    );
    assert_eq!(
        get(&app, "ware?select=price,count(),price.max()&order=price").await,
        json!([
            { "price": "1.50", "count": 1, "max": 150 },
            { "price": "10.00", "count": 1, "max": 1000 },
            { "price": "unknown", "count": 1, "max": null },
        ])
    );
    assert_eq!(
        get(&app, "shop?select=...ware(price,name)&ware.order=id").await,
        json!([{ "price": ["1.50", "10.00", "unknown"], "name": ["pen", "ink", "cap"] }])
    );
}

#[tokio::test]
async fn written_values_are_read_by_the_function_of_their_cast_from_json() {
    let app = app().await;
    let shown = |method: &str, path: &str, body: Value| {
        let request = app.request(method, &format!("/rest/v1/{path}"));
        let request = request.header("prefer", "return=representation, missing=default");
        request.json(body).send()
    };
    let ware = json!({ "id": 4, "name": "nib", "price": 0.25, "size": 3 });
    assert_eq!(
        shown("POST", "ware?select=id,price,size", ware)
            .await
            .expect(201),
        json!([{ "id": 4, "price": "0.25", "size": 3 }])
    );
    // The other two take what `columns` leaves out, and what the body does.
    let wares =
        json!([{ "id": 5, "price": "0.50", "name": 7 }, { "id": 6, "price": null }, { "id": 7 }]);
    assert_eq!(
        shown("POST", "ware?columns=id,price&select=id,name,price", wares)
            .await
            .expect(201),
        json!([
            { "id": 5, "name": null, "price": "0.50" },
            { "id": 6, "name": null, "price": "unknown" },
            { "id": 7, "name": null, "price": "1.00" },
        ])
    );
    let change = json!({ "price": "2.75", "name": "quill" });
    assert_eq!(
        shown("PATCH", "ware?id=eq.1&select=name,price", change)
            .await
            .expect(200),
        json!([{ "name": "quill", "price": "2.75" }])
    );
    let change = json!({ "price": "3.00" });
    let changed = shown("PATCH", "offer?price=eq.2.75&select=price,half", change).await;
    assert_eq!(
        changed.expect(200),
        json!([{ "price": "3.00", "half": "1.50" }])
    );
    let replacement =
        json!({ "id": 1, "name": "pen", "price": "1.25", "size": 2, "shop_id": null });
    assert_eq!(
        shown("PUT", "ware?id=eq.1&select=name,price", replacement)
            .await
            .expect(200),
        json!([{ "name": "pen", "price": "1.25" }])
    );
    let kept = app.get("/api/v1/wares/1").await.expect(200);
    assert_eq!(kept["price"], 125);
    let refused = shown("PATCH", "ware?id=eq.1", json!({ "price": "dear" })).await;
    assert_eq!(refused.expect(400)["code"], "22P02");
    let refused = shown("PATCH", "ware?id=eq.1", json!({ "price": "-1" })).await;
    assert_eq!(refused.expect(400)["code"], "23514");
}

#[tokio::test]
async fn literals_of_filters_are_read_by_the_function_of_their_cast_from_text() {
    let app = app().await;
    for (filter, found) in [
        ("price=eq.1.50", json!([1])),
        ("price=not.eq.1.5", json!([2])),
        ("price=gt.9.99", json!([2])),
        ("price=in.(1.50,10)", json!([1, 2])),
        ("price=not.in.(1.50,3)", json!([2])),
        ("price=in.()", json!([])),
        ("price=gte(any).{1.50,20}", json!([1, 2])),
        ("price=isdistinct.10", json!([1, 3])),
        ("price=is.null", json!([3])),
        ("or=(price.eq.10,price.is.null)", json!([2, 3])),
        ("size=eq.1", json!([1, 2, 3])),
    ] {
        let rows = get(&app, &format!("ware?select=id&order=id&{filter}")).await;
        let rows = rows.as_array().expect("rows").iter();
        let ids: Vec<_> = rows.map(|row| row["id"].clone()).collect();
        assert_eq!(Value::from(ids), found, "{filter}");
    }
    assert_eq!(
        get(&app, "shop?select=ware(id)&ware.price=lt.2").await,
        json!([{ "ware": [{ "id": 1 }] }])
    );
    let wrong = app.get("/rest/v1/ware?price=eq.dear").await.expect(400);
    assert_eq!(wrong["code"], "22P02");
    // A pattern is none of a domain's values.
    let wrong = app.get("/rest/v1/ware?price=like.1*").await.expect(404);
    assert_eq!(wrong["code"], "42883");
    // Literals stay values.
    let wrong = app
        .get("/rest/v1/ware?price=eq.1);DROP%20TABLE%20ware--")
        .await;
    assert_eq!(wrong.expect(400)["code"], "22P02");
}

#[tokio::test]
async fn a_read_writes_nothing_whatever_shows_it() {
    let app = app().await;
    let refused = app.get("/rest/v1/secret").await.expect(405);
    assert_eq!(refused["code"], "25006");
    assert_eq!(get(&app, "secret?select=id").await, json!([{ "id": 1 }]));
}

#[tokio::test]
async fn hidden_columns_are_not_shown_by_their_domains_either() {
    let options = Options::default().hide("Ware", "price");
    let app = app_with(options).await;
    assert_eq!(
        get(&app, "ware?id=eq.1").await,
        json!([{ "id": 1, "name": "pen", "size": 1, "shop_id": 1 }])
    );
    let refused = app.get("/rest/v1/ware?price=eq.1.50").await.expect(400);
    assert_eq!(refused["code"], "42703");
}

#[tokio::test]
async fn a_domain_over_words_is_searched_as_it_is() {
    let app = app().await;
    assert_eq!(
        get(&app, "sentence?select=id&words=fts(simple).of").await,
        json!([{ "id": 1 }])
    );
}

#[tokio::test]
async fn casts_that_come_and_go_are_drift() {
    let app = app().await;
    app.db_execute("DROP CAST (price AS json)").await;
    let report = app.get("/api/v1/private/diagnostics/schema").await;
    let report = report.expect(200);
    let differences = report["differences"].as_array().expect("a list");
    let found: Vec<_> = differences
        .iter()
        .map(|one| (&one["table"], &one["detail"], &one["harmful"]))
        .collect();
    assert!(
        found.contains(&(
            &json!("public.ware"),
            &json!("column \"price\" has other casts to and from json and text"),
            &json!(false),
        )),
        "{report}"
    );
}
