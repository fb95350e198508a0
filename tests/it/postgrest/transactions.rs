//! What holds for the transaction of a request: zone, names, its end; and how its plan is told.

use serde_json::json;

use super::{get, library, library_with};
use crate::support::{App, Kind, Options, Schema, database::TestDatabase};

#[tokio::test]
async fn moments_are_told_in_the_zone_that_is_asked_for() {
    let sql = "CREATE TABLE moment (id int PRIMARY KEY, at timestamptz NOT NULL);
               INSERT INTO moment VALUES (1, '2023-10-18 12:00:00+00');";
    let database = TestDatabase::made_by(sql, Kind::Postgres, &["public"]).await;
    let app = App::builder(database).start().await;
    let read = app.request("GET", "/rest/v1/moment?select=at");
    let read = read.header("prefer", "timezone=America/Los_Angeles");
    let read = read.send().await;
    let applied = read.header("preference-applied").map(str::to_owned);
    assert_eq!(applied.as_deref(), Some("timezone=America/Los_Angeles"));
    assert_eq!(
        read.expect(200),
        json!([{ "at": "2023-10-18T05:00:00-07:00" }])
    );
    // For that request only.
    assert_eq!(
        get(&app, "moment?select=at").await,
        json!([{ "at": "2023-10-18T12:00:00+00:00" }])
    );
    let wrong = app.request("GET", "/rest/v1/moment");
    let wrong = wrong
        .header("prefer", r"timezone=it's \nowhere")
        .send()
        .await;
    assert_eq!(wrong.expect(400)["code"], "22023");
}

#[tokio::test]
async fn names_are_looked_for_in_the_schema_that_is_asked_for() {
    let sql = r#"CREATE SCHEMA "own ""place";
                 SET search_path = "own ""place";
                 CREATE TYPE mood AS ENUM ('good', 'bad');
                 CREATE TABLE day (id int PRIMARY KEY, mood text);
                 CREATE TABLE log (entry text PRIMARY KEY);
                 CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
                     $$ BEGIN INSERT INTO log VALUES (NEW.mood); RETURN NEW; END $$;
                 CREATE TRIGGER note AFTER INSERT ON day FOR EACH ROW EXECUTE FUNCTION note();"#;
    let schema = "own \"place";
    let database = TestDatabase::made_by(sql, Kind::Postgres, &[schema]).await;
    let options = Options::default().set("DATABASE_SCHEMAS", schema);
    let app = App::builder(database).with(options).start().await;
    let day = json!({ "id": 1, "mood": "good" });
    app.post("/rest/v1/day", day).await.expect(201);
    assert_eq!(
        get(&app, "day?select=mood::mood").await,
        json!([{ "mood": "good" }])
    );
    assert_eq!(get(&app, "log").await, json!([{ "entry": "good" }]));
}

#[tokio::test]
async fn a_write_that_lost_to_others_is_tried_again() {
    // Sequences count what is undone, too.
    let sql = "CREATE SEQUENCE tries;
               CREATE TABLE day (id int PRIMARY KEY, at int);
               CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$
               BEGIN
                   NEW.at := nextval('tries');
                   IF NEW.at < 3 THEN RAISE 'lost' USING ERRCODE = '40001'; END IF;
                   IF NEW.at < 5 THEN RAISE 'lost' USING ERRCODE = '40P01'; END IF;
                   RETURN NEW;
               END $$;
               CREATE TRIGGER lose BEFORE INSERT ON day FOR EACH ROW EXECUTE FUNCTION lose();";
    let database = TestDatabase::made_by(sql, Kind::Postgres, &["public"]).await;
    let app = App::builder(database).start().await;
    let day = json!({ "id": 1 });
    app.post("/rest/v1/day", day).await.expect(201);
    assert_eq!(get(&app, "day").await, json!([{ "id": 1, "at": 5 }]));
    // In vain: nobody is told that it may have happened.
    app.db_execute("ALTER SEQUENCE tries MINVALUE -100 START -100 RESTART")
        .await;
    let lost = app.post("/rest/v1/day", json!({ "id": 2 })).await;
    assert_eq!(lost.expect(409)["code"], "40001");
    assert_eq!(get(&app, "day?select=id").await, json!([{ "id": 1 }]));
}

#[tokio::test]
async fn a_write_can_be_tried_where_that_is_allowed() {
    for (allowed, left) in [("true", 2), ("false", 1)] {
        let app = library_with(Options::default().set("ALLOW_DRY_RUN", allowed)).await;
        let tried = app.request("DELETE", "/rest/v1/Page?id=eq.p2");
        let tried = tried.header("prefer", "tx=rollback").send().await;
        let applied = tried.header("preference-applied").map(str::to_owned);
        let expected = (allowed == "true").then_some("tx=rollback");
        assert_eq!(applied.as_deref(), expected);
        tried.expect(204);
        assert_eq!(
            get(&app, "Page?select=count()").await,
            json!([{ "count": left }])
        );
    }
}

