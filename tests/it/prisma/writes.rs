//! The same nested writes done by Prisma Client and by Refract leave the same rows.

use serde_json::{Value, json};

use super::{Both, both};

/// What Prisma Client and Refract are asked; the data is the same.
struct Step {
    model: &'static str,
    path: String,
    /// The row that is changed, as Prisma Client names it; else one is created.
    row: Option<Value>,
    data: Value,
}

fn created(model: &'static str, data: Value) -> Step {
    Step {
        model,
        path: format!("/api/v1/{model}s"),
        row: None,
        data,
    }
}

fn changed_author(id: &str, data: Value) -> Step {
    Step {
        model: "author",
        path: format!("/api/v1/authors/{id}"),
        row: Some(author(id)),
        data,
    }
}

fn changed_book(number: i32, data: Value) -> Step {
    Step {
        model: "book",
        path: format!("/api/v1/books/p,{number}"),
        row: Some(book(number)),
        data,
    }
}

fn author(id: &str) -> Value {
    json!({ "id": id })
}

fn book(number: i32) -> Value {
    json!({ "publisher_number": { "publisher": "p", "number": number } })
}

fn new_book(number: i32) -> Value {
    json!({ "publisher": "p", "number": number, "title": format!("T{number}") })
}

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
    vec![
        created(
            "author",
            json!({
                    "id": "a", "name": "A", "aliases": ["x"],
                    "profile": { "create": { "motto": "m" } },
                    "books": { "create": [new_book(1), new_book(2)] },
                    "genres": { "create": [{ "name": "essays" }, { "name": "poems" }] },
                    "mentor": { "create": { "id": "m", "name": "M", "genres": { "create": { "name": "plays" } } } },
            }),
        ),
        created(
            "author",
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
        created(
            "book",
            json!({
                    "publisher": "p", "number": 3, "title": "T3",
                    "author": { "connect": author("b") },
                    "reviewer": { "create": { "id": "r", "name": "R" } },
                    "editions": { "createMany": { "data": [{ "day": "2024-01-01T00:00:00.000Z" }, { "day": "2025-01-01T00:00:00.000Z" }] } },
            }),
        ),
        changed_author(
            "a",
            json!({
                    "name": "A2",
                    "genres": { "set": [{ "name": "poems" }, { "name": "novels" }] },
                    "books": { "connect": book(3), "update": { "where": book(1), "data": { "title": "T1 again" } } },
            }),
        ),
        changed_author(
            "a",
            json!({
                    "genres": { "disconnect": [{ "name": "poems" }], "create": [{ "name": "letters" }] },
                    "pupils": { "connect": [author("r")], "disconnect": [author("b")] },
                    "reviewed": { "connect": [book(1), book(2)] },
            }),
        ),
        changed_author(
            "a",
            json!({
                    "profile": { "update": { "motto": null } },
                    "reviewed": { "set": [book(2)] },
                    "follows": { "create": { "id": "f", "name": "F" } },
                    "mentor": { "disconnect": true },
            }),
        ),
        changed_book(
            3,
            json!({
                    "reviewer": { "disconnect": true },
                    "author": { "connectOrCreate": { "where": author("n"), "create": { "id": "n", "name": "N" } } },
                    "editions": { "delete": { "publisher_number_day": { "publisher": "p", "number": 3, "day": "2024-01-01T00:00:00.000Z" } } },
            }),
        ),
        changed_author(
            "r",
            json!({
                    "mentor": { "connect": author("f") },
                    "genres": { "connectOrCreate": { "where": { "name": "plays" }, "create": { "name": "plays" } } },
            }),
        ),
        changed_author(
            "r",
            json!({
                    "genres": { "update": { "where": { "name": "plays" }, "data": { "name": "drama" } } },
                    "profile": { "create": { "motto": "r" } },
            }),
        ),
        changed_author(
            "r",
            json!({
                    "genres": { "delete": { "name": "drama" } },
                    "profile": { "delete": true },
                    "mentor": { "delete": true },
            }),
        ),
        // What is created need not be what was looked for.
        changed_author(
            "b",
            json!({
                    "books": { "connectOrCreate": { "where": book(40), "create": new_book(41) } },
                    "pupils": { "connectOrCreate": [
                        { "where": author("nobody"), "create": { "id": "s", "name": "S" } },
                        { "where": author("s"), "create": { "id": "t", "name": "T" } },
                    ] },
                    "genres": { "connectOrCreate": { "where": { "name": "sought" }, "create": { "name": "made" } } },
                    "profile": { "connectOrCreate": { "where": { "authorId": "nobody" }, "create": { "motto": "b" } } },
                    "mentor": { "connectOrCreate": { "where": author("nobody"), "create": { "id": "u", "name": "U" } } },
            }),
        ),
        changed_author(
            "a",
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
    for step in steps() {
        let mut args = json!({ "data": step.data });
        let (action, method, status) = match &step.row {
            None => ("create", "POST", 201),
            Some(_) => ("update", "PATCH", 200),
        };
        if let Some(row) = step.row {
            args["where"] = row;
        }
        by_prisma.prisma.call(step.model, action, args).await;
        let request = by_refract.app.request(method, &step.path);
        let answer = request.json(step.data.clone()).send().await;
        answer.assert_status(status);
        let expected = everything(&mut by_prisma).await;
        assert_eq!(
            everything(&mut by_refract).await,
            expected,
            "{method} {} {:#}",
            step.path,
            step.data
        );
    }
}
