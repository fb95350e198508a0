//! `GET /docs`, `/redoc`

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    on_each_backend,
    support::{App, Kind, Options, Schema},
};

on_each_backend!(Schema::Sample, async fn people_read_the_documentation_in_a_browser(app) {
    for (path, word) in [("/docs", "swagger"), ("/redoc", "redoc")] {
        let page = app.get(path).await;
        page.assert_status(200);
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(page.text.to_lowercase().contains(word), "{path}");
        assert!(page.text.contains("/api/v1/generation-jobs"), "{path} documents the resources");
    }
    assert_eq!(app.get("/openapi.json").await.header("content-type"), Some("application/json"));
});

#[tokio::test]
async fn documentation_can_be_off() {
    let options = Options::default().set("DOCS", "false");
    let app = App::start_with(Schema::Sample, Kind::Sqlite, options).await;
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
on_each_backend!(Schema::Writes, async fn nothing_in_the_document_leads_back_to_itself(app) {
    // Authors have posts, which have authors: what unfolds a schema has to come to an end.
    let document = app.get("/openapi.json").await.expect(200);
    assert_eq!(circle(&document), None);
    for path in ["/docs", "/redoc"] {
        let page = app.get(path).await.text;
        let (_, text) = page.rsplit_once("let spec = ").expect("the document");
        let document = serde_json::Deserializer::from_str(text).into_iter::<Value>().next().expect("a value").expect("JSON");
        assert_eq!(circle(&document), None, "{path}");
        let create = &document["components"]["schemas"]["AuthorLink"]["properties"]["create"];
        assert_eq!(create["title"], "AuthorCreate.Related", "{path}: {create}");
        // An example of a pattern would be junk.
        assert_eq!(document["components"]["schemas"]["AuthorCreate"]["properties"]["email"], json!({ "type": "string" }), "{path}");
    }
});
