//! The document of a large app states once what is equal, and still says the same.

use std::collections::BTreeSet;

use serde_json::Value;
use tokio::process::Command;

use crate::{
    on_each_database,
    support::{App, Kind, Schema, database::TestDatabase, openapi, programs},
};

/// What a part of a document refers to, or the part itself.
fn resolved<'a>(document: &'a Value, part: &'a Value) -> &'a Value {
    let reference = part["$ref"].as_str().and_then(|at| at.strip_prefix('#'));
    reference.map_or(part, |at| document.pointer(at).expect("a component"))
}

/// Every operation, by its id, with its path item.
fn operations(document: &Value) -> Vec<(&str, &Value, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let items = paths.values();
    let all = items.flat_map(|item| {
        let operations = item.as_object().expect("operations").values();
        operations.filter_map(move |one| Some((one["operationId"].as_str()?, one, item)))
    });
    all.collect()
}

/// The names in the URL that an operation takes, whether they are parameters or members of one.
fn query_names(document: &Value, operation: &Value, item: &Value) -> BTreeSet<String> {
    let lists = [&operation["parameters"], &item["parameters"]];
    let parameters = lists.into_iter().filter_map(Value::as_array).flatten();
    let parameters = parameters.map(|one| resolved(document, one));
    let mut names = BTreeSet::new();
    for parameter in parameters.filter(|one| one["in"] == "query") {
        let schema = resolved(document, &parameter["schema"]);
        if parameter["explode"] == true && schema["type"] == "object" {
            assert_eq!(parameter["style"], "form", "{parameter}");
            names.extend(
                schema["properties"]
                    .as_object()
                    .expect("members")
                    .keys()
                    .cloned(),
            );
        } else {
            names.insert(parameter["name"].as_str().expect("a name").to_owned());
        }
    }
    names
}

