//! Moments in every form that SQLite databases hold them in are compared, ordered, grouped and found
//! by what they mean. The reference is computed here, from the moments themselves.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{app, app_with};
use crate::support::{App, Options, encoded};

type Micros = i64;

/// Year, month, day, hour, and microseconds after the hour.
type Parts = (i32, u32, u32, u32, i64);

/// Whether a moment is in a relation to another.
type Relation = fn(Micros, Micros) -> bool;

fn at(year: i32, month: u32, day: u32, hour: u32, micros: i64) -> Option<Micros> {
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    Some(date.and_hms_opt(hour, 0, 0)?.and_utc().timestamp_micros() + micros)
}

/// What is stored, and which moment it is.
fn rows() -> Vec<(&'static str, Option<Micros>)> {
    vec![
        ("1704067200000", at(2024, 1, 1, 0, 0)),
        ("'2024-02-01T00:00:00.000+00:00'", at(2024, 2, 1, 0, 0)),
        ("'1900-01-01 00:00:00 +00:00'", at(1900, 1, 1, 0, 0)),
        ("'2024-02-01 01:00:00'", at(2024, 2, 1, 1, 0)),
        ("'2024-02-01T02:00:00+02:00'", at(2024, 2, 1, 0, 0)),
        ("'2024-01-31T19:00:00.5-05:00'", at(2024, 2, 1, 0, 500_000)),
        ("'+012345-06-07T08:00:00.000Z'", at(12345, 6, 7, 8, 0)),
        ("'-000044-03-15T00:00:00.000Z'", at(-44, 3, 15, 0, 0)),
        ("-62198755200000", at(-1, 1, 1, 0, 0)),
        ("1706745600000.5", at(2024, 2, 1, 0, 500)),
        (
            "'2024-02-01T00:00:00.123456789Z'",
            at(2024, 2, 1, 0, 123_456),
        ),
        ("'2024-02-01'", at(2024, 2, 1, 0, 0)),
        ("1706745600000", at(2024, 2, 1, 0, 0)),
        ("NULL", None),
        ("1893456000000", at(2030, 1, 1, 0, 0)),
    ]
}

pub(super) fn sql() -> String {
    let mut sql = r#"
        CREATE TABLE "Kind" ("id" INTEGER NOT NULL PRIMARY KEY, "name" TEXT NOT NULL);
        CREATE TABLE "Event" ("id" INTEGER NOT NULL PRIMARY KEY, "at" DATETIME,
            "kindId" INTEGER NOT NULL REFERENCES "Kind" ("id"));
        CREATE INDEX "Event_at_idx" ON "Event" ("at");
        INSERT INTO "Kind" VALUES (1, 'only');
    "#
    .to_owned();
    for (id, (stored, _)) in rows().iter().enumerate() {
        sql.push_str(&format!(
            "INSERT INTO \"Event\" VALUES ({id}, {stored}, 1);"
        ));
    }
    sql
}

/// The moments as the API spells them.
const SPELLED: [(&str, Parts); 8] = [
    ("-000044-03-15T00:00:00.000Z", (-44, 3, 15, 0, 0)),
    ("1900-01-01T00:00:00.000Z", (1900, 1, 1, 0, 0)),
    ("2024-01-01T00:00:00.000Z", (2024, 1, 1, 0, 0)),
    ("2024-02-01T00:00:00.000Z", (2024, 2, 1, 0, 0)),
    ("2024-02-01T00:00:00.000500Z", (2024, 2, 1, 0, 500)),
    ("2024-02-01T03:00:00.000+02:00", (2024, 2, 1, 1, 0)),
    ("2024-02-15T00:00:00.000Z", (2024, 2, 15, 0, 0)),
    ("+012345-06-07T08:00:00.000Z", (12345, 6, 7, 8, 0)),
];

fn ids_where(test: impl Fn(Option<Micros>) -> bool) -> Vec<i64> {
    let rows = rows();
    let rows = rows
        .iter()
        .enumerate()
        .filter(|(_, (_, moment))| test(*moment));
    rows.map(|(id, _)| id as i64).collect()
}

