//! Relations that are no foreign keys of tables: of views, and of functions.

use serde_json::json;

use super::get;
use crate::support::{App, Kind, Options, database::TestDatabase};

const SCHEMA: &str = r#"
    CREATE SCHEMA store;
    CREATE TABLE store.author (id int PRIMARY KEY, name text NOT NULL);
    CREATE TABLE store.book (
        id int PRIMARY KEY, title text NOT NULL, author_id int NOT NULL REFERENCES store.author (id)
    );
    CREATE VIEW store.novel AS SELECT id AS number, title FROM store.book;
    CREATE TABLE label (id int PRIMARY KEY, name text NOT NULL);
    CREATE VIEW writer AS SELECT id AS writer_id, upper(name) AS name FROM store.author;
    CREATE VIEW volume AS SELECT number, title FROM store.novel;
    CREATE VIEW work AS
        SELECT book.id, book.author_id AS by, author.name AS author
        FROM store.book JOIN store.author ON author.id = book.author_id;
    CREATE FUNCTION initials(writer) RETURNS text LANGUAGE sql STABLE AS $$ SELECT left($1.name, 1) $$;
    CREATE FUNCTION opus(writer) RETURNS SETOF work ROWS 1 LANGUAGE sql STABLE AS
        $$ SELECT * FROM work WHERE by = $1.writer_id ORDER BY id LIMIT 1 $$;
    CREATE FUNCTION labels(writer) RETURNS SETOF label LANGUAGE sql STABLE AS
        $$ SELECT * FROM label WHERE id > $1.writer_id $$;
    CREATE FUNCTION tally(label) RETURNS int LANGUAGE sql AS
        $$ INSERT INTO label VALUES (1000, 'counted') RETURNING id $$;
    CREATE TABLE team (id int PRIMARY KEY, captain int);
    CREATE TABLE player (id int PRIMARY KEY, team int CONSTRAINT a_of_team REFERENCES team);
    ALTER TABLE team ADD CONSTRAINT b_captain FOREIGN KEY (captain) REFERENCES player;
    INSERT INTO store.author VALUES (1, 'ada'), (2, 'bob');
    INSERT INTO store.book VALUES (10, 'One', 1), (11, 'Two', 1);
    INSERT INTO label VALUES (2, 'blue'), (3, 'red');
"#;

async fn app() -> App {
    let database = TestDatabase::made_by(SCHEMA, Kind::Postgres, &["public"]).await;
    App::builder(database).start().await
}

#[tokio::test]
async fn views_are_related_by_the_keys_that_they_copy() {
    let app = app().await;
    assert_eq!(
        get(&app, "writer?select=writer_id,work(id)&order=writer_id").await,
        json!([
            { "writer_id": 1, "work": [{ "id": 10 }, { "id": 11 }] },
            { "writer_id": 2, "work": [] },
        ])
    );
    assert_eq!(
        get(&app, "work?select=id,writer(name)&id=eq.10").await,
        json!([{ "id": 10, "writer": { "name": "ADA" } }])
    );
    // Not by the names of constraints and columns, which are the tables' own.
    let none = app.get("/rest/v1/work?select=by(*)").await.expect(400);
    assert_eq!(none["code"], "PGRST200");
}

#[tokio::test]
async fn a_view_has_the_key_that_it_copies() {
    let app = app().await;
    let put = app.request("PUT", "/rest/v1/volume?number=eq.10");
    let put = put.header("prefer", "return=representation");
    let put = put.json(json!({ "number": 11, "title": "x" })).send().await;
    assert_eq!(put.expect(400)["code"], "PGRST115");
    let options = app.request("OPTIONS", "/rest/v1/volume").send().await;
    let allowed = options.header("allow").map(str::to_owned);
    assert_eq!(
        allowed.as_deref(),
        Some("OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE")
    );
    let options = app.request("OPTIONS", "/rest/v1/work").send().await;
    assert_eq!(options.header("allow"), Some("OPTIONS,GET,HEAD"));
}

#[tokio::test]
async fn functions_of_a_row_are_columns_and_relations() {
    let app = app().await;
    assert_eq!(
        get(
            &app,
            "writer?select=initials,opus(id),labels(name)&initials=eq.A"
        )
        .await,
        json!([{
            "initials": "A", "opus": { "id": 10 }, "labels": [{ "name": "blue" }, { "name": "red" }],
        }])
    );
    assert_eq!(
        get(
            &app,
            "writer?select=writer_id,labels!inner(id)&labels.name=eq.blue"
        )
        .await,
        json!([{ "writer_id": 1, "labels": [{ "id": 2 }] }])
    );
    let written = app.request("PATCH", "/rest/v1/label?id=eq.2&select=id,tally");
    let written = written.header("prefer", "return=representation");
    let written = written.json(json!({ "name": "green" })).send().await;
    assert_eq!(written.expect(200), json!([{ "id": 2, "tally": 1000 }]));
}

