//! The same nested writes done by Prisma Client and by Refract leave the same rows.

use serde_json::{Value, json};

use super::{Both, both};

/// What Prisma Client is asked, and what Refract is: method and path; the data is the same.
type Step = (
    &'static str,
    &'static str,
    Value,
    &'static str,
    &'static str,
    Value,
);

/// Every row, with the rows that it is paired with.
async fn everything(both: &mut Both) -> Value {
    let mut all = json!({});
    for (model, include) in [
        ("author", json!({ "follows": true, "genres": true })),
        ("profile", json!({})),
        ("genre", json!({})),
        ("book", json!({})),
        ("edition", json!({})),
    ] {
        let mut args = json!({});
        if include
            .as_object()
            .is_some_and(|include| !include.is_empty())
        {
            args["include"] = include;
        }
        let rows = both.prisma.call(model, "findMany", args).await;
        let mut rows = rows.as_array().expect("rows").clone();
        for row in &mut rows {
            for list in ["follows", "genres"] {
                if let Some(Value::Array(items)) = row.get_mut(list) {
                    items.sort_by_key(Value::to_string);
                }
            }
        }
        rows.sort_by_key(Value::to_string);
        all[model] = json!(rows);
    }
    all
}

fn steps() -> Vec<Step> {
    let author = |id: &str| json!({ "id": id });
    let book = |number: i32| json!({ "publisher_number": { "publisher": "p", "number": number } });
    let new_book =
        |number: i32| json!({ "publisher": "p", "number": number, "title": format!("T{number}") });
    vec![
        (
            "author",
            "create",
            Value::Null,
            "POST",
            "/authors",
            json!({
                "id": "a", "name": "A", "aliases": ["x"],
                "profile": { "create": { "motto": "m" } },
                "books": { "create": [new_book(1), new_book(2)] },
                "genres": { "create": [{ "name": "essays" }, { "name": "poems" }] },
                "mentor": { "create": { "id": "m", "name": "M", "genres": { "create": { "name": "plays" } } } },
            }),
        ),
        (
            "author",
            "create",
            Value::Null,
            "POST",
            "/authors",
            json!({
                "id": "b", "name": "B",
                "mentor": { "connect": author("m") },
                "genres": { "connectOrCreate": [
                    { "where": { "name": "essays" }, "create": { "name": "essays" } },
                    { "where": { "name": "novels" }, "create": { "name": "novels" } },
                ] },
                "follows": { "connect": [author("a"), author("m")] },
            }),
        ),
        (
            "book",
            "create",
            Value::Null,
            "POST",
            "/books",
            json!({
                "publisher": "p", "number": 3, "title": "T3",
                "author": { "connect": author("b") },
                "reviewer": { "create": { "id": "r", "name": "R" } },
                "editions": { "createMany": { "data": [{ "day": "2024-01-01T00:00:00.000Z" }, { "day": "2025-01-01T00:00:00.000Z" }] } },
            }),
        ),
        (
            "author",
            "update",
            author("a"),
            "PATCH",
            "/authors/a",
            json!({
                "name": "A2",
                "genres": { "set": [{ "name": "poems" }, { "name": "novels" }] },
                "books": { "connect": book(3), "update": { "where": book(1), "data": { "title": "T1 again" } } },
            }),
        ),
        (
            "author",
            "update",
            author("a"),
            "PATCH",
            "/authors/a",
            json!({
                "genres": { "disconnect": [{ "name": "poems" }], "create": [{ "name": "letters" }] },
                "pupils": { "connect": [author("r")], "disconnect": [author("b")] },
                "reviewed": { "connect": [book(1), book(2)] },
            }),
        ),
        (
            "author",
            "update",
            author("a"),
            "PATCH",
            "/authors/a",
            json!({
                "profile": { "update": { "motto": null } },
                "reviewed": { "set": [book(2)] },
                "follows": { "create": { "id": "f", "name": "F" } },
                "mentor": { "disconnect": true },
            }),
        ),
        (
            "book",
            "update",
            book(3),
            "PATCH",
            "/books/p,3",
            json!({
                "reviewer": { "disconnect": true },
                "author": { "connectOrCreate": { "where": author("n"), "create": { "id": "n", "name": "N" } } },
                "editions": { "delete": { "publisher_number_day": { "publisher": "p", "number": 3, "day": "2024-01-01T00:00:00.000Z" } } },
            }),
        ),
        (
            "author",
            "update",
            author("r"),
            "PATCH",
            "/authors/r",
            json!({
                "mentor": { "connect": author("f") },
                "genres": { "connectOrCreate": { "where": { "name": "plays" }, "create": { "name": "plays" } } },
            }),
        ),
        (
            "author",
            "update",
            author("r"),
            "PATCH",
            "/authors/r",
            json!({
                "genres": { "update": { "where": { "name": "plays" }, "data": { "name": "drama" } } },
                "profile": { "create": { "motto": "r" } },
            }),
        ),
        (
            "author",
            "update",
            author("r"),
            "PATCH",
            "/authors/r",
            json!({
                "genres": { "delete": { "name": "drama" } },
                "profile": { "delete": true },
                "mentor": { "delete": true },
            }),
        ),
        (
            "author",
            "update",
            author("a"),
            "PATCH",
            "/authors/a",
            json!({
                "books": { "delete": book(1), "createMany": { "data": [new_book(2), new_book(7)], "skipDuplicates": true } },
                "admirers": { "set": [] },
            }),
        ),
    ]
}

#[tokio::test]
async fn nested_writes_leave_what_prisma_client_leaves() {
    let (Some(mut by_prisma), Some(mut by_refract)) = (both().await, both().await) else {
        return;
    };
    for (model, action, which, method, path, body) in steps() {
        let mut args = json!({ "data": body });
        if !which.is_null() {
            args["where"] = which;
        }
        by_prisma.prisma.call(model, action, args).await;
        let request = by_refract.app.request(method, &format!("/api/v1{path}"));
        let answer = request.json(body.clone()).send().await;
        answer.assert_status(if method == "POST" { 201 } else { 200 });
        let expected = everything(&mut by_prisma).await;
        assert_eq!(
            everything(&mut by_refract).await,
            expected,
            "{method} {path} {body:#}"
        );
    }
}
