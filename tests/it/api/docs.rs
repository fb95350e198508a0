//! `GET /docs`, `/redoc`

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    on_each_database,
    support::{App, Kind, Options, Schema, database::TestDatabase, openapi},
};

on_each_database!(Schema::Sample, people_read_the_documentation_in_a_browser);
async fn people_read_the_documentation_in_a_browser(app: &App) {
    for (path, word) in [("/docs", "swagger"), ("/redoc", "redoc")] {
        let page = app.get(path).await;
        page.assert_status(200);
        assert_eq!(
            page.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert!(page.text.to_lowercase().contains(word), "{path}");
        assert!(
            page.text.contains("/api/v1/generation-jobs"),
            "{path} documents the resources"
        );
    }
    assert_eq!(
        app.get("/openapi.json").await.header("content-type"),
        Some("application/json")
    );
}

// Comments are whoever's who may write the schema; the browser that reads them is a developer's.
#[tokio::test]
async fn comments_of_the_database_are_no_html() {
    const EVIL: &str = "<img src=x onerror=alert(1)> `<b>` [a](javascript:alert(2)) </script><script>alert(3)</script>";
    let sql = format!(
        r#"CREATE TABLE "Thing" ("id" TEXT PRIMARY KEY, "<i>" TEXT);
           COMMENT ON TABLE "Thing" IS $evil${EVIL}$evil$;
           COMMENT ON COLUMN "Thing"."<i>" IS $evil${EVIL}$evil$;"#
    );
    let database = TestDatabase::made_by(&sql, Kind::Postgres, &["public"]).await;
    let app = App::builder(database).start().await;
    // A program reads what stands there.
    let document = app.get("/openapi.json").await.expect(200);
    assert!(document.to_string().contains("<img src=x"), "{document}");
    for path in ["/docs", "/redoc"] {
        let page = app.get(path).await;
        let policy = page
            .header("content-security-policy")
            .expect("a policy")
            .to_owned();
        let (_, nonce) = policy.split_once("script-src 'nonce-").expect("a nonce");
        let (nonce, rest) = nonce.split_once("'; ").expect("its end");
        assert!(
            !rest.contains("script") && policy.contains("default-src 'none'"),
            "{policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        // Two scripts are the page's: the library, and what starts it.
        assert_eq!(
            page.text
                .matches(&format!("<script nonce=\"{nonce}\""))
                .count(),
            2,
            "{path}"
        );
        let (_, text) = page.text.rsplit_once("let spec = ").expect("the document");
        let (text, _) = text.split_once("</script>").expect("the script's end");
        let document = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        let document = { document }.next().expect("a value").expect("JSON");
        let thing = &document["components"]["schemas"]["Thing"];
        let comment = thing["description"].as_str().expect("the table's comment");
        assert!(
            comment.starts_with("&lt;img src=x") && comment.contains("`<b>`"),
            "{comment}"
        );
        let comment = thing["properties"]["<i>"]["description"]
            .as_str()
            .expect("the column's");
        assert!(comment.contains("&lt;script>"), "{comment}");
    }
    let page = app.get("/redoc").await;
    assert!(page.text.contains("untrustedSpec: true"));
}

#[tokio::test]
async fn documentation_can_be_off() {
    let options = Options::default().set("DOCS", "false");
    let app = App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    for path in ["/docs", "/redoc", "/openapi.json"] {
        assert_eq!(
            app.get(path).await.expect_problem(404).0,
            "route_not_found",
            "{path}"
        );
    }
    app.get("/api/v1/users").await.expect(200);
}

/// The components that a page's components lead to one another by, in a circle.
fn circle(document: &Value) -> Option<String> {
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                let name = members.get("$ref").and_then(Value::as_str);
                found.extend(
                    name.and_then(|name| name.rsplit('/').next())
                        .map(str::to_owned),
                );
                members
                    .values()
                    .for_each(|member| references(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let schemas = document["components"]["schemas"].as_object()?;
    let lead = |name: &String| {
        let mut found = Vec::new();
        schemas
            .get(name)
            .into_iter()
            .for_each(|schema| references(schema, &mut found));
        found
    };
    schemas
        .keys()
        .find(|start| {
            let (mut seen, mut next) = (BTreeSet::new(), lead(start));
            while let Some(name) = next.pop() {
                if seen.insert(name.clone()) {
                    next.extend(lead(&name));
                }
            }
            seen.contains(*start)
        })
        .cloned()
}

// Both pages unfold every reference at once, and of a circle that has no end.
on_each_database!(Schema::Writes, nothing_in_the_document_leads_back_to_itself);
async fn nothing_in_the_document_leads_back_to_itself(app: &App) {
    // Authors have posts, which have authors: what unfolds a schema has to come to an end.
    let document = app.get("/openapi.json").await.expect(200);
    assert_eq!(circle(&document), None);
    for path in ["/docs", "/redoc"] {
        let page = app.get(path).await.text;
        let (_, text) = page.rsplit_once("let spec = ").expect("the document");
        let document = serde_json::Deserializer::from_str(text)
            .into_iter::<Value>()
            .next()
            .expect("a value")
            .expect("JSON");
        assert_eq!(circle(&document), None, "{path}");
        let create = &document["components"]["schemas"]["AuthorLink"]["properties"]["create"];
        assert_eq!(create["title"], "AuthorCreate.Related", "{path}: {create}");
        // An example of a pattern would be junk.
        assert_eq!(
            document["components"]["schemas"]["AuthorCreate"]["properties"]["email"],
            json!({ "type": "string" }),
            "{path}"
        );
    }
}

/// Tables that refer to the ones before, in SQL of both databases.
fn large_app() -> String {
    let tables = (0..45).map(|n| {
        let key = match n {
            0 => String::new(),
            n => format!(r#", "beforeId" TEXT REFERENCES "Area{}" ("id")"#, n - 1),
        };
        format!(
            r#"CREATE TABLE "Area{n}" ("id" TEXT PRIMARY KEY NOT NULL, "title" TEXT NOT NULL,
               "size" INTEGER, "madeAt" TIMESTAMP{key});"#
        )
    });
    tables.collect()
}

#[tokio::test]
async fn the_documentation_of_a_large_app_is_in_parts() {
    for kind in [Kind::Postgres, Kind::Sqlite] {
        let database = TestDatabase::made_by(&large_app(), kind, &["public"]).await;
        let app = App::builder(database).start().await;
        let whole = app.get("/openapi.json").await;
        let document = whole.json();
        assert_eq!(openapi::faults(&document), Vec::<String>::new());
        // What is equal stands there once: the filters of a list, and of those that relations lead to.
        let filters = &document["components"]["schemas"]["Refract.Filters.Area7"];
        assert!(filters["properties"]["title"].is_object(), "{filters}");

        let part = app.get("/openapi.json?resource=Area7").await;
        let document = part.json();
        assert_eq!(openapi::faults(&document), Vec::<String>::new());
        let paths = document["paths"].as_object().expect("paths");
        assert!(paths.keys().all(|path| path.starts_with("/api/v1/area7")));
        assert!(document["components"]["schemas"]["Area20"].is_null());
        assert!(part.text.len() * 5 < whole.text.len());
        for path in ["/docs", "/redoc"] {
            let first = app.get(path).await;
            first.assert_status(200);
            assert!(
                first
                    .text
                    .contains("aria-current=\"page\">Service endpoints")
            );
            assert!(!first.text.contains("/api/v1/area7/{id}"), "{path}");
            let page = app.get(&format!("{path}?resource=Area7")).await;
            assert!(page.text.contains("aria-current=\"page\">Area7</a>"));
            assert!(page.text.contains("/api/v1/area7"), "{path}");
            assert!(!page.text.contains("/api/v1/area21\""), "{path}");
        }
        for path in ["/docs", "/redoc", "/openapi.json"] {
            let unknown = app.get(&format!("{path}?resource=Nothing")).await;
            unknown.assert_status(404);
        }
    }
}
