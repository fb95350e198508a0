//! The server takes the bodies that the document describes, and no others.

use regex::Regex;
use serde_json::{Value, json};

use crate::{
    on_each_database,
    support::{App, Kind, Schema},
};

on_each_database!(
    Schema::Trouble,
    a_replacement_asks_for_what_the_document_calls_required
);
async fn a_replacement_asks_for_what_the_document_calls_required(app: &App) {
    let document = app.get("/openapi.json").await.expect(200);
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        let body = &item["put"]["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        let key = &item["parameters"][0]["schema"];
        let is_text = path.ends_with("{key}") && key["type"] == "string" && key["minLength"] == 1;
        let (Some(body), true) = (body.as_str(), is_text) else {
            continue;
        };
        let schema = &document["components"]["schemas"][body.rsplit('/').next().expect("a name")];
        let mut required: Vec<&str> = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        required.sort_unstable();
        let answer = app.put(&path.replace("{key}", "x"), json!({})).await;
        let mut missing: Vec<String> = match answer.status.as_u16() {
            422 => answer
                .expect_problem(422)
                .1
                .into_iter()
                .map(|(field, _)| field)
                .collect(),
            _ => Vec::new(),
        };
        missing.sort_unstable();
        assert_eq!(required, missing, "{path}");
        asked += 1;
    }
    assert!(asked > 0);
}

on_each_database!(
    Schema::Sample,
    unique_keys_are_named_as_on_conflict_takes_them
);
async fn unique_keys_are_named_as_on_conflict_takes_them(app: &App) {
    let document = app.get("/openapi.json").await.expect(200);
    let parameters = document["paths"]["/api/v1/users"]["post"]["parameters"]
        .as_array()
        .expect("parameters");
    let on_conflict = parameters
        .iter()
        .find(|one| one["name"] == "onConflict")
        .expect("onConflict");
    assert_eq!(on_conflict["schema"]["enum"], json!(["id", "email"]));
    for key in ["id", "email"] {
        let user = json!({ "id": "one", "email": "one@example.com" });
        let answer = app
            .post(&format!("/api/v1/users?onConflict={key}"), user)
            .await;
        assert!(answer.status.is_success(), "{answer:?}");
    }
}

on_each_database!(Schema::Sample, a_condition_without_a_tag_is_refused);
async fn a_condition_without_a_tag_is_refused(app: &App) {
    let user = app
        .post("/api/v1/users", json!({ "email": "one@example.com" }))
        .await
        .location();
    for name in ["If-Match", "If-None-Match"] {
        for value in [
            "",
            " ",
            ",",
            ", ,",
            "a",
            "\"",
            "\"a",
            "W/",
            "\"a\" \"b\"",
            "\"a\", b",
            "\"a\"b",
        ] {
            let answer = app
                .request("PATCH", &user)
                .header(name, value)
                .json(json!({ "name": "Ada" }))
                .send()
                .await;
            answer.expect_problem(400);
        }
    }
}

on_each_database!(
    Schema::Writes,
    of_related_rows_what_is_described_can_be_done_and_nothing_else
);
async fn of_related_rows_what_is_described_can_be_done_and_nothing_else(app: &App) {
    let document = app.get("/openapi.json").await.expect(200);
    let components = &document["components"]["schemas"];
    let author = app
        .post("/api/v1/authors", json!({ "email": "one@example.com" }))
        .await
        .location();
    let post = app
        .post("/api/v1/posts", json!({ "title": "one" }))
        .await
        .location();
    let comment = app
        .post(
            "/api/v1/comments",
            json!({ "text": "one", "post": { "connect": { "id": 1 } } }),
        )
        .await
        .location();
    // Something wrong, so that nothing is done.
    for (model, row, relation, schema, wrong) in [
        ("Post", &post, "author", "AuthorChange", "words"),
        ("Post", &post, "tags", "TagChanges", "words"),
        (
            "Post",
            &post,
            "comments",
            "CommentChanges.WithoutPost",
            "words",
        ),
        ("Comment", &comment, "post", "PostChangeNeeded", "text"),
        (
            "Author",
            &author,
            "posts",
            "PostChanges.WithoutAuthor",
            "score",
        ),
        (
            "Author",
            &author,
            "profile",
            "ProfileChange.WithoutAuthor",
            "score",
        ),
    ] {
        let reference = &components[format!("{model}Update")]["properties"][relation]["$ref"];
        assert_eq!(
            *reference,
            format!("#/components/schemas/{schema}"),
            "{model}.{relation}"
        );
        let described = components[schema]["properties"].as_object().expect("deeds");
        let is_to_one = !described.contains_key("createMany");
        for deed in [
            "set",
            "disconnect",
            "delete",
            "update",
            "connect",
            "connectOrCreate",
            "create",
            "createMany",
        ] {
            let value = if is_to_one && matches!(deed, "disconnect" | "delete") {
                json!(true)
            } else {
                json!({})
            };
            let answer = app
                .patch(row, json!({ relation: { deed: value }, wrong: [] }))
                .await;
            let (_, problems) = answer.expect_problem(422);
            let is_refused = problems.iter().any(|(field, code)| {
                *field == format!("{relation}.{deed}")
                    && matches!(code.as_str(), "required_relation" | "invalid_operation")
            });
            assert_eq!(
                is_refused,
                !described.contains_key(deed),
                "{model}.{relation}.{deed}: {problems:?}"
            );
        }
    }
}

