//! Prisma 7's client, Prisma 8's client and Refract write to one database, as in an app that moves from one Prisma to
//! the other: each reads, changes and upserts the rows of the other two.
//!
//! The database is that of `tests/prisma8/contract.prisma`. `tests/prisma/both.prisma` is the same for Prisma 7.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    prisma::client::{self, Prisma},
    prisma8::{self, GENERATED, Prisma8, assert_generated, assert_same, moment},
    support::App,
};

/// The three that write to the database.
struct All {
    app: App,
    seven: Prisma,
    eight: Prisma8,
}

/// `None` where one of the clients cannot be run here.
async fn all() -> Option<All> {
    if !client::is_here().await {
        return None;
    }
    let (app, eight) = prisma8::both().await?;
    let seven = Prisma::of(".generated-both", app.database_url());
    Some(All { app, seven, eight })
}

fn path(id: &Value) -> String {
    format!("/api/v1/accounts/{}", id.as_str().expect("an id"))
}

impl All {
    /// The row of an account, which all three see alike.
    async fn account(&mut self, id: &Value) -> Value {
        let key = json!({ "id": id });
        let row = self.app.get(&path(id)).await.expect(200);
        assert_same(&row, &self.seven.find("account", key.clone()).await);
        assert_same(&row, &self.eight.find("Account", key, &[]).await);
        row
    }

    /// The names of a note's labels, which all three see alike.
    async fn labels(&mut self, note: &Value) -> Vec<String> {
        let names = |labels: &Value, name: &dyn Fn(&Value) -> Value| {
            let labels = labels.as_array().expect("an array").iter();
            let mut names: Vec<String> = labels
                .map(|label| name(label).as_str().expect("a name").to_owned())
                .collect();
            names.sort_unstable();
            names
        };
        let by_refract = self
            .app
            .get(&format!("/api/v1/notes/{note}?select=labels(name)"))
            .await
            .expect(200);
        let include = json!({ "where": { "id": note }, "include": { "labels": { "include": { "label": true } } } });
        let by_seven = self.seven.call("note", "findUnique", include).await;
        let by_eight = self
            .eight
            .find("Note", json!({ "id": note }), &["labels"])
            .await;
        let found = names(&by_refract["labels"], &|label| label["name"].clone());
        assert_eq!(
            names(&by_seven["labels"], &|link| link["label"]["name"].clone()),
            found
        );
        assert_eq!(
            names(&by_eight["labels"], &|label| label["name"].clone()),
            found
        );
        found
    }

    /// Each of the three changes a row: another field than the others, or the same upsert.
    async fn change(&mut self, who: &str, row: &Value, upserts: bool) {
        let (id, email) = (&row["id"], &row["email"]);
        let display = json!(format!("by {who}, {upserts}"));
        let new = json!({ "email": email, "tags": ["new"], "display": display });
        match (who, upserts) {
            ("seven", false) => {
                let args = json!({ "where": { "id": id }, "data": { "display": display } });
                self.seven.call("account", "update", args).await;
            }
            ("seven", true) => {
                let args = json!({ "where": { "email": email }, "create": new, "update": { "display": display } });
                self.seven.call("account", "upsert", args).await;
            }
            ("eight", false) => {
                let request = json!({
                    "model": "Account", "action": "update", "where": { "id": id },
                    "data": { "display": display },
                });
                self.eight.call(request).await;
            }
            ("eight", true) => {
                let request = json!({ "model": "Account", "action": "upsert", "data": {
                    "create": new, "update": { "display": display }, "conflictOn": { "email": email },
                } });
                self.eight.call(request).await;
            }
            (_, false) => {
                let body = json!({ "display": display });
                self.app.patch(&path(id), body).await.expect(200);
            }
            (_, true) => {
                let body = json!({ "email": email, "tags": row["tags"], "display": display });
                let upsert = self.app.post("/api/v1/accounts?onConflict=email", body);
                upsert.await.expect(200);
            }
        }
        let changed = self.account(id).await;
        assert_eq!(changed["display"], display);
        assert!(
            moment(&changed["updatedAt"]) > moment(&row["updatedAt"]),
            "{who}"
        );
        for field in ["createdAt", "tags", "meta", "big", "amount", "role"] {
            assert_eq!(changed[field], row[field], "{who}: {field}");
        }
        for (field, _) in GENERATED {
            assert_eq!(changed[field], row[field], "{who}: {field}");
        }
    }
}