fn ids(rows: &Value) -> Vec<i64> {
    let rows = rows.as_array().expect("an array of rows");
    rows.iter()
        .map(|row| row["id"].as_i64().expect("an id"))
        .collect()
}

/// The ids that either front answers to a filter.
async fn found(app: &App, filter: &str) -> Vec<i64> {
    let typed = app
        .get(&format!("/api/v1/events?select=id&order=id&{filter}"))
        .await
        .expect(200);
    let typed = ids(&typed["data"]);
    let plain = app
        .get(&format!("/rest/v1/Event?select=id&order=id&{filter}"))
        .await
        .expect(200);
    assert_eq!(typed, ids(&plain), "{filter}");
    typed
}

#[tokio::test]
async fn filters_mean_moments_whatever_is_stored() {
    let app = app(&sql()).await;
    for (text, (year, month, day, hour, micros)) in SPELLED {
        let pivot = at(year, month, day, hour, micros).expect("a moment");
        let text = encoded(text);
        let tests: [(&str, Relation); 6] = [
            ("eq", |one, other| one == other),
            ("neq", |one, other| one != other),
            ("gt", |one, other| one > other),
            ("gte", |one, other| one >= other),
            ("lt", |one, other| one < other),
            ("lte", |one, other| one <= other),
        ];
        for (operator, test) in tests {
            let wanted = ids_where(|moment| moment.is_some_and(|moment| test(moment, pivot)));
            let filter = format!("at={operator}.{text}");
            assert_eq!(found(&app, &filter).await, wanted, "{filter}");
            let wanted = ids_where(|moment| moment.is_some_and(|moment| !test(moment, pivot)));
            let filter = format!("at=not.{operator}.{text}");
            assert_eq!(found(&app, &filter).await, wanted, "{filter}");
        }
        let wanted = ids_where(|moment| moment != Some(pivot));
        assert_eq!(found(&app, &format!("at=isdistinct.{text}")).await, wanted);
        let wanted = ids_where(|moment| moment == Some(pivot) || moment == at(1900, 1, 1, 0, 0));
        let filter = format!("at=in.(1900-01-01T00:00:00.000Z,{text})");
        assert_eq!(found(&app, &filter).await, wanted, "{filter}");
    }
    assert_eq!(found(&app, "at=is.null").await, [13]);
    assert_eq!(found(&app, "at=not.is.null").await.len(), 14);
}

#[tokio::test]
async fn orders_and_cursors_follow_moments_whatever_is_stored() {
    let app = app(&sql()).await;
    for descending in [false, true] {
        let mut wanted: Vec<(Option<Micros>, i64)> = rows()
            .iter()
            .enumerate()
            .map(|(id, (_, moment))| (*moment, id as i64))
            .collect();
        wanted.sort_by(|(one, one_id), (other, other_id)| {
            // Nulls are the largest, as on PostgreSQL.
            let key = |moment: &Option<Micros>| moment.map_or((1, 0), |moment| (0, moment));
            let order = key(one).cmp(&key(other));
            let order = if descending { order.reverse() } else { order };
            order.then(one_id.cmp(other_id))
        });
        let wanted: Vec<i64> = wanted.into_iter().map(|(_, id)| id).collect();
        let direction = if descending { "desc" } else { "asc" };
        let plain = app
            .get(&format!("/rest/v1/Event?select=id&order=at.{direction},id"))
            .await;
        assert_eq!(ids(&plain.expect(200)), wanted, "{direction}");
        for select in ["", "&select=id,at", "&select=id,kind(name)"] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = app
                    .get(&format!(
                        "/api/v1/events?order=at.{direction},id&limit=2{select}{cursor}"
                    ))
                    .await
                    .expect(200);
                seen.extend(ids(&page["data"]));
                match page["nextCursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(seen, wanted, "{direction} {select}");
        }
    }
}

