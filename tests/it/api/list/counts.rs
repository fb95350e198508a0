//! `count`, and aggregates in `select`.

use serde_json::json;

use super::selects;
use crate::{
    on_each_database,
    support::{App, Kind, Schema},
};

on_each_database!(Schema::Trouble, rows_of_all_pages_are_counted_if_asked);
async fn rows_of_all_pages_are_counted_if_asked(app: &App) {
    let rows: Vec<_> = (1..=30)
        .map(|id| (id, Some(if id % 3 == 0 { "x" } else { "y" }), None))
        .collect();
    selects(app, &rows).await;
    for (query, total, shown) in [
        ("count=exact", 30, 20),
        ("count=exact&limit=0", 30, 0),
        ("count=exact&offset=100", 30, 0),
        ("count=exact&from=eq.x", 10, 10),
        ("count=exact&from=eq.z", 0, 0),
        ("count=exact&limit=5&select=id", 30, 5),
        ("count=estimated&from=eq.x", 10, 10),
    ] {
        let list = app
            .get(&format!("/api/v1/selects?{query}"))
            .await
            .expect(200);
        assert_eq!(list["total"], total, "{query}");
        assert_eq!(
            list["data"].as_array().expect("rows").len(),
            shown,
            "{query}"
        );
    }
    assert!(app.get("/api/v1/selects?count=planned").await.expect(200)["total"].is_u64());
    assert_eq!(
        app.get("/api/v1/selects").await.expect(200)["total"],
        json!(null)
    );
    for wrong in ["count=all", "count=", "count=exact&count=exact"] {
        app.get(&format!("/api/v1/selects?{wrong}"))
            .await
            .expect_problem(400);
    }
    app.get("/api/v1/selects/1?count=exact")
        .await
        .expect_problem(400);
}

on_each_database!(
    Schema::Trouble,
    the_total_of_aggregates_is_the_number_of_groups
);
async fn the_total_of_aggregates_is_the_number_of_groups(app: &App) {
    let rows: Vec<_> = (1..=30)
        .map(|id| {
            (
                id,
                Some(["x", "y", "z"][id as usize % 3]),
                (id % 2 == 0).then_some("even"),
            )
        })
        .collect();
    selects(app, &rows).await;
    for (query, total, shown) in [
        ("select=from,count()", 3, 3),
        ("select=from,count()&limit=2", 3, 2),
        ("select=from,where,count()&order=from&limit=1", 6, 1),
        ("select=from,count()&from=neq.x", 2, 2),
        ("select=from,count()&id=gt.99", 0, 0),
        ("select=count()", 1, 1),
        ("select=id.max(),count()&id=gt.99", 1, 1),
    ] {
        for count in ["exact", "estimated"] {
            let list = app
                .get(&format!("/api/v1/selects?{query}&count={count}"))
                .await
                .expect(200);
            assert_eq!(list["total"], total, "{query} {count}");
            assert_eq!(
                list["data"].as_array().expect("rows").len(),
                shown,
                "{query} {count}"
            );
        }
    }
}

