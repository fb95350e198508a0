//! JSON columns: replaced, merged, set by themselves.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{author, path};
use crate::{
    on_each_database,
    support::{Answer, App, Schema},
};

async fn merge(app: &App, path: &str, body: Value) -> Answer {
    let request = app
        .request("PATCH", path)
        .header("content-type", "application/merge-patch+json");
    request.raw_as_is(body.to_string()).send().await
}

on_each_database!(
    Schema::Writes,
    a_patch_replaces_a_document_and_a_merge_patch_merges_it
);
async fn a_patch_replaces_a_document_and_a_merge_patch_merges_it(app: &App) {
    let row = path("authors", &author(app, "a@b.c").await);
    app.patch(
        &row,
        json!({ "preferences": { "theme": "dark", "font": { "size": 1, "name": "x" } } }),
    )
    .await
    .expect(200);
    let merged = merge(app, &row, json!({ "name": "Ada", "preferences": { "theme": null, "font": { "size": 2 }, "new": [1] } })).await.expect(200);
    assert_eq!(
        merged["preferences"],
        json!({ "font": { "size": 2, "name": "x" }, "new": [1] })
    );
    assert_eq!(merged["name"], "Ada");
    let replaced = app
        .patch(&row, json!({ "preferences": { "only": true } }))
        .await
        .expect(200);
    assert_eq!(replaced["preferences"], json!({ "only": true }));
}

