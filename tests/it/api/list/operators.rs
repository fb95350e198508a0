//! Operators beyond comparison: lists of operands, patterns, arrays, ranges, JSON, full text.

use serde_json::{Value, json};

use super::{column, selects};
use crate::{
    on_each_database,
    support::{App, Kind, Schema},
};

async fn found(app: &App, resource: &str, cases: &[(&str, &[i64])]) {
    for (filter, expected) in cases {
        let ids = column(app, &format!("/api/v1/{resource}?{filter}&order=id"), "id").await;
        assert_eq!(ids, *expected, "{filter}");
    }
}

on_each_database!(Schema::Trouble, any_and_all_take_lists);
async fn any_and_all_take_lists(app: &App) {
    selects(
        app,
        &[
            (1, Some("apple"), Some("")),
            (2, Some("pear"), None),
            (3, Some("a,b"), Some("x")),
        ],
    )
    .await;
    found(
        app,
        "selects",
        &[
            ("id=eq(any).{1,3}", &[1, 3]),
            ("id=gt(any).{1,2}", &[2, 3]),
            ("id=gt(all).{1,2}", &[3]),
            ("id=not.gt(all).{1,2}", &[1, 2]),
            ("id=eq(any).{}", &[]),
            ("id=gt(all).{}", &[1, 2, 3]),
            ("id=not.gt(all).{}", &[]),
            ("from=like(any).{*a*,*x*}", &[1, 2, 3]),
            ("from=like(all).{*a*,*p*}", &[1, 2]),
            ("from=ilike(any).{APP*,%22A,*%22}", &[1, 3]),
            ("from=eq(any).{%22a,b%22,pear}", &[2, 3]),
            ("where=isdistinct.x", &[1, 2]),
            ("where=not.isdistinct.x", &[3]),
        ],
    )
    .await;
}

on_each_database!(Schema::Trouble, arrows_lead_into_json);
async fn arrows_lead_into_json(app: &App) {
    let documents = [
        json!({ "name": "one", "tags": ["a", "b"], "deep": { "it's": { "n": 5 } }, "flag": true }),
        json!({ "name": "two", "tags": ["c"], "deep": null, "flag": false }),
        json!({ "na\"me": "three", "tags": [], "x->y": 1 }),
    ];
    let mut ids: Vec<Value> = Vec::new();
    for (at, document) in documents.iter().enumerate() {
        let mut row = json!({ "id": format!("00000000-0000-4000-8000-00000000000{at}"), "jsonb": document, "bytes": "" });
        // SQLite has one kind of JSON.
        if app.kind == Kind::Postgres {
            row["json"] = document.clone();
        }
        ids.push(app.post("/api/v1/documents", row).await.expect(201)["id"].clone());
    }
    let fields: &[&str] = match app.kind {
        Kind::Postgres => &["json", "jsonb"],
        Kind::Sqlite => &["jsonb"],
    };
    for field in fields {
        for (filter, expected) in [
            ("->>name=eq.one", vec![0]),
            ("->>name=in.(one,two)", vec![0, 1]),
            ("->>name=like.t*", vec![1]),
            ("->>name=is.null", vec![2]),
            ("->tags->>0=eq.a", vec![0]),
            ("->tags->>-1=eq.b", vec![0]),
            ("->tags->0=eq.%22c%22", vec![1]),
            ("->tags=eq.[\"c\"]", vec![1]),
            ("->tags=in.(\"[]\",\"[%5C\"c%5C\"]\")", vec![1, 2]),
            ("->deep->it's->>n=eq.5", vec![0]),
            ("->deep->%22it's%22->n=eq.5", vec![0]),
            ("->>flag=eq.true", vec![0]),
            ("->>flag=eq.false", vec![1]),
            ("->>flag=isdistinct.true", vec![1, 2]),
            ("->>%22na%5C%22me%22=eq.three", vec![2]),
            ("->>%22x->y%22=eq.1", vec![2]),
            ("->>deep=is.null", vec![1, 2]),
            ("->nothing->here->>x=is.null", vec![0, 1, 2]),
            ("->>x'%20OR%20true--=eq.1", vec![]),
            ("->>%5C'=eq.1", vec![]),
        ] {
            let path = format!("/api/v1/documents?{field}{filter}&order=id");
            let expected: Vec<_> = expected
                .into_iter()
                .map(|at: usize| ids[at].clone())
                .collect();
            assert_eq!(column(app, &path, "id").await, expected, "{path}");
        }
        let tree = format!("/api/v1/documents?or=({field}->>name.eq.one,{field}->deep->>x.eq.1)");
        assert_eq!(column(app, &tree, "id").await, [ids[0].clone()]);
        for wrong in ["->=eq.1", "->>a->b=eq.1", "->>"] {
            app.get(&format!("/api/v1/documents?{field}{wrong}"))
                .await
                .expect(400);
        }
        app.get(&format!("/api/v1/documents?{field}->a=eq.notjson"))
            .await
            .expect(422);
    }
    let (_, fields) = app
        .get("/api/v1/documents?id->>a=eq.1")
        .await
        .expect_problem(422);
    assert_eq!(fields, [("id".to_owned(), "invalid_operator".to_owned())]);
}