#[tokio::test]
async fn a_planned_count_is_the_planner_s() {
    let app = App::builder(Schema::Load).start().await;
    app.db_execute(r#"ANALYZE "Item""#).await;
    for count in ["planned", "estimated"] {
        let total = app
            .get(&format!("/api/v1/items?count={count}&limit=1"))
            .await
            .expect(200)["total"]
            .as_i64();
        assert!(
            (2500..3500).contains(&total.expect("a number")),
            "{count} {total:?}"
        );
    }
    let few = app
        .get("/api/v1/items?count=estimated&limit=1&id=in.(item1,item2)")
        .await
        .expect(200);
    assert_eq!(few["total"], 2);
}

on_each_database!(Schema::Trouble, rows_are_aggregated_by_what_is_not);
async fn rows_are_aggregated_by_what_is_not(app: &App) {
    let user = app
        .post(
            "/api/v1/users",
            json!({ "id": "6f1f2a63-0000-4000-8000-000000000001", "name": "U" }),
        )
        .await
        .expect(201)["id"]
        .clone();
    let orders: Vec<_> = [("1.50", 1), ("2.50", 2), ("10", 2)]
        .iter()
        .map(|(price, quantity)| json!({ "user": user, "price": price, "quantity": quantity }))
        .collect();
    app.post("/api/v1/orders", json!(orders)).await.expect(201);
    for (query, expected) in [
        ("select=count()", json!([{ "count": 3 }])),
        (
            "select=n:count(),price.sum(),top:price.max(),low:quantity.min(),mean:quantity.avg()&quantity=eq.2",
            json!([{ "n": 2, "sum": "12.5", "top": "10", "low": 2, "mean": 2 }]),
        ),
        // What is compared may have more digits than the column.
        (
            "select=n:count()&price=lt.123456789012.3456&price=gt.1.4999",
            json!([{ "n": 3 }]),
        ),
        (
            "select=quantity,count(),price.sum()&order=quantity.desc",
            json!([{ "quantity": 2, "count": 2, "sum": "12.5" }, { "quantity": 1, "count": 1, "sum": "1.5" }]),
        ),
        (
            "select=quantity.sum()&quantity=gt.5",
            json!([{ "sum": null }]),
        ),
        (
            "select=quantity,userUser(name),count()&order=quantity",
            json!([
                { "quantity": 1, "userUser": { "name": "U" }, "count": 1 }, { "quantity": 2, "userUser": { "name": "U" }, "count": 2 },
            ]),
        ),
        ("select=c:count()::text", json!([{ "c": "3" }])),
        ("select=quantity::text,count()&order=quantity", json!(null)),
    ] {
        let answer = app.get(&format!("/api/v1/orders?{query}")).await;
        if expected.is_null() {
            answer.expect_problem(400);
        } else {
            assert_eq!(answer.expect(200)["data"], expected, "{query}");
        }
    }
    let embedded = app
        .get("/api/v1/users?select=name,orders(count(),price.sum())")
        .await
        .expect(200);
    assert_eq!(
        embedded["data"],
        json!([{ "name": "U", "orders": [{ "count": 3, "sum": "14" }] }])
    );
    for (select, hint) in [
        ("userUser.sum()", "not a field"),
        ("user.sum()", "has no sum()"),
        ("price.median()", "none of .count()"),
        ("count", "not a field"),
        ("price::money", "no type to cast to"),
        ("price::integr", "Did you mean"),
        ("price::", "without a type"),
    ] {
        let answer = app.get(&format!("/api/v1/orders?select={select}")).await;
        assert!(
            answer.text.to_lowercase().contains(&hint.to_lowercase()),
            "{select} {answer}"
        );
        answer.expect_problem(400);
    }
    app.get("/api/v1/orders?select=count()&order=id")
        .await
        .expect_problem(400);
    app.get("/api/v1/users?select=count(),orders(id)")
        .await
        .expect_problem(400);
}

on_each_database!(Schema::Trouble, fields_are_renamed_cast_and_reached_into);
async fn fields_are_renamed_cast_and_reached_into(app: &App) {
    let document = json!({ "a": { "b": [1, "two"] }, "t": "text", "flag": true });
    let id = "00000000-0000-4000-8000-000000000000";
    let mut row = json!({ "id": id, "jsonb": document, "bytes": "AAE=" });
    if app.kind == Kind::Postgres {
        row["json"] = document;
    }
    app.post("/api/v1/documents", row).await.expect(201);
    for (select, expected) in [
        ("nr:id", json!({ "nr": id })),
        ("jsonb->a", json!({ "a": { "b": [1, "two"] } })),
        (
            "jsonb->a->b->0,second:jsonb->a->b->>-1",
            json!({ "b": 1, "second": "two" }),
        ),
        (
            "jsonb->>t,nothing:jsonb->x->y",
            json!({ "t": "text", "nothing": null }),
        ),
        ("n:jsonb->a->b->>0::int", json!({ "n": 1 })),
        ("%22a%20%5C%22name%5C%22%22:id", json!({ "a \"name\"": id })),
    ] {
        let rows = app
            .get(&format!(
                "/api/v1/documents?select={select}&order=jsonb->>t"
            ))
            .await
            .expect(200);
        assert_eq!(rows["data"], json!([expected]), "{select}");
        let row = app
            .get(&format!("/api/v1/documents/{id}?select={select}"))
            .await
            .expect(200);
        assert_eq!(row, expected, "{select}");
    }
    selects(app, &[(5, Some("x"), None)]).await;
    let cast = app
        .get("/api/v1/selects/5?select=id::text,n:id::float8")
        .await
        .expect(200);
    assert_eq!(cast, json!({ "id": "5", "n": 5 }));
    let wrong = app.get("/api/v1/selects/5?select=from::int").await;
    assert!([200, 422].contains(&wrong.status.as_u16()), "{wrong}");
}
