//! Pages by cursor.

use serde_json::{Value, json};

use super::selects;
use crate::{
    on_each_database,
    support::{App, Kind, Options, Schema, database::TestDatabase},
};

/// All rows of a list, by cursors, with the number of pages.
async fn walk(app: &App, path: &str, id: &str) -> (Vec<Value>, usize) {
    let (mut ids, mut pages, mut cursor) = (Vec::new(), 0, String::new());
    loop {
        let page = app
            .get(&format!("/api/v1/{path}{cursor}"))
            .await
            .expect(200);
        pages += 1;
        ids.extend(
            page["data"]
                .as_array()
                .expect("rows")
                .iter()
                .map(|row| row[id].clone()),
        );
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (ids, pages),
        }
        assert!(pages < 100, "{path} has no end");
    }
}

on_each_database!(
    Schema::Trouble,
    pages_by_cursor_have_every_row_once_in_any_order
);
async fn pages_by_cursor_have_every_row_once_in_any_order(app: &App) {
    let names = [
        None,
        Some("b"),
        Some("a"),
        Some("b"),
        None,
        Some("c"),
        Some("a"),
        Some("b"),
    ];
    let rows: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(id, name)| (id as i64, *name, Some(["x", "y"][id % 2])))
        .collect();
    selects(app, &rows).await;
    for order in [
        "id",
        "id.desc",
        "from",
        "from.desc",
        "from.nullsfirst",
        "from.desc.nullslast",
        "from,where",
        "from.desc,where.asc",
        "where.desc,from.nullsfirst,id.desc",
        "where,id",
        "where.desc,id.desc",
        "from.asc.nullslast,id.desc",
    ] {
        let whole = app
            .get(&format!("/api/v1/selects?order={order}"))
            .await
            .expect(200);
        let whole: Vec<_> = whole["data"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| row["id"].clone())
            .collect();
        assert_eq!(whole.len(), 8);
        for limit in 1..=8 {
            for select in ["", "&select=id", "&select=id,from::text"] {
                let (ids, pages) = walk(
                    app,
                    &format!("selects?order={order}&limit={limit}{select}"),
                    "id",
                )
                .await;
                assert_eq!(ids, whole, "{order} {limit} {select}");
                assert_eq!(pages, 8_usize.div_ceil(limit), "{order} {limit}");
            }
        }
        let (ids, _) = walk(
            app,
            &format!("selects?order={order}&limit=2&id=gt.3&count=exact"),
            "id",
        )
        .await;
        assert_eq!(
            ids,
            whole
                .into_iter()
                .filter(|id| id.as_i64() > Some(3))
                .collect::<Vec<_>>(),
            "{order}"
        );
    }
    // Fields that are not shown are no obstacle.
    let (names, _) = walk(app, "selects?select=where&limit=3&order=from", "where").await;
    assert_eq!(names.len(), 8);
}

on_each_database!(
    Schema::Trouble,
    pages_by_cursor_go_with_embeds_and_orders_by_them
);
async fn pages_by_cursor_go_with_embeds_and_orders_by_them(app: &App) {
    app.post(
        "/api/v1/departments",
        json!([{ "id": 1, "name": "Research" }, { "id": 2, "name": "Sales" }]),
    )
    .await
    .expect(201);
    let employees: Vec<_> = (1..=7).map(|id| json!({ "id": id, "number": format!("E{id}"), "department_id": 1 + id % 2, "manager_id": null })).collect();
    app.post("/api/v1/employees", json!(employees))
        .await
        .expect(201);
    for (path, expected) in [
        (
            "employees?select=id,department(name)&order=department(name),id.desc&limit=2",
            vec![6, 4, 2, 7, 5, 3, 1],
        ),
        (
            "employees?select=id,department(name),m:manager(id)&order=m(number).desc,number.desc&limit=3",
            vec![7, 6, 5, 4, 3, 2, 1],
        ),
        (
            "departments/2/employeesByDepartment?select=id&order=id.desc&limit=1",
            vec![7, 5, 3, 1],
        ),
        (
            "employees?select=id,...department(name)&limit=3&count=exact",
            vec![1, 2, 3, 4, 5, 6, 7],
        ),
    ] {
        let (ids, _) = walk(app, path, "id").await;
        assert_eq!(ids, expected, "{path}");
    }
}

on_each_database!(Schema::Trouble, pages_are_stable_while_rows_come_and_go);
async fn pages_are_stable_while_rows_come_and_go(app: &App) {
    let rows: Vec<_> = (1..=6).map(|id| (id * 10, Some("a"), None)).collect();
    selects(app, &rows).await;
    let first = app
        .get("/api/v1/selects?order=from,id&limit=3")
        .await
        .expect(200);
    app.post(
        "/api/v1/selects",
        json!([{ "id": 5, "from": "a" }, { "id": 45, "from": "a" }]),
    )
    .await
    .expect(201);
    app.delete("/api/v1/selects/30").await.expect(204);
    let cursor = first["nextCursor"].as_str().expect("a cursor");
    let second = app
        .get(&format!(
            "/api/v1/selects?order=from,id&limit=3&select=id&cursor={cursor}"
        ))
        .await
        .expect(200);
    assert_eq!(
        second["data"],
        json!([{ "id": 40 }, { "id": 45 }, { "id": 50 }])
    );
}

