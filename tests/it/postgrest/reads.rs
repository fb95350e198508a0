use serde_json::json;

use super::{get, library, library_with};
use crate::support::Options;

#[tokio::test]
async fn filters_are_the_database_s_to_judge() {
    let app = library().await;
    for (query, ids) in [
        ("title=eq.Two, again", json!(["p2"])),
        ("status=in.(DRAFT,ARCHIVED)", json!(["p1"])),
        ("reviewerId=is.null", json!(["p2"])),
        ("title=like(any).{O*,T*}", json!(["p1", "p2"])),
        (
            "or=(slug.eq.one,and(status.eq.PUBLISHED,title.ilike.*again))",
            json!(["p1", "p2"]),
        ),
        ("not.or=(slug.eq.one)", json!(["p2"])),
        ("title=fts(english).two", json!(["p2"])),
        ("slug=not.in.()", json!(["p1", "p2"])),
        ("slug=isdistinct.one", json!(["p2"])),
        ("slug=match.^o", json!(["p1"])),
    ] {
        let rows = get(
            &app,
            &format!("Page?select=id&{}", query.replace(' ', "%20")),
        )
        .await;
        let found: Vec<_> = rows
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| row["id"].clone())
            .collect();
        assert_eq!(json!(found), ids, "{query}");
    }
    let rows = get(
        &app,
        "User?select=preferences->theme->>name&preferences->theme->>name=eq.dark",
    )
    .await;
    assert_eq!(rows, json!([{ "name": "dark" }]));
    let rows = get(
        &app,
        "User?select=n:name,id::text&order=name.desc.nullslast&limit=1",
    )
    .await;
    assert_eq!(rows, json!([{ "n": "Ada", "id": "ada" }]));
}

#[tokio::test]
async fn embeds_follow_foreign_keys() {
    let app = library().await;
    let rows = get(
        &app,
        "Page?select=id,authorId(name),reviewer:User!Page_reviewerId_fkey(id)&order=id",
    )
    .await;
    assert_eq!(
        rows,
        json!([
            { "id": "p1", "authorId": { "name": "Ada" }, "reviewer": { "id": "bob" } },
            { "id": "p2", "authorId": { "name": "Ada" }, "reviewer": null },
        ])
    );
    let rows = get(
        &app,
        "User?select=id,pages:Page!authorId(slug)&pages.order=slug.desc&pages.limit=1&order=id",
    )
    .await;
    assert_eq!(
        rows,
        json!([{ "id": "ada", "pages": [{ "slug": "two" }] }, { "id": "bob", "pages": [] }])
    );
    let rows = get(&app, "User?select=id,Page!reviewerId!inner()").await;
    assert_eq!(rows, json!([{ "id": "bob" }]));
    let rows = get(&app, "User?select=id,Page!reviewerId()&Page=is.null").await;
    assert_eq!(rows, json!([{ "id": "ada" }]));
    let rows = get(&app, "Organisation?select=name,User(id)").await;
    assert_eq!(
        rows,
        json!([{ "name": "Guild", "User": [{ "id": "ada" }] }])
    );
    let rows = get(
        &app,
        "Page?select=slug,...authorId(author:name)&order=authorId(name),slug&limit=1",
    )
    .await;
    assert_eq!(rows, json!([{ "slug": "one", "author": "Ada" }]));
    let rows = get(&app, "User?select=id,...Page!authorId(slug)&order=id").await;
    assert_eq!(
        rows,
        json!([{ "id": "ada", "slug": ["one", "two"] }, { "id": "bob", "slug": [] }])
    );
    let rows = get(&app, "Page?select=authorId(name),count()").await;
    assert_eq!(rows, json!([{ "authorId": { "name": "Ada" }, "count": 2 }]));
    let rows = get(&app, "Page?select=...authorId(name,n:id.count())").await;
    assert_eq!(rows, json!([{ "name": "Ada", "n": 2 }]));
}