// RFC 7396, appendix A, as far as the patch is a member of an object.
on_each_database!(
    Schema::Writes,
    the_examples_of_the_standard_come_out_as_it_says
);
async fn the_examples_of_the_standard_come_out_as_it_says(app: &App) {
    let row = path("authors", &author(app, "a@b.c").await);
    let examples = [
        (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
        (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
        (json!({"a":"b"}), json!({"a":null}), json!({})),
        (
            json!({"a":"b","b":"c"}),
            json!({"a":null}),
            json!({"b":"c"}),
        ),
        (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
        (json!({"a":"c"}), json!({"a":["b"]}), json!({"a":["b"]})),
        (
            json!({"a":{"b":"c"}}),
            json!({"a":{"b":"d","c":null}}),
            json!({"a":{"b":"d"}}),
        ),
        (json!({"a":[{"b":"c"}]}), json!({"a":[1]}), json!({"a":[1]})),
        (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
        (json!({"a":"b"}), json!(["c"]), json!(["c"])),
        (json!({"a":"foo"}), json!("bar"), json!("bar")),
        (json!({"e":null}), json!({"a":1}), json!({"e":null,"a":1})),
        (json!([1, 2]), json!({"a":"b","c":null}), json!({"a":"b"})),
        (
            json!({}),
            json!({"a":{"bb":{"ccc":null}}}),
            json!({"a":{"bb":{}}}),
        ),
        // Of our own: an array has no members, whatever the key looks like.
        (
            json!({"a":[{"b":1}]}),
            json!({"a":{"0":{"c":2}}}),
            json!({"a":{"0":{"c":2}}}),
        ),
        (
            json!({"it's":{"a\"b":1,"$1":2,"?":3}}),
            json!({"it's":{"a\"b":null,"$1":4}}),
            json!({"it's":{"$1":4,"?":3}}),
        ),
    ];
    for field in ["preferences", "settings"] {
        for (document, patch, result) in &examples {
            app.patch(&row, json!({ field: document }))
                .await
                .expect(200);
            let merged = merge(app, &row, json!({ field: patch })).await.expect(200);
            assert_eq!(
                merged[field], *result,
                "{field}: {document} patched with {patch}"
            );
        }
    }
}

on_each_database!(Schema::Writes, a_merge_into_nothing_makes_a_document);
async fn a_merge_into_nothing_makes_a_document(app: &App) {
    let row = path("authors", &author(app, "a@b.c").await);
    let merged = merge(
        app,
        &row,
        json!({ "preferences": { "a": { "b": 1, "c": null } } }),
    )
    .await
    .expect(200);
    assert_eq!(merged["preferences"], json!({ "a": { "b": 1 } }));
    let cleared = merge(app, &row, json!({ "preferences": null }))
        .await
        .expect(200);
    assert_eq!(cleared["preferences"], json!(null));
    let (_, fields) = merge(app, &row, json!({ "settings": null }))
        .await
        .expect_problem(422);
    assert_eq!(fields, [("settings".to_owned(), "not_null".to_owned())]);
}

on_each_database!(Schema::Writes, patches_of_different_keys_all_survive);
async fn patches_of_different_keys_all_survive(app: &App) {
    let row = path("authors", &author(app, "a@b.c").await);
    let answers = join_all((0..40).map(|n| {
        merge(
            app,
            &row,
            json!({ "preferences": { format!("k{n}"): n, "deep": { format!("d{n}"): n } } }),
        )
    }))
    .await;
    for answer in answers {
        answer.expect(200);
    }
    let found = app.get(&row).await.expect(200)["preferences"].clone();
    for n in 0..40 {
        assert_eq!(
            (&found[format!("k{n}")], &found["deep"][format!("d{n}")]),
            (&json!(n), &json!(n))
        );
    }
}

on_each_database!(Schema::Writes, a_patch_beyond_reason_is_refused);
async fn a_patch_beyond_reason_is_refused(app: &App) {
    let row = path("authors", &author(app, "a@b.c").await);
    let deep = (0..40).fold(json!(1), |inner, _| json!({ "a": inner }));
    let (_, fields) = merge(app, &row, json!({ "preferences": deep }))
        .await
        .expect_problem(422);
    assert_eq!(
        fields,
        [("preferences".to_owned(), "too_complex".to_owned())]
    );
    let wide: serde_json::Map<String, Value> =
        (0..300).map(|n| (n.to_string(), json!({}))).collect();
    merge(app, &row, json!({ "preferences": wide }))
        .await
        .expect_problem(422);
}

on_each_database!(Schema::Writes, a_document_can_be_read_and_set_by_itself);
async fn a_document_can_be_read_and_set_by_itself(app: &App) {
    let row = path("authors", &author(app, "a@b.c").await);
    let document = format!("{row}/preferences");
    assert_eq!(app.get(&document).await.expect(200), json!(null));
    let set = app.put(&document, json!({ "theme": "dark" })).await;
    let tag = set.header("etag").expect("a tag").to_owned();
    assert_eq!(set.expect(200), json!({ "theme": "dark" }));
    assert_eq!(app.get(&document).await.header("etag"), Some(tag.as_str()));
    let whole = app.get(&row).await.expect(200);
    assert_eq!(whole["preferences"], json!({ "theme": "dark" }));
    assert_ne!(whole["updatedAt"], whole["createdAt"]);
    assert_eq!(
        merge(app, &document, json!({ "size": 2 }))
            .await
            .expect(200),
        json!({ "theme": "dark", "size": 2 })
    );
    let stale = app
        .request("PUT", &document)
        .header("if-match", &tag)
        .json(json!(1))
        .send()
        .await;
    stale.expect_problem(412);
    for value in [json!([1, 2]), json!("text"), json!(5), json!(null)] {
        assert_eq!(app.put(&document, value.clone()).await.expect(200), value);
    }
    app.put(&format!("{row}/settings"), json!(null))
        .await
        .expect_problem(422);
    app.patch(&document, json!({})).await.expect_problem(415);
    app.put(&format!("{row}/name"), json!("x"))
        .await
        .expect_problem(404);
    app.put(&format!("{row}/preferenses"), json!({}))
        .await
        .expect_problem(400);
    app.put("/api/v1/authors/nobody/preferences", json!({}))
        .await
        .expect_problem(404);
    app.get("/api/v1/authors/nobody/preferences")
        .await
        .expect_problem(404);
    app.delete(&document).await.expect_problem(405);
}