#[tokio::test]
async fn groups_and_extremes_are_those_of_moments() {
    let app = app(&sql()).await;
    let mut groups: BTreeMap<Option<Micros>, i64> = BTreeMap::new();
    for (_, moment) in rows() {
        *groups.entry(moment).or_default() += 1;
    }
    let answer = app
        .get("/api/v1/events?select=at,count()&order=at")
        .await
        .expect(200);
    let answer = answer["data"].as_array().expect("groups").clone();
    let counts: Vec<i64> = answer
        .iter()
        .map(|group| group["count"].as_i64().expect("a count"))
        .collect();
    let (nulls, moments): (Vec<_>, Vec<_>) =
        groups.iter().partition(|(moment, _)| moment.is_none());
    let wanted: Vec<i64> = moments
        .iter()
        .chain(&nulls)
        .map(|(_, count)| **count)
        .collect();
    assert_eq!(counts, wanted, "{answer:?}");
    assert_eq!(answer[0]["at"], "-000044-03-15T00:00:00.000Z");
    let answer = app
        .get("/api/v1/events?select=at.min(),at.max()")
        .await
        .expect(200);
    let row = &answer["data"][0];
    assert!(
        row.to_string().contains("-000044-03-15T00:00:00.000Z"),
        "{row}"
    );
    assert!(
        row.to_string().contains("+012345-06-07T08:00:00.000Z"),
        "{row}"
    );
}

#[tokio::test]
async fn changes_of_many_rows_touch_those_of_the_moments_meant() {
    let before = ids_where(|moment| moment < at(2024, 2, 1, 0, 0) && moment.is_some());
    let app = app(&sql()).await;
    let changed = app.patch(
        "/api/v1/events?at=lt.2024-02-01",
        json!({ "at": "1999-12-31T00:00:00.000Z" }),
    );
    assert_eq!(changed.await.expect(200), json!({ "count": before.len() }));
    assert_eq!(found(&app, "at=eq.1999-12-31").await, before);
    let deleted = app.request("DELETE", "/rest/v1/Event?at=gt.2024-02-01");
    let deleted = deleted
        .header("Prefer", "return=representation")
        .send()
        .await
        .expect(200);
    let mut deleted = ids(&deleted);
    deleted.sort_unstable();
    assert_eq!(deleted, ids_where(|moment| moment > at(2024, 2, 1, 0, 0)));
}

#[tokio::test]
async fn related_rows_are_restricted_and_ordered_by_moments() {
    let app = app(&sql()).await;
    let wanted = ids_where(|moment| moment > at(2024, 2, 1, 0, 0));
    let path = "/api/v1/kinds?select=id,events(id)&events.at=gt.2024-02-01&events.order=id";
    let answer = app.get(path).await.expect(200);
    assert_eq!(ids(&answer["data"][0]["events"]), wanted);
    let path = "/rest/v1/Kind?select=id,Event!inner(id,at)&Event.at=gt.2024-02-01&Event.order=at.desc,id&Event.limit=2";
    let answer = app.get(path).await.expect(200);
    assert_eq!(ids(&answer[0]["Event"]), [6, 14]);
    let none = app
        .get("/api/v1/kinds?select=id,events!inner(id)&events.at=lt.-000044-03-15")
        .await;
    assert_eq!(none.expect(200)["data"], json!([]));
}

const KEYED: &str = r#"
    CREATE TABLE "Slot" ("at" DATETIME NOT NULL PRIMARY KEY, "name" TEXT NOT NULL);
    CREATE TABLE "Booking" ("id" INTEGER NOT NULL PRIMARY KEY, "slotAt" DATETIME NOT NULL
        REFERENCES "Slot" ("at"));
    INSERT INTO "Slot" VALUES (1704067200000, 'millis'), ('2024-01-02 00:00:00', 'text');
    INSERT INTO "Booking" VALUES (1, 1704067200000), (2, '2024-01-02 00:00:00');
"#;

#[tokio::test]
async fn a_moment_is_a_key_in_whatever_form_it_is_stored() {
    let app = app(KEYED).await;
    for (key, name, booking) in [
        ("2024-01-01T00:00:00.000Z", "millis", 1),
        ("2024-01-02T00:00:00.000Z", "text", 2),
    ] {
        let path = format!("/api/v1/slots/{}", encoded(key));
        let slot = app
            .get(&format!("{path}?select=at,name,bookings(id)"))
            .await
            .expect(200);
        assert_eq!(
            slot,
            json!({ "at": key, "name": name, "bookings": [{ "id": booking }] })
        );
        // The reference takes the form of what it refers to, by which SQLite compares.
        let body = json!({ "id": booking + 10, "slot": { "connect": { "at": key } } });
        let made = app.post("/api/v1/bookings", body).await.expect(201);
        assert_eq!(made["slotAt"], key);
        app.patch(&path, json!({ "name": "changed" }))
            .await
            .expect(200);
    }
    let counted = app
        .get("/api/v1/bookings?select=slotAt,count()&order=slotAt")
        .await
        .expect(200);
    let counts: Vec<_> = counted["data"]
        .as_array()
        .expect("groups")
        .iter()
        .map(|group| group["count"].clone())
        .collect();
    assert_eq!(counts, [2, 2]);
}