#[tokio::test]
async fn what_is_asked_of_inner_rows_is_looked_for_first() {
    let sql = r#"
        CREATE TABLE users (id int PRIMARY KEY, name text);
        CREATE TABLE posts (id int PRIMARY KEY, author_id int NOT NULL REFERENCES users, title text);
        CREATE INDEX ON posts (title);
        INSERT INTO users SELECT n, 'user ' || n FROM generate_series(1, 5000) n;
        INSERT INTO posts SELECT n, n % 5000 + 1, 'post ' || n FROM generate_series(1, 10000) n;
        ANALYZE users, posts;
    "#;
    let database = TestDatabase::made_by(sql, Kind::Postgres, &["public"]).await;
    let options = Options::default().set("REST_PLAN", "true");
    let app = App::builder(database).with(options).start().await;
    let path = "users?select=name,posts!inner(title)&posts.title=eq.post 42";
    assert_eq!(
        get(&app, path).await,
        json!([{ "name": "user 43", "posts": [{ "title": "post 42" }] }])
    );
    let plan = app.request("GET", &format!("/rest/v1/{path}"));
    let plan = plan
        .header("accept", "application/vnd.pgrst.plan")
        .send()
        .await;
    assert!(!plan.text.contains("Seq Scan"), "{plan}");
    // Aggregates are there, of no rows too; and what bounds leave of further rows is asked as it is.
    let counted = "users?select=id,posts!inner(count())&posts.title=eq.none&order=id&limit=1";
    assert_eq!(
        get(&app, counted).await,
        json!([{ "id": 1, "posts": [{ "count": 0 }] }])
    );
    let none = "users?select=id,posts!inner(id,users())&posts.users=is.null&posts.users.limit=0";
    let none = get(&app, &format!("{none}&posts.id=eq.7")).await;
    assert_eq!(none, json!([{ "id": 8, "posts": [{ "id": 7 }] }]));
}

#[tokio::test]
async fn a_read_does_not_write() {
    let app = app().await;
    let refused = app.get("/rest/v1/label?select=id,tally").await.expect(405);
    assert_eq!(refused["code"], "25006");
    assert_eq!(
        get(&app, "label?select=count()").await,
        json!([{ "count": 2 }])
    );
}

#[tokio::test]
async fn hints_name_what_is_near() {
    let app = app().await;
    let unknown = app.get("/rest/v1/writers").await.expect(404);
    assert_eq!(
        unknown["hint"],
        "Perhaps you meant the table 'public.writer'"
    );
    let unrelated = app.get("/rest/v1/writer?select=wrk(*)").await.expect(400);
    assert_eq!(
        unrelated["hint"],
        "Perhaps you meant 'work' instead of 'wrk'."
    );
    let unlike = app.get("/rest/v1/writer?select=zzz(*)").await.expect(400);
    assert!(unlike["hint"].is_null());
}

const COSTS: &str = r#"
    CREATE TABLE factory (id int PRIMARY KEY, name text);
    CREATE TABLE process (id int PRIMARY KEY, factory_id int REFERENCES factory (id));
    CREATE TABLE cost (process_id int PRIMARY KEY REFERENCES process (id), amount int);
    CREATE TABLE shift (id int PRIMARY KEY, process_id int REFERENCES process (id), secret text);
    INSERT INTO factory VALUES (1, 'north'), (2, 'south');
    INSERT INTO process VALUES (1, 1), (2, 1), (3, 2);
    INSERT INTO cost VALUES (1, 10), (2, 20), (3, 30);
    INSERT INTO shift VALUES (1, 1), (2, 2), (3, 3), (4, 3);
"#;

#[tokio::test]
async fn what_is_spread_through_levels_is_aggregated_in_the_row_around() {
    let database = TestDatabase::made_by(COSTS, Kind::Postgres, &["public"]).await;
    let app = App::builder(database).start().await;
    let path = "shift?select=...process(...factory(where:name),...cost(total:amount.sum()),count())\
                &order=process(where).desc";
    assert_eq!(
        get(&app, path).await,
        json!([
            { "where": "south", "total": 60, "count": 2 },
            { "where": "north", "total": 30, "count": 2 },
        ])
    );
    // What shows nothing in any level is not there.
    assert_eq!(
        get(&app, "shift?select=id,process(factory())&id=eq.1").await,
        json!([{ "id": 1 }])
    );
}

#[tokio::test]
async fn of_several_relations_lists_are_told_first() {
    let app = app().await;
    let refused = app
        .get("/rest/v1/player?select=*,team(*)")
        .await
        .expect(300);
    let details = refused["details"].as_array().expect("a list").iter();
    let cardinalities: Vec<_> = details.map(|one| &one["cardinality"]).collect();
    assert_eq!(cardinalities, ["one-to-many", "many-to-one"]);
    assert_eq!(
        refused["hint"],
        "Try changing 'team' to one of the following: 'team!b_captain', 'team!a_of_team'. Find the \
         desired relationship in the 'details' key."
    );
}
