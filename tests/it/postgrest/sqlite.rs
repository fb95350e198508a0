//! `/rest/v1` on SQLite: the answers of PostgreSQL, or a word on what is lacking.

use serde_json::{Value, json};

use super::get;
use crate::support::{Answer, App, Kind, Options, Schema, database::TestDatabase};

const SQL: &str = r#"
    CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, born DATETIME,
        active BOOLEAN NOT NULL DEFAULT true, notes JSONB, worth DECIMAL, reads BIGINT, face BLOB);
    CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT NOT NULL,
        author_id INTEGER NOT NULL REFERENCES author (id) ON DELETE CASCADE);
    CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE book_tag (book_id INTEGER NOT NULL REFERENCES book (id),
        tag_id INTEGER NOT NULL REFERENCES tag (id), PRIMARY KEY (book_id, tag_id));
    CREATE TABLE cell (line INTEGER NOT NULL, place INTEGER NOT NULL, content JSONB,
        PRIMARY KEY (line, place));
    INSERT INTO author VALUES
        (1, 'Ada', '1815-12-10 00:00:00.500', true, '{"a": [1, {"b": null}]}', '10.50',
         9007199254740993, x'00ff'),
        (2, 'Bob', NULL, false, NULL, NULL, NULL, NULL);
    INSERT INTO book VALUES (10, 'One', 1), (11, 'Two', 1), (12, 'Three', 2);
    INSERT INTO tag VALUES (1, 'good'), (2, 'long');
    INSERT INTO book_tag VALUES (10, 1), (10, 2), (12, 2);
"#;

async fn app() -> App {
    let database = TestDatabase::made_by(SQL, Kind::Sqlite, &["main"]).await;
    App::builder(database).start().await
}

async fn write(app: &App, method: &str, path: &str, prefer: &str, body: Value) -> Answer {
    let request = app.request(method, &format!("/rest/v1/{path}"));
    request.header("Prefer", prefer).json(body).send().await
}

#[tokio::test]
async fn values_are_spelled_as_postgresql_spells_them() {
    let app = app().await;
    let text = app.get("/rest/v1/author?id=eq.1").await.text;
    for member in [
        r#""born":"1815-12-10T00:00:00.5""#,
        r#""active":true"#,
        r#""worth":10.5,"#,
        r#""reads":9007199254740993"#,
        r#""face":"\\x00ff""#,
        r#""notes":{"a": [1, {"b": null}]}"#,
    ] {
        assert!(text.contains(member), "{member} in {text}");
    }
}

#[tokio::test]
async fn rows_are_read_filtered_ordered_and_embedded() {
    let app = app().await;
    assert_eq!(
        get(
            &app,
            "book?select=title,author(name),book_tag(tag(name))&order=id.desc&limit=2&offset=1"
        )
        .await,
        json!([
            { "title": "Two", "author": { "name": "Ada" }, "book_tag": [] },
            {
                "title": "One",
                "author": { "name": "Ada" },
                "book_tag": [{ "tag": { "name": "good" } }, { "tag": { "name": "long" } }],
            },
        ])
    );
    // Through the junction, though it is a table of its own.
    assert_eq!(
        get(
            &app,
            "book?select=id,tag(name)&tag.order=name.desc&tag=not.is.null&order=id"
        )
        .await,
        json!([
            { "id": 10, "tag": [{ "name": "long" }, { "name": "good" }] },
            { "id": 12, "tag": [{ "name": "long" }] },
        ])
    );
    assert_eq!(
        get(
            &app,
            "author?select=who:name,book!inner(id)&book.title=like.T*&book.order=id"
        )
        .await,
        json!([
            { "who": "Ada", "book": [{ "id": 11 }] },
            { "who": "Bob", "book": [{ "id": 12 }] },
        ])
    );
    assert_eq!(
        get(
            &app,
            "author?or=(name.ilike.a*,born.not.is.null)&select=id,a:notes->a->0"
        )
        .await,
        json!([{ "id": 1, "a": 1 }])
    );
    assert_eq!(
        get(&app, "book?select=author_id,count()&order=author_id").await,
        json!([{ "author_id": 1, "count": 2 }, { "author_id": 2, "count": 1 }])
    );
    let counted = app.request("GET", "/rest/v1/book?limit=1");
    let counted = counted.header("prefer", "count=exact").send().await;
    counted.assert_status(206);
    assert_eq!(counted.header("content-range"), Some("0-0/3"));
    let one = app.request("GET", "/rest/v1/author?id=eq.2");
    let accept = "application/vnd.pgrst.object+json;nulls=stripped";
    let one = one.header("accept", accept).send().await;
    assert_eq!(
        one.expect(200),
        json!({ "id": 2, "name": "Bob", "active": false })
    );
}