#[tokio::test]
async fn arrays_contain_and_overlap() {
    let app = App::builder(Schema::Trouble).start().await;
    for (texts, ints) in [
        (json!(["a", "b"]), json!([1, 2])),
        (json!(["b", "c,d"]), json!([2])),
        (json!([]), Value::Null),
    ] {
        app.post(
            "/api/v1/arrays",
            json!({ "texts": texts, "ints": ints, "colors": ["RED"] }),
        )
        .await
        .expect(201);
    }
    found(
        &app,
        "arrays",
        &[
            ("texts=cs.{b}", &[1, 2]),
            ("texts=cs.{%22c,d%22}", &[2]),
            ("texts=cs.[%22b%22]", &[1, 2]),
            ("texts=cd.{a,b,x}", &[1, 3]),
            ("texts=ov.{a,%22c,d%22}", &[1, 2]),
            ("texts=not.ov.{a}", &[2, 3]),
            ("ints=cs.{1,2}", &[1]),
            ("ints=cs.{}", &[1, 2]),
            ("ints=eq.{1,2}", &[1]),
            ("colors=cs.{RED}", &[1, 2, 3]),
            ("texts->>0=eq.a", &[1]),
            ("texts=eq.{}", &[3]),
        ],
    )
    .await;
    for wrong in [
        "ints=cs.{x}",
        "ints=cs.1",
        "colors=ov.{PINK}",
        "ints=cs.{1",
        "texts=sl.{a}",
    ] {
        app.get(&format!("/api/v1/arrays?{wrong}"))
            .await
            .expect(422);
    }
}

#[tokio::test]
async fn ranges_contain_overlap_and_are_beside_each_other() {
    let app = App::builder(Schema::Trouble).start().await;
    for range in ["[1,5)", "[5,9)", "[20,30)"] {
        app.post("/api/v1/exotics", json!({ "int4range": range }))
            .await
            .expect(201);
    }
    found(
        &app,
        "exotics",
        &[
            ("int4range=cs.[2,3)", &[1]),
            ("int4range=cd.[0,10)", &[1, 2]),
            ("int4range=ov.[4,6)", &[1, 2]),
            ("int4range=sl.[9,10)", &[1, 2]),
            ("int4range=sr.[9,10)", &[3]),
            ("int4range=nxr.[0,9)", &[1, 2]),
            ("int4range=nxl.[5,6)", &[2, 3]),
            ("int4range=adj.[5,6)", &[1]),
            ("or=(int4range.cs.%22[2,3)%22,id.eq.3)", &[1, 3]),
        ],
    )
    .await;
    assert_eq!(
        app.get("/api/v1/exotics?int4range=cs.x")
            .await
            .expect_problem(422)
            .0,
        "invalid_value"
    );
    assert_eq!(
        app.get("/api/v1/exotics?inet=adj.127.0.0.1")
            .await
            .expect_problem(422)
            .0,
        "invalid_operator"
    );
}