#[tokio::test]
async fn several_relations_to_one_table_ask_for_a_hint() {
    let app = library().await;
    let refused = app.get("/rest/v1/Page?select=User(id)").await.expect(300);
    assert_eq!(refused["code"], "PGRST201");
    assert_eq!(
        refused["details"],
        json!([
            {
                "cardinality": "many-to-one",
                "embedding": "Page with User",
                "relationship": "Page_authorId_fkey using Page(authorId) and User(id)",
            },
            {
                "cardinality": "many-to-one",
                "embedding": "Page with User",
                "relationship": "Page_reviewerId_fkey using Page(reviewerId) and User(id)",
            },
        ])
    );
    let refused = app
        .get("/rest/v1/Page?select=Session(id)")
        .await
        .expect(400);
    assert_eq!(refused["code"], "PGRST200");
}

#[tokio::test]
async fn ranges_and_counts() {
    let app = library().await;
    for (query, prefer, status, range) in [
        ("", "", 200, "0-1/*"),
        ("limit=1", "count=exact", 206, "0-0/2"),
        ("offset=1", "count=exact", 206, "1-1/2"),
        ("", "count=exact", 200, "0-1/2"),
        ("id=eq.none", "count=exact", 200, "*/0"),
        ("offset=5", "", 200, "*/*"),
        ("offset=5", "count=exact", 416, "*/2"),
        ("limit=0", "", 200, "*/*"),
    ] {
        let request = app.request("GET", &format!("/rest/v1/User?{query}"));
        let answer = request.header("Prefer", prefer).send().await;
        answer.assert_status(status);
        assert_eq!(
            answer.header("content-range"),
            Some(range),
            "{query} {prefer}"
        );
    }
    let answer = app
        .request("GET", "/rest/v1/User")
        .header("Range", "1-9")
        .send()
        .await;
    assert_eq!(answer.header("content-range"), Some("1-1/*"));
    let answer = app
        .request("GET", "/rest/v1/User")
        .header("Range", "9-1")
        .send()
        .await;
    assert_eq!(answer.expect(416)["code"], "PGRST103");
    let answer = app
        .request("HEAD", "/rest/v1/User")
        .header("Prefer", "count=exact")
        .send()
        .await;
    assert_eq!(answer.header("content-range"), Some("0-1/2"));
    let answer = app
        .request("GET", "/rest/v1/User")
        .header("Prefer", "count=planned")
        .send()
        .await;
    assert!(answer.status.is_success(), "{answer}");
}

#[tokio::test]
async fn rows_come_as_the_client_asks() {
    let app = library().await;
    let ask = async |query: &str, accept: &str| {
        let request = app.request("GET", &format!("/rest/v1/User?{query}"));
        request.header("Accept", accept).send().await
    };
    let one = ask("select=id&id=eq.ada", "application/vnd.pgrst.object+json").await;
    assert_eq!(one.expect(200), json!({ "id": "ada" }));
    let refused = ask("select=id", "application/vnd.pgrst.object+json")
        .await
        .expect(406);
    assert_eq!(refused["code"], "PGRST116");
    assert_eq!(refused["details"], "The result contains 2 rows");
    let csv = ask("select=id,name&order=id", "text/csv").await;
    assert_eq!(csv.text, "id,name\nada,Ada\nbob,");
    let rows = ask(
        "select=id,name&order=id",
        "application/vnd.pgrst.array+json;nulls=stripped",
    )
    .await;
    assert_eq!(
        rows.expect(200),
        json!([{ "id": "ada", "name": "Ada" }, { "id": "bob" }])
    );
    assert_eq!(ask("", "image/png").await.expect(406)["code"], "PGRST107");
}

#[tokio::test]
async fn hidden_columns_are_not_there() {
    let app = library_with(Options::default().hide("User", "email")).await;
    let all = app.get("/rest/v1/User").await;
    assert!(!all.text.contains("example.com"), "{all}");
    for query in [
        "select=email",
        "select=row_to_json",
        "email=eq.ada@example.com",
        "order=email",
        "or=(email.eq.x)",
        "select=email.max()",
    ] {
        let refused = app.get(&format!("/rest/v1/User?{query}")).await.expect(400);
        assert_eq!(refused["code"], "42703", "{query}");
    }
    let request = app.request("PATCH", "/rest/v1/User?id=eq.ada");
    let broken = request.json(json!({ "updatedAt": null })).send().await;
    assert!(!broken.text.contains("example.com"), "{broken}");
    assert_eq!(broken.expect(400)["code"], "23502");
    let inside = app
        .get("/rest/v1/Page?select=authorId(email)")
        .await
        .expect(400);
    assert_eq!(inside["message"], "column User_1.email does not exist");
}