#[tokio::test]
async fn rows_are_written() {
    let app = app().await;
    let new = json!([
        { "id": "3", "name": "Cy", "worth": 1 },
        { "id": 4, "name": "Di", "worth": "2.5" },
    ]);
    let path = "author?select=id,worth,active,book(id)";
    let created = write(&app, "POST", path, "return=representation", new).await;
    assert_eq!(
        created.expect(201),
        json!([
            { "id": 3, "worth": 1, "active": true, "book": [] },
            { "id": 4, "worth": 2.5, "active": true, "book": [] },
        ])
    );
    let merged = json!([{ "id": 4, "name": "Dora" }, { "id": 5, "name": "Ed" }]);
    let prefer = "resolution=merge-duplicates, return=representation";
    let merged = write(&app, "POST", "author?select=id,name,worth", prefer, merged).await;
    assert_eq!(
        merged.expect(201),
        json!([
            { "id": 4, "name": "Dora", "worth": 2.5 },
            { "id": 5, "name": "Ed", "worth": null },
        ])
    );
    let ignored = json!([{ "name": "Ada" }, { "name": "Flo" }]);
    let prefer = "resolution=ignore-duplicates, return=representation";
    let path = "author?on_conflict=name&select=name";
    let ignored = write(&app, "POST", path, prefer, ignored).await;
    assert_eq!(ignored.expect(201), json!([{ "name": "Flo" }]));

    let changed = json!({ "name": "Eddy" });
    let changed = write(&app, "PATCH", "author?id=eq.5", "", changed).await;
    assert_eq!(changed.header("content-range"), Some("0-0/*"));
    changed.assert_status(204);
    let deleted = app.request("DELETE", "/rest/v1/author?id=gte.5&select=name&order=name");
    let deleted = deleted
        .header("prefer", "return=representation")
        .send()
        .await;
    assert_eq!(
        deleted.expect(200),
        json!([{ "name": "Eddy" }, { "name": "Flo" }])
    );
    assert_eq!(get(&app, "author?select=id&id=gte.5").await, json!([]));
}

#[tokio::test]
async fn rows_by_keys_of_several_columns_are_answered_however_many_they_are() {
    let app = app().await;
    let cell = |n: u32| json!({ "line": n / 100, "place": n % 100, "content": [[n], []] });
    let cells = |count| Value::from((0..count).map(cell).collect::<Vec<_>>());
    let single = |method, path: &str, body: Value| {
        app.request(method, &format!("/rest/v1/{path}"))
            .header("Accept", "application/vnd.pgrst.object+json")
            .header("Prefer", "return=representation")
            .json(body)
            .send()
    };
    // Those of one statement, and of three.
    for count in [1, 450] {
        let created = write(&app, "POST", "cell", "return=representation", cells(count));
        assert_eq!(created.await.expect(201), cells(count));
        let path = "cell?select=content&content->1=not.is.null";
        let changed = json!({ "content": ["]", "["] });
        let changed = write(&app, "PATCH", path, "return=representation", changed);
        assert_eq!(
            changed.await.expect(200),
            Value::from(vec![json!({ "content": ["]", "["] }); count as usize])
        );
        let deleted = write(&app, "DELETE", "cell", "", Value::Null).await;
        deleted.assert_status(204);
    }
    let one = single("POST", "cell?select=content", cell(7)).await;
    assert_eq!(one.expect(201), json!({ "content": [[7], []] }));
    let one = single("PATCH", "cell?place=eq.7", json!({ "content": [] })).await;
    assert_eq!(
        one.expect(200),
        json!({ "line": 0, "place": 7, "content": [] })
    );
    let none = single("PATCH", "cell?place=eq.8", json!({ "content": [] })).await;
    assert_eq!(none.expect(406)["code"], "PGRST116");
    let many = single("PUT", "cell?line=eq.0&place=eq.7", cells(450)).await;
    assert_eq!(many.expect(200), cell(7));
    app.delete("/rest/v1/cell").await.assert_status(204);
    let many = single("POST", "cell", cells(450)).await.expect(406);
    assert_eq!(many["details"], "The result contains 450 rows");
    assert_eq!(get(&app, "cell").await, json!([]));
}

#[tokio::test]
async fn a_write_whose_plan_is_asked_for_does_not_happen() {
    let database = TestDatabase::made_by(SQL, Kind::Sqlite, &["main"]).await;
    let options = Options::default().set("REST_PLAN", "true");
    let app = App::builder(database).with(options).start().await;
    for (method, path) in [("GET", "tag"), ("DELETE", "book_tag")] {
        let request = app.request(method, &format!("/rest/v1/{path}"));
        let request = request.header("Accept", "application/vnd.pgrst.plan");
        assert_eq!(request.send().await.expect(501)["code"], "PGRST127");
    }
    assert_eq!(
        get(&app, "book_tag?select=count()").await,
        json!([{ "count": 3 }])
    );
}