#[tokio::test]
async fn jsonb_contains() {
    let app = App::builder(Schema::Trouble).start().await;
    let id = "00000000-0000-4000-8000-000000000000";
    app.post(
        "/api/v1/documents",
        json!({ "id": id, "json": {}, "jsonb": { "a": { "b": [1, 2] }, "c": "x,y" }, "bytes": "" }),
    )
    .await
    .expect(201);
    for (filter, hits) in [
        (r#"jsonb=cs.{"a":{"b":[2]}}"#, 1),
        (r#"jsonb=cs.{"a":{"b":[3]}}"#, 0),
        (r#"jsonb=cd.{"a":{"b":[1,2]},"c":"x,y","d":1}"#, 1),
        (r#"or=(jsonb.cs.{"a":{"b":[2]}},jsonb.cs.{"c":")"})"#, 1),
        (r#"jsonb->a=cs.{"b":[1]}"#, 1),
    ] {
        let ids = column(&app, &format!("/api/v1/documents?{filter}"), "id").await;
        assert_eq!(ids.len(), hits, "{filter}");
    }
    app.get(r#"/api/v1/documents?json=cs.{}"#).await.expect(422);
}

#[tokio::test]
async fn texts_are_searched_for_words_and_by_regular_expressions() {
    let app = App::builder(Schema::Trouble).start().await;
    selects(
        &app,
        &[
            (1, Some("The fat cats sat"), None),
            (2, Some("A thin dog"), None),
            (3, None, None),
        ],
    )
    .await;
    found(
        &app,
        "selects",
        &[
            ("from=fts(english).cat", &[1]),
            ("from=fts(english).cat|dog", &[1, 2]),
            ("from=fts(simple).cat", &[]),
            ("from=plfts(english).fat%20cat", &[1]),
            ("from=phfts(english).fat%20cats", &[1]),
            ("from=wfts(english).dog%20or%20cat", &[1, 2]),
            ("from=not.fts(english).cat", &[2]),
            ("from=fts.dog", &[2]),
            ("or=(from.fts(english).cat,id.eq.3)", &[1, 3]),
            ("from=match.^The", &[1]),
            ("from=imatch.^(the|a) ", &[1, 2]),
            ("from=not.match.cats", &[2]),
        ],
    )
    .await;
    for wrong in [
        "from=fts.fat%20cat",
        "from=fts(nonsense).cat",
        "from=match.(",
        "id=fts.1",
        "id=match.1",
    ] {
        app.get(&format!("/api/v1/selects?{wrong}"))
            .await
            .expect(422);
    }
    for wrong in [
        "a'b", "", "a.b.c", "a.b.c.d", ".a", "a.", "a..b", "3748", "3.4",
    ] {
        let filter = format!("from=fts({wrong}).cat");
        app.get(&format!("/api/v1/selects?{filter}"))
            .await
            .expect(400);
    }
    // Whoever asks, the database does not know these: nothing has drifted.
    for wrong in [
        "fts(nonsense).cat",
        "plfts(nowhere.english).cat",
        "fts.a%20b",
    ] {
        let path = format!("/api/v1/selects?from={wrong}");
        app.get(&path).await.expect(422);
        app.get(&format!("/api/v1/selects?or=(from.{wrong},id.eq.1)"))
            .await
            .expect(422);
        app.patch(&path, json!({ "from": "x" })).await.expect(422);
        app.delete(&path).await.expect(422);
        let operation = json!({ "method": "DELETE", "path": format!("/selects?from={wrong}") });
        app.post("/api/v1/batch", json!({ "operations": [operation] }))
            .await
            .expect(422);
    }
    app.get("/api/v1/selects?from=fts(pg_catalog.english).cat")
        .await
        .expect(200);
    app.post("/api/v1/exotics", json!({ "tsvector": "fat cat" }))
        .await
        .expect(201);
    found(
        &app,
        "exotics",
        &[
            ("tsvector=fts.cat", &[1]),
            ("tsvector=wfts(english).cats", &[1]),
        ],
    )
    .await;
}

#[tokio::test]
async fn what_sqlite_lacks_is_named() {
    let app = App::builder(Schema::Trouble).on(Kind::Sqlite).start().await;
    for filter in [
        "selects?from=fts.x",
        "selects?from=match.x",
        "selects?or=(from.wfts.x)",
        "documents?jsonb=cs.{}",
        // As texts, 9 would be more than 10.
        "documents?jsonb->a=gt.10",
        "documents?jsonb=not.lte.{}",
    ] {
        let answer = app.get(&format!("/api/v1/{filter}")).await;
        assert!(answer.text.contains("SQLite"), "{answer}");
        assert_eq!(answer.expect_problem(501).0, "not_implemented", "{filter}");
    }
}
