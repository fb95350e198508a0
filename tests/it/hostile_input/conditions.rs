//! Bytes outside ASCII, headers of several lines, and rows that the database refuses.

use serde_json::json;

use crate::{
    on_each_database,
    support::{App, Schema},
};

on_each_database!(Schema::Writes, a_byte_that_is_no_ascii_hides_no_condition);
async fn a_byte_that_is_no_ascii_hides_no_condition(app: &App) {
    for name in ["a", "b", "c"] {
        app.post("/api/v1/tags", json!({ "name": name }))
            .await
            .expect(201);
    }
    let ask =
        |method: &str, path: &str, prefer: &str| app.request(method, path).header("prefer", prefer);
    for prefer in [
        "max-affected=1, note=caf\u{e9}",
        "note=caf\u{e9}, max-affected=1",
        "note=\u{1f600};x, max-affected = \"1\"\t",
        "MAX-AFFECTED=1;, =,,",
    ] {
        let all = "/api/v1/tags?name=not.is.null";
        let answer = ask("DELETE", all, prefer).send().await;
        assert_eq!(
            answer.expect_problem(400).0,
            "too_many_affected",
            "{prefer}"
        );
        let strictly = format!(
            "handling=strict, {}",
            prefer.replace("note=caf\u{e9}", "tx=commit")
        );
        let answer = ask("DELETE", "/rest/v1/Tag?name=not.is.null", &strictly)
            .send()
            .await;
        assert!(answer.status.is_client_error(), "{prefer}: {answer}");
    }
    for prefer in [
        "max-affected=1\u{e9}",
        "note=\"a, max-affected=1",
        "tx=rollback\u{e9}",
        "handling=strict\u{e9}, max-affected=9",
        "handling=strict, max-affected=9, note=caf\u{e9}",
        "resolution=ignore-duplicates\u{e9}",
    ] {
        let answer = ask("DELETE", "/api/v1/tags?name=not.is.null", prefer)
            .send()
            .await;
        assert_eq!(
            answer.expect_problem(400).0,
            "invalid_parameter",
            "{prefer}"
        );
    }
    for prefer in [
        "handling=strict, max-affected=1\u{e9}",
        "handling=strict\u{e9}, max-affected=1",
        "handling=strict, note=caf\u{e9}",
    ] {
        let answer = ask("DELETE", "/rest/v1/Tag?name=not.is.null", prefer)
            .send()
            .await;
        assert_eq!(answer.expect(400)["code"], "PGRST122", "{prefer}");
    }
    // Of a batch they would be about nothing.
    let delete =
        json!({ "operations": [{ "method": "DELETE", "path": "/tags?name=not.is.null" }] });
    for (name, value) in [
        ("prefer", "max-affected=1"),
        ("prefer", "resolution=ignore-duplicates"),
        ("if-match", "*"),
    ] {
        let batch = app
            .request("POST", "/api/v1/batch")
            .header(name, value)
            .json(delete.clone());
        assert_eq!(
            batch.send().await.expect_problem(400).0,
            "bad_request",
            "{name}: {value}"
        );
    }
    let if_match = app
        .request("DELETE", "/api/v1/tags/a")
        .header("if-match", "\"caf\u{e9}\"");
    if_match.send().await.expect_problem(400);
    assert_eq!(
        app.get("/api/v1/tags").await.expect(200)["data"]
            .as_array()
            .map(Vec::len),
        Some(3)
    );
}

on_each_database!(Schema::Sample, a_view_that_takes_no_rows_says_so);
async fn a_view_that_takes_no_rows_says_so(app: &App) {
    for (method, path, body) in [
        ("POST", "/rest/v1/PageStats", json!({})),
        ("POST", "/rest/v1/PageStats", json!([{ "pageId": "p" }])),
        ("PATCH", "/rest/v1/PageStats", json!({ "pageId": "p" })),
        ("DELETE", "/rest/v1/PageStats", json!(null)),
    ] {
        let answer = app.request(method, path).json(body).send().await;
        assert_eq!(answer.expect(400)["code"], "55000", "{method} {path}");
    }
}

// In bytes, as a client sends them that knows of no encoding.
#[tokio::test]
async fn lines_of_a_header_are_one_and_their_bytes_are_read() {
    let app = App::builder(Schema::Sample).start().await;
    let rows = |name: &str, value: &str| {
        app.request("GET", "/rest/v1/User?select=id")
            .header(name, value)
    };
    // A type with a strange byte is no type that is served, and not the default one either.
    let answer = rows("accept", "text/\u{e9}").send().await;
    assert_eq!(answer.expect(406)["code"], "PGRST107");
    let answer = rows("accept-profile", "public")
        .header("accept-profile", "secret")
        .send()
        .await;
    assert_eq!(answer.expect(406)["code"], "PGRST106");
    rows("accept-profile", "\u{e9}").send().await.expect(406);
    // PostgREST's own way: `Range: 0-1`, its unit in `Range-Unit`.
    for id in ["u1", "u2", "u3"] {
        let row = json!({ "id": id, "email": format!("{id}@example.com") });
        app.post("/rest/v1/User", row).await.assert_status(201);
    }
    let all = rows("range", "0-99")
        .send()
        .await
        .expect(200)
        .as_array()
        .map(Vec::len);
    for (range, found) in [
        ("0-1", Some(2)),
        ("1-", all.map(|all| all - 1)),
        ("items=0-1", all),
        ("bytes=0-1", all),
        ("+0-1", all),
        ("0-1\u{e9}", all),
    ] {
        let answer = rows("range-unit", "items")
            .header("range", range)
            .send()
            .await;
        assert_eq!(
            answer.expect(200).as_array().map(Vec::len),
            found,
            "{range}"
        );
    }
}

#[tokio::test]
async fn a_row_with_the_same_key_twice_is_a_conflict() {
    let app = App::builder(Schema::Sample).start().await;
    let twice =
        json!([{ "id": "u9", "email": "a@example.com" }, { "id": "u9", "email": "b@example.com" }]);
    let request = app.request("POST", "/rest/v1/User?on_conflict=id");
    let request = request
        .header("prefer", "resolution=merge-duplicates")
        .json(twice);
    assert_eq!(request.send().await.expect(409)["code"], "21000");
}