#[tokio::test]
async fn the_same_moment_in_another_form_is_the_same_key() {
    let sql = r#"
        CREATE TABLE "Habit" ("id" INTEGER NOT NULL PRIMARY KEY, "userId" INTEGER NOT NULL,
            "date" DATETIME NOT NULL, "done" INTEGER NOT NULL);
        CREATE UNIQUE INDEX "Habit_userId_date_key" ON "Habit" ("userId", "date");
        INSERT INTO "Habit" VALUES (1, 7, 1704067200000, 0), (2, 8, '2024-01-01 00:00:00', 0);
        CREATE TABLE "Slot" ("at" DATETIME NOT NULL PRIMARY KEY, "name" TEXT NOT NULL);
        INSERT INTO "Slot" VALUES (1704067200000, 'millis');
    "#;
    let app = app(sql).await;
    const DAY: &str = "2024-01-01T00:00:00.000Z";
    for (user, done) in [(7, 1), (8, 2)] {
        let row = json!({ "userId": user, "date": DAY, "done": done });
        let refused = app.post("/api/v1/habits", row.clone()).await;
        assert_eq!(refused.expect_problem(409).0, "unique_violation");
        app.post("/api/v1/habits?onConflict=userId,date", row.clone())
            .await
            .expect(200);
        let request = app.request("POST", "/rest/v1/Habit?on_conflict=userId,date");
        let request = request.header("Prefer", "resolution=merge-duplicates");
        request.json(row).send().await.assert_status(200);
    }
    let rows = app.get("/api/v1/habits?select=id,done&order=id").await;
    let wanted = json!([{ "id": 1, "done": 1 }, { "id": 2, "done": 2 }]);
    assert_eq!(rows.expect(200)["data"], wanted);
    let path = format!("/api/v1/slots/{}", encoded(DAY));
    app.put(&path, json!({ "name": "replaced" }))
        .await
        .expect(200);
    let slots = app.get("/api/v1/slots").await.expect(200);
    assert_eq!(slots["data"], json!([{ "at": DAY, "name": "replaced" }]));
}

#[tokio::test]
async fn days_and_times_of_day_are_compared_by_what_they_mean() {
    let sql = r#"
        CREATE TABLE "Shift" ("id" INTEGER NOT NULL PRIMARY KEY, "day" DATE, "start" TIME);
        INSERT INTO "Shift" VALUES (1, '2024-01-31', '09:00:00'), (2, 1706659200000, '09:00'),
            (3, '2024-01-31T00:00:00.000+00:00', '09:00:00.000000'), (4, '2024-02-01', '10:00');
    "#;
    let app = app_with(sql, Options::default()).await;
    for front in ["/api/v1/shifts", "/rest/v1/Shift"] {
        for (filter, wanted) in [
            ("day=eq.2024-01-31", vec![1, 2, 3]),
            ("day=gt.2024-01-31", vec![4]),
            ("start=eq.09:00:00", vec![1, 2, 3]),
            ("start=gt.09:00:00", vec![4]),
        ] {
            let answer = app
                .get(&format!("{front}?select=id&order=id&{filter}"))
                .await
                .expect(200);
            let rows = answer.get("data").unwrap_or(&answer);
            assert_eq!(ids(rows), wanted, "{front} {filter}");
        }
    }
    let shown = app.get("/api/v1/shifts?id=eq.2").await.expect(200);
    assert_eq!(
        shown["data"][0],
        json!({ "id": 2, "day": "2024-01-31", "start": "09:00:00" })
    );
}