/// The properties and the required ones of a schema and of the parts that it is made of.
fn members(document: &Value, schema: &Value) -> (BTreeSet<String>, BTreeSet<String>) {
    let schema = resolved(document, schema);
    let (mut all, mut required) = (BTreeSet::new(), BTreeSet::new());
    all.extend(
        schema["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone()),
    );
    let named = schema["required"].as_array().into_iter().flatten();
    required.extend(named.filter_map(Value::as_str).map(str::to_owned));
    for part in schema["allOf"].as_array().into_iter().flatten() {
        let (more, needed) = members(document, part);
        all.extend(more);
        required.extend(needed);
    }
    (all, required)
}

on_each_database!(Schema::Trouble, the_terse_form_says_what_the_full_one_says);
async fn the_terse_form_says_what_the_full_one_says(app: &App) {
    let full = app.get("/openapi.json?form=full").await.expect(200);
    let terse = app.get("/openapi.json?form=terse").await.expect(200);
    assert_eq!(openapi::faults(&full), Vec::<String>::new());
    assert_eq!(openapi::faults(&terse), Vec::<String>::new());
    let paths = |document: &Value| document["paths"].as_object().expect("paths").len();
    assert_eq!(paths(&full), paths(&terse));
    let (all, of_terse) = (operations(&full), operations(&terse));
    assert_eq!(all.len(), of_terse.len());
    for (id, operation, item) in all {
        let (_, other, other_item) = of_terse
            .iter()
            .find(|one| one.0 == id)
            .expect("the operation");
        let names = query_names(&full, operation, item);
        let other_names = query_names(&terse, other, other_item);
        if names != other_names {
            // Of a relation to one row, nothing is said but what to select.
            let left = BTreeSet::from(["select".to_owned()]);
            assert_eq!(other_names, left, "{id}");
        }
        let successes = |operation: &Value| -> Vec<String> {
            let answers = operation["responses"].as_object().expect("answers").keys();
            answers
                .filter(|one| one.starts_with(['2', '3']))
                .cloned()
                .collect()
        };
        let sorted = |mut statuses: Vec<String>| {
            statuses.sort();
            statuses
        };
        assert_eq!(
            sorted(successes(operation)),
            sorted(successes(other)),
            "{id}"
        );
        assert!(other["responses"]["default"].is_object(), "{id}");
        assert_eq!(operation["tags"], other["tags"], "{id}");
    }
    let (schemas, others) = (
        &full["components"]["schemas"],
        &terse["components"]["schemas"],
    );
    let schema = app.get("/api/v1/schema").await.expect(200);
    for resource in schema["resources"].as_array().expect("resources") {
        let name = resource["name"].as_str().expect("a name");
        let (fields, needed) = members(&full, &schemas[name]);
        assert!(!fields.is_empty(), "{name}");
        assert_eq!((fields, needed), members(&terse, &others[name]), "{name}");
        for suffix in [
            "List",
            "Create",
            "Update",
            "UpdateMany",
            "Replace",
            "Link",
            "Links",
        ] {
            for name in [format!("{name}{suffix}"), format!("{name}.{suffix}")] {
                if schemas[&name].is_object() && others[&name].is_object() {
                    assert_eq!(
                        members(&full, &schemas[&name]),
                        members(&terse, &others[&name]),
                        "{name}"
                    );
                } else {
                    let is_nested = suffix.starts_with("Link");
                    assert!(
                        is_nested || schemas[&name].is_null() == others[&name].is_null(),
                        "{name}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn a_form_is_named_as_it_is_called() {
    let app = App::builder(Schema::Sample).on(Kind::Sqlite).start().await;
    let usual = app.get("/openapi.json").await.expect(200);
    assert_eq!(app.get("/openapi.json?form=full").await.expect(200), usual);
    let terse = app
        .get("/openapi.json?form=terse&resource=User")
        .await
        .expect(200);
    assert_eq!(openapi::faults(&terse), Vec::<String>::new());
    let paths = terse["paths"].as_object().expect("paths");
    assert!(paths.keys().all(|path| path.starts_with("/api/v1/users")));
    assert!(terse["components"]["schemas"]["Refract.Filters.User"].is_object());
    app.get("/openapi.json?form=short")
        .await
        .expect_problem(404);
}

/// The SQL of `bench/types/schema.mjs`.
async fn hundred_tables(kind: Kind) -> String {
    let dialect = match kind {
        Kind::Postgres => "postgres",
        Kind::Sqlite => "sqlite",
    };
    let printed = Command::new("node")
        .args(["bench/types/schema.mjs", "100", dialect])
        .output()
        .await
        .expect("node");
    assert!(printed.status.success());
    String::from_utf8(printed.stdout).expect("SQL")
}

async fn a_hundred_models_have_a_document_that_tools_can_take(kind: Kind) {
    const MOST_BYTES: usize = 1_500_000;
    if !programs::is_here("tests/typescript").await {
        return;
    }
    let database = TestDatabase::made_by(&hundred_tables(kind).await, kind, &["public"]).await;
    let app = App::builder(database).start().await;
    let answer = app.get("/openapi.json").await;
    assert!(
        answer.text.len() <= MOST_BYTES,
        "{} bytes",
        answer.text.len()
    );
    assert_eq!(openapi::faults(&answer.json()), Vec::<String>::new());
    let directory = tempfile::tempdir().expect("a directory");
    let run = Command::new("tests/typescript/run")
        .arg(directory.path())
        .arg("large.ts")
        .env("SERVER_URL", format!("http://{}", app.address))
        .kill_on_drop(true)
        .output()
        .await
        .expect("a script of ours");
    let said = [run.stdout, run.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(run.status.success(), "{said}");
}

#[tokio::test]
async fn a_hundred_models_have_a_document_that_tools_can_take_on_postgres() {
    a_hundred_models_have_a_document_that_tools_can_take(Kind::Postgres).await;
}

#[tokio::test]
async fn a_hundred_models_have_a_document_that_tools_can_take_on_sqlite() {
    a_hundred_models_have_a_document_that_tools_can_take(Kind::Sqlite).await;
}