on_each_database!(Schema::Trouble, a_cursor_of_another_list_is_refused);
async fn a_cursor_of_another_list_is_refused(app: &App) {
    selects(app, &[(1, None, None), (2, None, None)]).await;
    app.post(
        "/api/v1/user-profiles",
        json!([{ "bio": "a" }, { "bio": "b" }]),
    )
    .await
    .expect(201);
    let cursor = app.get("/api/v1/selects?limit=1").await.expect(200)["nextCursor"]
        .as_str()
        .expect("a cursor")
        .to_owned();
    app.get(&format!("/api/v1/selects?limit=1&cursor={cursor}"))
        .await
        .expect(200);
    for wrong in [
        format!("selects?order=from&cursor={cursor}"),
        format!("selects?order=id.desc&cursor={cursor}"),
        format!("user-profiles?cursor={cursor}"),
        format!("selects?cursor={cursor}x"),
        format!("selects?cursor={}", &cursor[1..]),
        "selects?cursor=".to_owned(),
        "selects?cursor=W10".to_owned(),
        "selects?cursor=%F0%9F%98%80".to_owned(),
        format!("selects?cursor={cursor}&offset=1"),
        format!("selects?cursor={cursor}&cursor={cursor}"),
        format!("selects/1?cursor={cursor}"),
    ] {
        app.get(&format!("/api/v1/{wrong}"))
            .await
            .expect_problem(400);
    }
    // Without a key there is no telling where a page ended.
    app.get(&format!("/api/v1/no-keys?cursor={cursor}"))
        .await
        .expect_problem(400);
}

#[tokio::test]
async fn a_far_page_is_read_from_an_index() {
    let options = Options::default().set("MAX_PAGE_SIZE", "20000");
    let app = App::builder(Schema::Load).with(options).start().await;
    app.db_execute(
        r#"INSERT INTO "Numbered" SELECT n, 'n' || n % 100 FROM generate_series(1000, 60000) n"#,
    )
    .await;
    app.db_execute(r#"CREATE INDEX ON "Numbered" ("name", "id"); ANALYZE "Numbered""#)
        .await;
    let far = app
        .get("/api/v1/numbereds?order=name,id&limit=20000&offset=9000")
        .await
        .expect(200);
    let cursor = far["nextCursor"].as_str().expect("a cursor").to_owned();
    let next = app
        .get(&format!(
            "/api/v1/numbereds?order=name,id&limit=20&cursor={cursor}"
        ))
        .await
        .expect(200);
    assert_eq!(next["data"].as_array().expect("rows").len(), 20);
    for (order, condition) in [
        ("name,id", "Index Cond: (ROW("),
        ("name.desc,id.desc", "Index Cond: (ROW("),
        ("name,id.desc", "Index Cond: ((name"),
    ] {
        let page = app
            .get(&format!(
                "/api/v1/numbereds?order={order}&limit=20&offset=9000"
            ))
            .await
            .expect(200);
        let cursor = page["nextCursor"].as_str().expect("a cursor").to_owned();
        let plan = app
            .explain(
                "numbereds",
                &format!("order={order}&limit=20&cursor={cursor}"),
            )
            .await;
        assert!(
            plan.contains(condition) && !plan.contains("Seq Scan"),
            "{order}\n{plan}"
        );
    }
}

#[tokio::test]
async fn pages_by_cursor_tell_the_null_of_json_from_that_of_the_database_and_take_lists_as_they_are()
 {
    let sql = r#"
        CREATE TABLE notes (id int PRIMARY KEY, document jsonb, numbers int[], words text[], documents jsonb[]);
        INSERT INTO notes VALUES
            (1, 'null', '{1,NULL}', '{NULL}', '{"null",NULL}'), (2, NULL, NULL, '{}', '{}'),
            (3, '"null"', '{{1,2},{3,4}}', '{"null"}', '{"[]"}'), (4, '1e400', '{}', '{NULL,b}', '{NULL,"null"}'),
            (5, 'null', '{1}', NULL, NULL), (6, NULL, '{NULL}', '{a,NULL}', '{1,NULL}'),
            (7, '{"a": null}', '{1,NULL}', '{"{}"}', '{1,"null"}'), (8, '{"a": 1}', '{{5},{NULL}}', '{{a},{NULL}}', '{{1},{2}}'),
            (9, '{}', NULL, NULL, '{"[1]",NULL}');
    "#;
    let database = TestDatabase::made_by(sql, Kind::Postgres, &["public"]).await;
    let app = App::builder(database).start().await;
    for field in ["document", "document->a", "numbers", "words", "documents"] {
        for direction in ["", ".desc", ".nullsfirst", ".desc.nullslast"] {
            let path = format!("notes?order={field}{direction}");
            let whole = app.get(&format!("/api/v1/{path}")).await.expect(200);
            let whole: Vec<_> = whole["data"]
                .as_array()
                .expect("rows")
                .iter()
                .map(|row| row["id"].clone())
                .collect();
            for limit in [1, 2, 4] {
                let (ids, _) = walk(&app, &format!("{path}&limit={limit}"), "id").await;
                assert_eq!(ids, whole, "{path} {limit}");
            }
        }
    }
}