on_each_database!(
    Schema::Writes,
    a_new_row_takes_one_operation_where_it_leads_to_one_row
);
async fn a_new_row_takes_one_operation_where_it_leads_to_one_row(app: &App) {
    let document = app.get("/openapi.json").await.expect(200);
    let components = &document["components"]["schemas"];
    assert_eq!(components["AuthorLink"]["maxProperties"], 1);
    assert!(components["TagLinks"]["maxProperties"].is_null());
    let (connect, create) = (json!({ "id": "x" }), json!({ "email": "x@example.com" }));
    let each = json!({ "where": connect, "create": create });
    for two in [
        json!({ "connect": connect, "create": create }),
        json!({ "connect": connect, "connectOrCreate": each }),
        json!({ "create": create, "connectOrCreate": each }),
    ] {
        let answer = app
            .post("/api/v1/posts", json!({ "title": "one", "author": two }))
            .await;
        assert_eq!(
            answer.expect_problem(422).1,
            [("author".to_owned(), "invalid_operation".to_owned())],
            "{two}"
        );
    }
    app.post("/api/v1/posts", json!({ "title": "one", "author": {} }))
        .await
        .expect(201);
    let tags = json!({ "create": { "name": "a" }, "connectOrCreate": { "where": { "name": "b" }, "create": { "name": "b" } } });
    app.post("/api/v1/posts", json!({ "title": "one", "tags": tags }))
        .await
        .expect(201);
}

on_each_database!(
    Schema::Trouble,
    times_of_day_are_described_by_a_pattern_that_they_match
);
async fn times_of_day_are_described_by_a_pattern_that_they_match(app: &App) {
    if app.kind == Kind::Sqlite {
        return; // Prisma makes no such columns there.
    }
    let document = app.get("/openapi.json").await.expect(200);
    let property =
        |schema: &str| document["components"]["schemas"][schema]["properties"]["time"].clone();
    let pattern = |schema: &str| {
        Regex::new(property(schema)["pattern"].as_str().expect("a pattern"))
            .expect("a regular expression")
    };
    let (given, shown) = (pattern("MomentsCreate"), pattern("Moments"));
    for (time, is_taken) in [
        ("09:30:00", true),
        ("09:30:00.5", true),
        ("23:59:59.999999", true),
        ("24:00:00", true),
        ("2024-01-01T08:30:00+02:00", true),
        ("24:00:01", false),
        ("9:30", false),
        ("09:30:00Z", false),
        ("", false),
    ] {
        assert_eq!(given.is_match(time), is_taken, "{time}");
        let at = "2024-01-01T00:00:00Z";
        let row = json!({ "timestamp": at, "timestamp_0": at, "timestamp_3": at, "timestamptz": at, "timestamptz_6": at,
            "date": "2024-01-01", "time": time, "time_3": "00:00:00" });
        let answer = app.post("/api/v1/moments", row).await;
        assert_eq!(answer.status == 201, is_taken, "{time}: {answer:?}");
        if is_taken {
            let row = answer.expect(201);
            assert!(
                shown.is_match(row["time"].as_str().expect("a text")),
                "{row}"
            );
        }
    }
    assert!(property("Moments")["format"].is_null());
}

#[tokio::test]
async fn what_only_sqlite_refuses_is_described_there_only() {
    for (kind, described) in [(Kind::Postgres, false), (Kind::Sqlite, true)] {
        let app = App::builder(Schema::Sample).on(kind).start().await;
        let document = app.get("/openapi.json").await.expect(200);
        let batch = json!({ "operations": [{ "method": "PATCH", "path": "/users?or=(name.match.x)", "body": { "name": "x" } }] });
        for (method, path, answer) in [
            (
                "get",
                "/api/v1/users",
                app.get("/api/v1/users?or=(name.match.x)").await,
            ),
            (
                "delete",
                "/api/v1/users",
                app.delete("/api/v1/users?or=(name.match.x)").await,
            ),
            (
                "post",
                "/api/v1/users",
                app.post(
                    "/api/v1/users?select=e:email::date",
                    json!({ "email": "a" }),
                )
                .await,
            ),
            (
                "post",
                "/api/v1/batch",
                app.post("/api/v1/batch", batch).await,
            ),
        ] {
            let responses = &document["paths"][path][method]["responses"];
            assert_eq!(
                responses["501"].is_object(),
                described,
                "{kind:?} {method} {path}"
            );
            assert_eq!(
                answer.status == 501,
                described,
                "{kind:?} {method} {path}: {answer:?}"
            );
        }
    }
}

on_each_database!(
    Schema::Writes,
    a_change_of_many_rows_takes_the_fields_that_are_described_and_no_others
);
async fn a_change_of_many_rows_takes_the_fields_that_are_described_and_no_others(app: &App) {
    let document = app.get("/openapi.json").await.expect(200);
    let body =
        &document["paths"]["/api/v1/posts"]["patch"]["requestBody"]["content"]["application/json"];
    assert_eq!(
        body["schema"]["$ref"],
        "#/components/schemas/PostUpdateMany"
    );
    let schemas = &document["components"]["schemas"];
    let fields = schemas["PostUpdate"]["properties"]
        .as_object()
        .expect("properties");
    for field in fields.keys() {
        let change = app
            .request("PATCH", "/api/v1/posts?title=eq.nobody")
            .json(json!({ field: null }));
        let is_unknown = change.send().await.text.contains("unknown_field");
        let is_described = !schemas["PostUpdateMany"]["properties"][field].is_null();
        assert_eq!(is_unknown, !is_described, "{field}");
    }
    assert!(
        fields.contains_key("author")
            && schemas["PostUpdateMany"]["properties"]["author"].is_null()
    );
}