#[tokio::test]
async fn each_of_three_reads_and_changes_what_the_others_have_written() {
    let Some(mut all) = all().await else { return };
    let data = |email: &str| {
        json!({
            "email": email, "role": "admin", "tags": ["a", "b,\"c\""], "meta": { "deep": [1.5, null, "é"] },
            "score": -0.25, "amount": "12345678901234567890.125", "active": false,
        })
    };
    let mut by_seven = data("by@seven");
    by_seven["big"] = json!({ "$bigint": "9007199254740993" });
    let by_seven = all.seven.create("account", by_seven).await;
    let by_eight = all.eight.create("Account", data("by@eight")).await;
    let mut by_refract = data("by@refract");
    by_refract["big"] = json!("-9007199254740993");
    let by_refract = all.app.post("/api/v1/accounts", by_refract).await;
    let by_refract = by_refract.expect(201);
    for written in [&by_seven, &by_eight, &by_refract] {
        assert_generated(written);
        let row = all.account(&written["id"]).await;
        assert_same(&row, written);
        assert_eq!(row["amount"], "12345678901234567890.125");
        for who in ["seven", "eight", "refract"] {
            for upserts in [false, true] {
                tokio::time::sleep(Duration::from_millis(3)).await;
                let row = all.account(&written["id"]).await;
                all.change(who, &row, upserts).await;
            }
        }
    }
    // What one of them deletes is gone for the others.
    let gone = json!({ "where": { "id": by_refract["id"] } });
    all.seven.call("account", "delete", gone).await;
    let by_app = all.app.delete(&path(&by_eight["id"])).await;
    by_app.assert_status(204);
    for row in [&by_refract, &by_eight] {
        let key = json!({ "id": row["id"] });
        all.app.get(&path(&row["id"])).await.expect(404);
        assert!(all.seven.find("account", key.clone()).await.is_null());
        assert!(all.eight.find("Account", key, &[]).await.is_null());
    }
    all.account(&by_seven["id"]).await;
}

#[tokio::test]
async fn each_of_three_links_rows_of_the_others() {
    let Some(mut all) = all().await else { return };
    let author =
        json!({ "email": "author@seven", "tags": [], "profile": { "create": { "bio": "seven" } } });
    let author = all.seven.create("account", author).await["id"].clone();
    let note = json!({ "title": "t", "authorId": author });
    let note = all.eight.create("Note", note).await["id"].clone();
    let of_note = format!("/api/v1/notes/{note}");

    let labelled = json!({ "labels": { "create": [{ "name": "refract" }] } });
    let labelled = all.app.patch(&of_note, labelled);
    labelled.await.expect(200);
    let label = json!({ "noteId": note, "label": { "name": "seven" } });
    let args = json!({ "where": { "id": note }, "data": { "labels": { "create": { "label": { "create": label["label"] } } } } });
    all.seven.call("note", "update", args).await;
    let label = all.eight.create("Label", json!({ "name": "eight" })).await["id"].clone();
    let link = json!({ "noteId": note, "labelId": label });
    all.eight.create("NoteLabel", link).await;
    assert_eq!(all.labels(&note).await, ["eight", "refract", "seven"]);

    let changed = json!({ "labels": {
        "disconnect": { "name": "seven" },
        "connectOrCreate": { "where": { "name": "eight" }, "create": { "name": "never" } },
    } });
    let changed = all.app.patch(&of_note, changed);
    changed.await.expect(200);
    assert_eq!(all.labels(&note).await, ["eight", "refract"]);
    let link = json!({ "where": { "noteId_labelId": { "noteId": note, "labelId": label } } });
    all.seven.call("noteLabel", "delete", link).await;
    assert_eq!(all.labels(&note).await, ["refract"]);

    let told = all
        .app
        .get(&format!(
            "{}?select=profile(bio),notes(title)",
            path(&author)
        ))
        .await
        .expect(200);
    assert_eq!(
        told,
        json!({ "profile": { "bio": "seven" }, "notes": [{ "title": "t" }] })
    );
    let eight = all
        .eight
        .find("Account", json!({ "id": author }), &["profile", "notes"])
        .await;
    assert_eq!(eight["profile"]["bio"], "seven");
    assert_eq!(eight["notes"][0]["title"], "t");
}