#[tokio::test]
async fn plans_are_told_where_that_is_allowed() {
    let plan = "application/vnd.pgrst.plan+json; options=verbose|analyze";
    let ask = |app: &App, method: &str, path: &str| {
        let request = app.request(method, &format!("/rest/v1/{path}"));
        request.header("accept", plan)
    };
    let closed = library().await;
    let refused = ask(&closed, "GET", "Page").send().await.expect(406);
    assert_eq!(refused["code"], "PGRST107");
    let app = library_with(Options::default().set("REST_PLAN", "true")).await;
    let told = ask(&app, "GET", "Page?id=eq.p1").send().await;
    let content_type = told.header("content-type").map(str::to_owned);
    assert_eq!(
        content_type.as_deref(),
        Some(
            "application/vnd.pgrst.plan+json; for=\"application/json\"; \
             options=analyze|verbose; charset=utf-8"
        )
    );
    assert_eq!(told.expect(200)[0]["Plan"]["Node Type"], "Aggregate");
    // Nothing has happened where the plan of a write is told.
    ask(&app, "DELETE", "Page").send().await.expect(200);
    assert_eq!(
        get(&app, "Page?select=count()").await,
        json!([{ "count": 2 }])
    );
}

#[tokio::test]
async fn geojson_needs_postgis() {
    let app = library().await;
    let request = app.request("GET", "/rest/v1/Page");
    let refused = request
        .header("accept", "application/geo+json")
        .send()
        .await;
    assert_eq!(refused.expect(406)["code"], "PGRST107");
}

#[tokio::test]
async fn it_answers_like_the_version_that_is_set() {
    let app = library_with(Options::default().set("REST_COMPAT", "12")).await;
    let unknown = app.get("/rest/v1/Pages").await.expect(404);
    assert_eq!(unknown["code"], "42P01");
    assert_eq!(
        unknown["message"],
        "relation \"public.Pages\" does not exist"
    );
    let request = app.request("GET", "/rest/v1/Page");
    let request = request.header("accept", "application/vnd.pgrst.object+json");
    assert_eq!(
        request.send().await.expect(406)["message"],
        "JSON object requested, multiple (or no) rows returned"
    );
    let spread = app.get("/rest/v1/User?select=...Page!Page_authorId_fkey(title)");
    assert_eq!(spread.await.expect(400)["code"], "PGRST119");
}

#[tokio::test]
async fn rows_that_are_marked_as_deleted_are_not_there() {
    let options = Options::default()
        .soft_delete("Note", "deletedAt", false)
        .soft_delete("Folder", "isDeleted", false);
    for kind in [Kind::Postgres, Kind::Sqlite] {
        let app = App::builder(Schema::Writes)
            .on(kind)
            .with(options.clone())
            .start()
            .await;
        for slug in ["gone", "stays"] {
            let note = json!({ "slug": slug });
            app.post("/rest/v1/Note", note).await.expect(201);
        }
        let deleted = app.delete("/rest/v1/Note?slug=eq.gone").await;
        deleted.expect(204);
        assert_eq!(
            get(&app, "Note?select=slug").await,
            json!([{ "slug": "stays" }])
        );
        // Nor can they be changed, or deleted again.
        let again = app.request("DELETE", "/rest/v1/Note?slug=eq.gone&select=slug");
        let again = again.header("prefer", "return=representation").send().await;
        assert_eq!(again.expect(200), json!([]));
        let marked = app.get("/api/v1/notes?deleted=only").await.expect(200);
        assert_eq!(marked["data"][0]["slug"], "gone");
    }
}

#[tokio::test]
async fn an_estimate_counts_no_further_than_past_the_row_cap() {
    let sql = "CREATE TABLE step (id int PRIMARY KEY);
               INSERT INTO step SELECT generate_series(1, 9);
               CREATE FUNCTION climbed() RETURNS SETOF step ROWS 1 LANGUAGE plpgsql STABLE AS
                   $$ BEGIN RETURN QUERY SELECT * FROM step; END $$;
               CREATE VIEW climb AS SELECT * FROM climbed();";
    let database = TestDatabase::made_by(sql, Kind::Postgres, &["public"]).await;
    let options = Options::default().set("REST_MAX_ROWS", "2");
    let app = App::builder(database).with(options).start().await;
    for (count, filter, range, status) in [
        ("estimated", "", "0-1/3", 206),
        ("estimated", "id=lt.3", "0-1/2", 200),
        ("exact", "", "0-1/9", 206),
    ] {
        let read = app.request("GET", &format!("/rest/v1/climb?{filter}"));
        let read = read
            .header("prefer", &format!("count={count}"))
            .send()
            .await;
        assert_eq!(
            read.header("content-range"),
            Some(range),
            "{count} {filter}"
        );
        read.expect(status);
    }
}
