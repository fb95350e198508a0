//! Bodies that are none.

use serde_json::json;

use crate::{
    on_each_database,
    support::{App, Kind, Options, Schema},
};

on_each_database!(Schema::Trouble, a_body_that_is_no_json_object_is_refused);
async fn a_body_that_is_no_json_object_is_refused(app: &App) {
    app.post("/api/v1/selects", json!({ "id": 1 }))
        .await
        .expect(201);
    for body in [
        &b""[..],
        b" ",
        b"{",
        b"{\"id\":}",
        b"{'id': 2}",
        b"{\"id\": 2,}",
        b"{\"id\": 2} x",
        b"id=2",
        b"null",
        b"5",
        b"true",
        b"\"text\"",
        b"[1]",
        b"[null]",
        b"[{\"id\": 2}, 3]",
        b"[[{\"id\": 2}]]",
        b"\xff\xfe",
        b"{\"from\": \"\xc3\x28\"}",
        b"\xef\xbb\xbf{\"id\": 2}",
        b"{\"id\": 02}",
        b"{\"id\": NaN}",
    ] {
        for (method, path) in [
            ("POST", "/api/v1/selects"),
            ("PUT", "/api/v1/selects/2"),
            ("PATCH", "/api/v1/selects/1"),
        ] {
            let answer = app.request(method, path).raw(body).send().await;
            let code = answer.expect_problem(400).0;
            assert_eq!(
                code,
                "invalid_body",
                "{method} {:?}",
                String::from_utf8_lossy(body)
            );
        }
    }
    assert_eq!(
        app.get("/api/v1/selects?select=id").await.expect(200)["data"],
        json!([{ "id": 1 }])
    );
}

on_each_database!(Schema::Trouble, the_place_of_a_mistake_is_told);
async fn the_place_of_a_mistake_is_told(app: &App) {
    let answer = app
        .request("POST", "/api/v1/selects")
        .raw("{\"id\": 1,\n \"from\": oops}")
        .send()
        .await;
    assert!(answer.text.contains("line 2 column"), "{answer}");
    let answer = app
        .request("POST", "/api/v1/selects")
        .raw(b"{\"from\": \"\xff\"}".as_slice())
        .send()
        .await;
    assert!(answer.text.contains("byte 10 is not UTF-8"), "{answer}");
}

