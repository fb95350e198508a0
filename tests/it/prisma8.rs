//! Refract beside the real client of Prisma 8, on the database that its own command line made of
//! `tests/prisma8/contract.prisma`. Refract knows the contract.json alone.
//!
//! They are skipped where Node or the registry of npm is missing: see [`crate::support::programs`].

use std::{process::Stdio, time::Duration};

use chrono::{DateTime, FixedOffset};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

use crate::support::{
    App, Kind, Options,
    database::{TestDatabase, execute},
    programs,
};

const FOLDER: &str = "tests/prisma8";

/// Fields that the client of Prisma 8 fills in by itself, and how long its texts are.
pub const GENERATED: [(&str, usize); 6] = [
    ("id", 36),
    ("v4", 36),
    ("cu", 24),
    ("ul", 26),
    ("short", 21),
    ("token", 12),
];

/// The client in Node. It ends when it is dropped.
pub struct Prisma8 {
    requests: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    _process: Child,
}

impl Prisma8 {
    pub fn start(url: &str) -> Self {
        Self::of(&format!("{FOLDER}/contract.json"), url)
    }

    /// The client of another contract.
    fn of(contract: &str, url: &str) -> Self {
        let mut process = Command::new("node")
            .arg(format!("{FOLDER}/client.mjs"))
            .env("CONTRACT", contract)
            .env("DATABASE_URL", url)
            .env("PGOPTIONS", "-c timezone=UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("Node has been found before");
        let answers = process.stdout.take().expect("a pipe");
        Self {
            requests: process.stdin.take().expect("a pipe"),
            answers: BufReader::new(answers).lines(),
            _process: process,
        }
    }

    pub async fn call(&mut self, request: Value) -> Value {
        let line = format!("{request}\n");
        let sent = self.requests.write_all(line.as_bytes()).await;
        sent.expect("the client listens");
        let answer = self.answers.next_line().await.expect("the client speaks");
        let answer = answer.unwrap_or_else(|| panic!("the client ended at {request}"));
        let mut answer: Value = serde_json::from_str(&answer).expect("JSON");
        assert!(answer["error"].is_null(), "{request}\n{answer:#}");
        answer["ok"].take()
    }

    pub async fn create(&mut self, model: &str, data: Value) -> Value {
        self.call(json!({ "model": model, "action": "create", "data": data }))
            .await
    }

    pub async fn find(&mut self, model: &str, key: Value, include: &[&str]) -> Value {
        self.call(json!({ "model": model, "action": "first", "where": key, "include": include }))
            .await
    }
}

/// `None` where the client cannot be run here.
pub async fn both() -> Option<(App, Prisma8)> {
    if !programs::is_here(FOLDER).await {
        return None;
    }
    let sql = std::fs::read_to_string(format!("{FOLDER}/migration.sql")).expect("a file");
    let database = TestDatabase::made_by(&sql, Kind::Postgres, &["public"]).await;
    let options = Options::default()
        .set("CATALOG", "live")
        .set("PRISMA_SCHEMA", FOLDER);
    let app = App::builder(database).with(options).start().await;
    let prisma = Prisma8::start(app.database_url());
    Some((app, prisma))
}

/// A moment as either of them writes it: the client's `TimestamptzString` is the database's text.
#[track_caller]
pub fn moment(value: &Value) -> DateTime<FixedOffset> {
    let text = value.as_str().expect("a text").replace(' ', "T");
    let text = text.replace("+00", "Z").replace("Z:00", "Z");
    DateTime::parse_from_rfc3339(&text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Asserts that two rows have the same fields and values. Moments are compared to the millisecond, which
/// is what the API shows.
#[track_caller]
pub fn assert_same(refract: &Value, prisma: &Value) {
    let (mut refract, mut prisma) = (refract.clone(), prisma.clone());
    for row in [&mut refract, &mut prisma] {
        for field in ["createdAt", "updatedAt"] {
            row[field] = json!(moment(&row[field]).timestamp_millis());
        }
    }
    assert_eq!(refract, prisma);
}

#[track_caller]
pub fn assert_generated(row: &Value) {
    for (field, length) in GENERATED {
        let text = row[field].as_str().unwrap_or_default();
        assert_eq!(text.len(), length, "{field}: {row:#}");
    }
    let version = |field: &str| row[field].as_str().and_then(|text| text.chars().nth(14));
    assert_eq!((version("id"), version("v4")), (Some('7'), Some('4')));
    // Prisma's clock has milliseconds.
    let updated = moment(&row["updatedAt"]);
    assert_eq!(updated.timestamp_subsec_nanos() % 1_000_000, 0);
}

#[tokio::test]
async fn rows_of_either_are_the_same_to_the_other() {
    let Some((app, mut prisma)) = both().await else {
        return;
    };
    let data =
        |email: &str| json!({ "email": email, "tags": ["a", "b"], "meta": { "deep": [1, null] } });

    let written = prisma.create("Account", data("by@prisma")).await;
    assert_generated(&written);
    let id = written["id"].as_str().expect("an id");
    let read = app.get(&format!("/api/v1/accounts/{id}")).await.expect(200);
    assert_same(&read, &written);

    let written = app
        .post("/api/v1/accounts", data("by@refract"))
        .await
        .expect(201);
    assert_generated(&written);
    let read = prisma
        .find("Account", json!({ "id": written["id"] }), &[])
        .await;
    assert_same(&written, &read);

    let rest = app
        .request("POST", "/rest/v1/accounts")
        .header("Prefer", "return=representation")
        .json(data("by@rest"));
    let written = rest.send().await.expect(201)[0].clone();
    assert_generated(&written);
    let read = prisma
        .find("Account", json!({ "email": "by@rest" }), &[])
        .await;
    assert_generated(&read);
    for (field, _) in GENERATED {
        assert_eq!(read[field], written[field], "{field}");
    }
}

#[tokio::test]
async fn a_given_value_is_kept_and_an_update_renews_the_moment_as_the_client_does() {
    let Some((app, mut prisma)) = both().await else {
        return;
    };
    let given = "2020-01-02T03:04:05.678Z";
    let data = json!({ "email": "given@x", "tags": [], "token": "mine", "updatedAt": given });
    let own = prisma.create("Account", data.clone()).await;
    let id = own["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        (&own["token"], moment(&own["updatedAt"])),
        (&json!("mine"), moment(&json!(given)))
    );
    let mut other = data;
    other["email"] = json!("given@y");
    let row = app.post("/api/v1/accounts", other).await.expect(201);
    assert_eq!(
        (&row["token"], moment(&row["updatedAt"])),
        (&json!("mine"), moment(&json!(given)))
    );

    let path = format!("/api/v1/accounts/{id}");
    let by_api = app
        .patch(&path, json!({ "display": "Api" }))
        .await
        .expect(200);
    assert_eq!(by_api["display"], "Api");
    assert!(moment(&by_api["updatedAt"]) > moment(&json!(given)));
    // What is made on create only stays.
    for (field, _) in GENERATED {
        assert_eq!(by_api[field], own[field], "{field}");
    }
    tokio::time::sleep(Duration::from_millis(5)).await;
    let request = json!({
        "model": "Account", "action": "update", "where": { "id": id }, "data": { "active": false },
    });
    let by_prisma = prisma.call(request).await;
    assert!(moment(&by_prisma["updatedAt"]) > moment(&by_api["updatedAt"]));
    tokio::time::sleep(Duration::from_millis(5)).await;
    let rest = format!("/rest/v1/accounts?id=eq.{id}");
    let rest = app.patch(&rest, json!({ "active": true })).await;
    rest.assert_status(204);
    let by_rest = prisma.find("Account", json!({ "id": id }), &[]).await;
    assert_eq!(by_rest["active"], true);
    assert!(moment(&by_rest["updatedAt"]) > moment(&by_prisma["updatedAt"]));

    let kept = app
        .patch(&path, json!({ "updatedAt": given }))
        .await
        .expect(200);
    assert_eq!(moment(&kept["updatedAt"]), moment(&json!(given)));
}

/// The contract with a column that the client fills in on every change, and not on create.
fn contract_with_on_update(folder: &std::path::Path) -> String {
    let text = std::fs::read_to_string(format!("{FOLDER}/contract.json")).expect("a file");
    let mut contract: Value = serde_json::from_str(&text).expect("JSON");
    let defaults = &mut contract["execution"]["mutations"]["defaults"];
    defaults.as_array_mut().expect("an array").push(json!({
        "onUpdate": { "id": "nanoid", "kind": "generator", "params": { "size": 9 } },
        "ref": { "entry": "accounts", "field": "display_name", "namespace": "public" },
    }));
    let path = folder.join("contract.json");
    std::fs::write(&path, contract.to_string()).expect("writes");
    path.to_str().expect("a path").to_owned()
}

#[tokio::test]
async fn an_upsert_renews_what_is_filled_in_on_update_only() {
    if !programs::is_here(FOLDER).await {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let contract = contract_with_on_update(folder.path());
    let sql = std::fs::read_to_string(format!("{FOLDER}/migration.sql")).expect("a file");
    let database = TestDatabase::made_by(&sql, Kind::Postgres, &["public"]).await;
    let options = Options::default()
        .set("CATALOG", "live")
        .set("PRISMA_SCHEMA", &contract);
    let app = App::builder(database).with(options).start().await;
    let mut prisma = Prisma8::of(&contract, app.database_url());

    let made = |row: &Value| row["display"].as_str().map(str::len);
    let data = |email: &str, active: bool| json!({ "email": email, "tags": [], "active": active });
    let mut by_prisma = Vec::new();
    for active in [false, true, false] {
        let upsert = json!({
            "create": data("by@prisma", active), "update": { "active": active },
            "conflictOn": { "email": "by@prisma" },
        });
        let request = json!({ "model": "Account", "action": "upsert", "data": upsert });
        by_prisma.push(prisma.call(request).await);
    }
    let mut by_api = Vec::new();
    let mut by_rest = Vec::new();
    for (active, status) in [(false, 201), (true, 200), (false, 200)] {
        let answer = app.post("/api/v1/accounts?onConflict=email", data("by@api", active));
        by_api.push(answer.await.expect(status));
        let rest = app.request("POST", "/rest/v1/accounts?on_conflict=email");
        let rest = rest.header(
            "Prefer",
            "return=representation,resolution=merge-duplicates",
        );
        let answer = rest.json(data("by@rest", active)).send().await;
        by_rest.push(answer.expect(status)[0].clone());
    }
    for rows in [&by_prisma, &by_api] {
        let found: Vec<_> = rows.iter().map(made).collect();
        assert_eq!(found, [None, Some(9), Some(9)], "{rows:#?}");
        assert_ne!(rows[1]["display"], rows[2]["display"]);
        // What is made on create only stays.
        assert_eq!(rows[2]["token"], rows[0]["token"]);
    }
    let found: Vec<_> = by_rest
        .iter()
        .map(|row| row["display_name"].as_str().map(str::len))
        .collect();
    assert_eq!(found, [None, Some(9), Some(9)], "{by_rest:#?}");
}

#[tokio::test]
async fn relations_have_the_names_of_the_contract() {
    let Some((app, mut prisma)) = both().await else {
        return;
    };
    let body = json!({
        "email": "author@x", "tags": [],
        "profile": { "create": { "bio": "writes" } },
        "reports": { "create": [{ "email": "report@x", "tags": [] }] },
        "notes": { "create": [{ "title": "one" }] },
    });
    let author = app.post("/api/v1/accounts", body).await.expect(201);
    let id = author["id"].clone();

    let include = ["profile", "reports", "notes", "manager"];
    let read = prisma.find("Account", json!({ "id": id }), &include).await;
    assert_eq!(read["profile"]["bio"], "writes");
    assert_generated(&read["reports"][0]);
    assert_eq!(read["manager"], Value::Null);
    let path = format!("/api/v1/accounts/{}", id.as_str().expect("an id"));
    let same = app
        .get(&format!(
            "{path}?select=*,profile(*),reports(*),notes(*),manager(*)"
        ))
        .await
        .expect(200);
    for relation in ["profile", "notes", "manager"] {
        assert_eq!(same[relation], read[relation], "{relation}");
    }
    assert_same(&same["reports"][0], &read["reports"][0]);

    // Many-to-many, over a join table that is a model of its own, in both directions.
    let note = read["notes"][0]["id"].clone();
    let red = json!({ "labels": { "create": [{ "name": "red" }] } });
    let changed = app.patch(&format!("/api/v1/notes/{note}"), red).await;
    changed.expect(200);
    let by_prisma = prisma
        .find("Note", json!({ "id": note }), &["labels"])
        .await;
    assert_eq!(by_prisma["labels"][0]["name"], "red");
    let by_api = app
        .get(&format!("/api/v1/notes/{note}?select=*,labels(*)"))
        .await;
    assert_eq!(by_api.expect(200)["labels"], by_prisma["labels"]);
    let label = prisma.create("Label", json!({ "name": "blue" })).await["id"].clone();
    let link = json!({ "noteId": note, "labelId": label });
    prisma.create("NoteLabel", link).await;
    let blue = app
        .get(&format!("/api/v1/labels/{label}?select=*,notes(*)"))
        .await;
    assert_eq!(blue.expect(200)["notes"][0]["title"], "one");
}

#[tokio::test]
async fn a_database_of_another_contract_is_told() {
    let sql = std::fs::read_to_string(format!("{FOLDER}/migration.sql")).expect("a file");
    let database = TestDatabase::made_by(&sql, Kind::Postgres, &["public"]).await;
    let db = database.connect().await;
    let contract = reflect::prisma::parse(FOLDER).expect("a contract");
    let told = async || reflect::prisma::stale_contract(&db, &contract).await;
    assert_eq!(told().await, None);

    let url = database.postgres_url();
    execute(
        url,
        "UPDATE prisma_contract.marker SET core_hash = 'another'",
    )
    .await;
    let said = told().await.expect("a difference");
    let own = contract.storage_hash.as_deref().expect("a hash");
    assert!(
        said.contains(&own[..12]) && said.contains("another"),
        "{said}"
    );

    // A database that Prisma 8 has never migrated has no marker.
    execute(url, "DROP SCHEMA prisma_contract CASCADE").await;
    assert_eq!(told().await, None);
}