#[tokio::test]
async fn refusals_have_postgresqls_codes() {
    let app = app().await;
    for (path, status, code) in [
        ("author?nope=eq.1", 400, "42703"),
        ("author?id=eq.x", 400, "22P02"),
        ("author?select=nope(*)", 400, "PGRST200"),
        ("nothing", 404, "PGRST205"),
        ("author?name=match.A", 501, "PGRST127"),
        ("author?name=fts.A", 501, "PGRST127"),
    ] {
        let refused = app.get(&format!("/rest/v1/{path}")).await.expect(status);
        assert_eq!(refused["code"], code, "{path}");
        assert_eq!(refused.as_object().map(serde_json::Map::len), Some(4));
    }
    for (body, status, code) in [
        (json!({ "id": 1, "name": "x" }), 409, "23505"),
        (json!({ "id": 9 }), 400, "23502"),
        (json!({ "id": 9, "name": "x", "worth": "y" }), 400, "22P02"),
        (json!({ "id": 9, "nope": 1 }), 400, "PGRST204"),
    ] {
        let refused = write(&app, "POST", "author", "", body.clone()).await;
        assert_eq!(refused.expect(status)["code"], code, "{body}");
    }
    let orphan = json!({ "title": "x", "author_id": 99 });
    let refused = write(&app, "POST", "book", "", orphan).await.expect(409);
    assert_eq!(refused["code"], "23503");
    // One of two would have been created.
    let two = json!([{ "id": 8, "name": "H" }, { "id": 8, "name": "I" }]);
    write(&app, "POST", "author", "", two).await.expect(409);
    let request = app.request("DELETE", "/rest/v1/book_tag");
    let request = request.header("accept", "application/vnd.pgrst.object+json");
    assert_eq!(request.send().await.expect(406)["code"], "PGRST116");
    assert_eq!(
        get(&app, "author?select=count()").await,
        json!([{ "count": 2 }])
    );
}

#[tokio::test]
async fn the_sandbox_is_served_too() {
    let app = App::builder(Schema::Sample).on(Kind::Sqlite).start().await;
    let zoe = json!({ "id": "zoe", "email": "zoe@example.com", "name": "Zoe" });
    write(&app, "POST", "User", "", zoe)
        .await
        .assert_status(201);
    let page = json!([{ "id": "pz", "slug": "zz", "title": "Z", "authorId": "zoe" }]);
    let path = "Page?select=id,status,author:User!authorId(name)";
    let created = write(&app, "POST", path, "return=representation", page).await;
    assert_eq!(
        created.expect(201),
        json!([{ "id": "pz", "status": "DRAFT", "author": { "name": "Zoe" } }])
    );
    assert_eq!(
        get(
            &app,
            "User?select=name,Page!Page_authorId_fkey(slug)&email=in.(zoe@example.com)"
        )
        .await,
        json!([{ "name": "Zoe", "Page": [{ "slug": "zz" }] }])
    );
    let renamed = write(&app, "PATCH", "User?id=eq.zoe", "", json!({ "name": "Zo" }));
    renamed.await.assert_status(204);
    let path = "/rest/v1/User?select=name,createdAt::text&id=eq.zoe";
    let read = app.get(path).await.expect(200);
    assert_eq!(read[0]["name"], "Zo");
    app.delete("/rest/v1/Page?id=eq.pz")
        .await
        .assert_status(204);
    assert_eq!(get(&app, "Page?id=eq.pz").await, json!([]));
}

#[tokio::test]
async fn a_change_may_tell_rows_by_what_they_embed() {
    let app = app().await;
    let names = json!({ "name": "unused" });
    let path = "tag?book_tag=is.null&select=id,name,book_tag(book_id)";
    app.post(
        "/rest/v1/tag",
        json!([{ "id": 8, "name": "x" }, { "id": 9, "name": "y" }]),
    )
    .await
    .assert_status(201);
    let changed = write(&app, "PATCH", path, "return=representation", names).await;
    assert_eq!(
        changed.expect(200),
        json!([
            { "id": 8, "name": "unused", "book_tag": [] },
            { "id": 9, "name": "unused", "book_tag": [] },
        ])
    );
    // A pair is found by the whole of its key, whatever else it embeds.
    let path = "book_tag?select=tag_id,tag!inner()&tag.name=eq.long&tag=not.is.null&book_id=gt.10";
    let deleted = write(&app, "DELETE", path, "return=representation", Value::Null).await;
    assert_eq!(deleted.expect(200), json!([{ "tag_id": 2 }]));
    assert_eq!(get(&app, "book_tag?book_id=gt.10").await, json!([]));
    assert_eq!(
        get(&app, "book_tag?select=tag_id").await,
        json!([{ "tag_id": 1 }, { "tag_id": 2 }])
    );
}