on_each_database!(Schema::Trouble, a_body_of_another_media_type_is_refused);
async fn a_body_of_another_media_type_is_refused(app: &App) {
    for media_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/merge-patch+json",
        "nonsense",
    ] {
        let answer = app
            .request("POST", "/api/v1/selects")
            .header("content-type", media_type)
            .raw_as_is(r#"{"id":1}"#)
            .send()
            .await;
        assert_eq!(
            answer.expect_problem(415).0,
            "unsupported_media_type",
            "{media_type}"
        );
    }
    for (id, media_type) in [
        (1, "application/json; charset=utf-8"),
        (2, "APPLICATION/JSON"),
    ] {
        let body = format!(r#"{{"id":{id}}}"#);
        app.request("POST", "/api/v1/selects")
            .header("content-type", media_type)
            .raw_as_is(body)
            .send()
            .await
            .expect(201);
    }
}

on_each_database!(Schema::Trouble, a_field_given_twice_is_refused);
async fn a_field_given_twice_is_refused(app: &App) {
    for (method, path) in [("POST", "/api/v1/selects"), ("PUT", "/api/v1/selects/1")] {
        let answer = app
            .request(method, path)
            .raw(r#"{"id":1,"from":"a","from":"b"}"#)
            .send()
            .await;
        assert!(answer.text.contains("`from`"), "{answer}");
        assert_eq!(answer.expect_problem(400).0, "invalid_body");
    }
}

on_each_database!(Schema::Trouble, numbers_beyond_reason_are_out_of_range);
async fn numbers_beyond_reason_are_out_of_range(app: &App) {
    for (path, field) in [
        ("selects", "id"),
        ("numbers", "int8"),
        ("numbers", "float8"),
    ] {
        for number in [
            "1e999999",
            "-1e999999",
            "1e99999999999999999999",
            "99999999999999999999999999999999",
        ] {
            if field == "float8" && !number.contains('e') {
                continue;
            }
            let body = format!(r#"{{"{field}":{number}}}"#);
            let (_, fields) = app
                .request("POST", &format!("/api/v1/{path}"))
                .raw(body)
                .send()
                .await
                .expect_problem(422);
            assert!(
                fields.contains(&(field.to_owned(), "out_of_range".to_owned())),
                "{field} {number}: {fields:?}"
            );
        }
    }
}

on_each_database!(Schema::Trouble, documents_nested_without_end_are_refused);
async fn documents_nested_without_end_are_refused(app: &App) {
    let deep = |depth: usize| {
        format!(
            r#"{{"jsonb":{}{},"json":1,"bytes":""}}"#,
            "[".repeat(depth),
            "]".repeat(depth)
        )
    };
    for depth in [1_000, 200_000] {
        let answer = app
            .request("POST", "/api/v1/documents")
            .raw(deep(depth))
            .send()
            .await;
        assert!(
            matches!(answer.status.as_u16(), 400 | 422),
            "{}",
            answer.status
        );
    }
    let objects = format!("{}1{}", r#"{"id":"#.repeat(50_000), "}".repeat(50_000));
    let answer = app
        .request("POST", "/api/v1/selects")
        .raw(objects)
        .send()
        .await;
    assert!(
        matches!(answer.status.as_u16(), 400 | 422),
        "{}",
        answer.status
    );
}

on_each_database!(Schema::Trouble, nul_is_in_no_text);
async fn nul_is_in_no_text(app: &App) {
    let nul = ("from".to_owned(), "invalid_character".to_owned());
    let (_, fields) = app
        .post("/api/v1/selects", json!({ "id": 1, "from": "a\u{0}b" }))
        .await
        .expect_problem(422);
    assert_eq!(fields, std::slice::from_ref(&nul));
    for query in ["from=eq.a%00b", "from=like.%00*", "from=in.(a,%00)"] {
        let (_, fields) = app
            .get(&format!("/api/v1/selects?{query}"))
            .await
            .expect_problem(422);
        assert_eq!(fields, std::slice::from_ref(&nul), "{query}");
    }
    for query in ["select=%00", "order=%00", "%00=eq.1", "limit=%00"] {
        let answer = app.get(&format!("/api/v1/selects?{query}")).await;
        answer.expect_problem(400);
    }
}

on_each_database!(Schema::Trouble, bytes_in_a_url_that_are_no_text_are_refused);
async fn bytes_in_a_url_that_are_no_text_are_refused(app: &App) {
    for path in [
        "/api/v1/selects?from=eq.%ff",
        "/api/v1/selects?%ff=eq.a",
        "/api/v1/only-uniques/%ff",
        "/api/v1/selects?select=%c3%28",
    ] {
        assert_eq!(
            app.get(path).await.expect_problem(400).0,
            "bad_request",
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_body_larger_than_allowed_is_refused() {
    let options = Options::default().set("MAX_BODY_BYTES", "1024");
    let app = App::builder(Schema::Trouble)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    let body = |length: usize| json!({ "id": 1, "from": "x".repeat(length) });
    app.post("/api/v1/selects", body(900)).await.expect(201);
    for (method, path) in [
        ("POST", "/api/v1/selects"),
        ("PUT", "/api/v1/selects/1"),
        ("PATCH", "/api/v1/selects/1"),
    ] {
        let answer = app.request(method, path).json(body(1100)).send().await;
        assert!(answer.text.contains("1024 bytes"), "{answer}");
        assert_eq!(answer.expect_problem(413).0, "body_too_large");
    }
}

#[tokio::test]
async fn without_a_setting_a_body_may_be_a_mebibyte() {
    let app = App::builder(Schema::Trouble).on(Kind::Sqlite).start().await;
    let body = |length: usize| json!({ "id": 1, "from": "x".repeat(length) });
    app.post("/api/v1/selects", body(1024 * 1024))
        .await
        .expect_problem(413);
    app.post("/api/v1/selects", body(1024 * 1024 - 100))
        .await
        .expect(201);
}
