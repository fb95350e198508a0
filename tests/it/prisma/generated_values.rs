//! What is filled in, by one and by the other.

use serde_json::{Value, json};

use super::{Both, both};

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const DIGITS: &str = "0123456789";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// Crockford's.
const BASE_32: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Whether a text is that long and of these characters only.
fn is_of(text: &str, length: usize, characters: &[&str]) -> bool {
    let known = |one: char| characters.iter().any(|set| set.contains(one));
    text.chars().count() == length && text.chars().all(known)
}

fn is_uuid(text: &str, version: char) -> bool {
    let hyphens = [8, 13, 18, 23];
    let is_right = |(at, one): (usize, char)| match at {
        at if hyphens.contains(&at) => one == '-',
        14 => one == version,
        19 => "89ab".contains(one),
        _ => "0123456789abcdef".contains(one),
    };
    text.len() == 36 && text.char_indices().all(is_right)
}

/// The milliseconds in the first characters of an id.
fn milliseconds(digits: &str, radix: u32) -> i64 {
    i64::from_str_radix(digits, radix).expect("digits")
}

/// A ULID's time: ten digits of Crockford's base 32.
fn ulid_milliseconds(ulid: &str) -> i64 {
    let digit = |one: char| BASE_32.find(one).expect("a digit") as i64;
    ulid[..10].chars().fold(0, |sum, one| sum * 32 + digit(one))
}

fn assert_formats(row: &Value, who: &str) {
    let text = |field: &str| row[field].as_str().expect("a text").to_owned();
    let check = |field: &str, is_right: &dyn Fn(&str) -> bool| {
        let value = text(field);
        assert!(is_right(&value), "{field} by {who}: {value}");
    };
    check("cuid", &|id| {
        id.starts_with('c') && is_of(id, 25, &[LOWER, DIGITS])
    });
    check("cuid2", &|id| {
        is_of(&id[..1], 1, &[LOWER]) && is_of(id, 24, &[LOWER, DIGITS])
    });
    check("uuid", &|id| is_uuid(id, '4'));
    check("uuid7", &|id| is_uuid(id, '7'));
    check("nativeUuid", &|id| is_uuid(id, '7'));
    check("dbUuid", &|id| is_uuid(id, '4'));
    check("ulid", &|id| {
        id.as_bytes()[0] <= b'7' && is_of(id, 26, &[BASE_32])
    });
    check("nanoid", &|id| is_of(id, 21, &[LOWER, UPPER, DIGITS, "_-"]));
    check("nanoid5", &|id| is_of(id, 5, &[LOWER, UPPER, DIGITS, "_-"]));

    let now = chrono::Utc::now().timestamp_millis();
    let hexadecimal = |id: String| milliseconds(&id.replace('-', "")[..12], 16);
    for (field, then) in [
        ("cuid", milliseconds(&text("cuid")[1..9], 36)),
        ("uuid7", hexadecimal(text("uuid7"))),
        ("nativeUuid", hexadecimal(text("nativeUuid"))),
        ("ulid", ulid_milliseconds(&text("ulid"))),
    ] {
        assert!(
            (now - 60_000..=now).contains(&then),
            "{field} by {who} is of {then}, not {now}"
        );
    }
}

#[tokio::test]
async fn ids_have_the_formats_of_prismas_generators() {
    let Some(mut both) = both().await else { return };
    let mut refract = Vec::new();
    for _ in 0..20 {
        let prisma = both.prisma.create("ids", json!({})).await;
        assert_formats(&prisma, "Prisma");
        let row = both.app.post("/api/v1/ids", json!({})).await.expect(201);
        assert_formats(&row, "Refract");
        let read = both
            .prisma
            .find("ids", json!({ "cuid": row["cuid"] }))
            .await;
        both.assert_same("Ids", &row, &read);
        refract.push(row);
    }
    let text = |row: &Value, field: &str| row[field].as_str().expect("a text").to_owned();
    for pair in refract.windows(2) {
        // What sorts by time in Prisma's rows does in Refract's.
        for field in ["cuid", "uuid7", "nativeUuid"] {
            assert!(
                text(&pair[0], field) < text(&pair[1], field),
                "{field} in {pair:?}"
            );
        }
        // The host and process in the middle of a cuid stay the same.
        assert_eq!(
            text(&pair[0], "cuid")[13..17],
            text(&pair[1], "cuid")[13..17]
        );
        for field in ["cuid2", "uuid", "ulid", "nanoid", "nanoid5"] {
            assert_ne!(pair[0][field], pair[1][field]);
        }
    }
}

#[tokio::test]
async fn literals_are_schema_prismas_and_not_the_databases() {
    let Some(mut both) = both().await else { return };
    let mut prisma = both
        .prisma
        .create("defaults", json!({ "id": "prisma" }))
        .await;
    let refract = both
        .app
        .post("/api/v1/defaults", json!({ "id": "refract" }))
        .await
        .expect(201);
    prisma["id"] = json!("refract");
    both.assert_same("Defaults", &refract, &prisma);
    let read = both
        .prisma
        .find("defaults", json!({ "id": "refract" }))
        .await;
    both.assert_same("Defaults", &refract, &read);
    assert_eq!(refract["decimal"], "0.123456789012345678");
    assert_eq!(refract["empty"], json!([]));
    // What the body leaves out goes back there.
    let other = json!({ "int": 9, "strings": ["x"], "optional": null });
    both.app
        .patch("/api/v1/defaults/refract", other)
        .await
        .expect(200);
    let replaced = both
        .app
        .put("/api/v1/defaults/refract", json!({}))
        .await
        .expect(200);
    assert_eq!(replaced, refract);
}

#[tokio::test]
async fn a_text_key_that_schema_prisma_gives_no_default_is_required() {
    let Some(both) = both().await else { return };
    let (code, fields) = both
        .app
        .post("/api/v1/defaults", json!({}))
        .await
        .expect_problem(422);
    assert_eq!(code, "validation_failed");
    assert_eq!(fields, [("id".to_owned(), "required".to_owned())]);
}

fn moment() -> Value {
    let at = "2024-01-02T03:04:05.678Z";
    json!({
        "stamp": at, "stamp6": at, "stamp0": at, "zoned": at, "zoned6": at, "date": at, "time": at, "time6": at,
    })
}

/// The fields that the client fills in with the time, as one text each, to be compared.
fn filled(row: &Value) -> [(&'static str, String); 7] {
    [
        "createdAt",
        "madeAt",
        "madeOn",
        "madeTime",
        "updatedAt",
        "changedOn",
        "touchedAt",
    ]
    .map(|field| (field, row[field].as_str().expect("a text").to_owned()))
}

#[tokio::test]
async fn one_row_is_made_at_one_moment_and_changed_at_a_later_one() {
    let Some(mut both) = both().await else { return };
    let prisma = both.prisma.create("moment", moment()).await;
    let prisma = both.expected("Moment", &prisma);
    let refract = both.app.post("/api/v1/moments", moment()).await.expect(201);
    for row in [&prisma, &refract] {
        let created = row["createdAt"].as_str().expect("a text");
        for (field, text) in filled(row) {
            let is_part = created.contains(text.trim_end_matches('Z'));
            assert!(is_part, "{field} is {text}, created at {created}");
        }
        assert_eq!(created.len(), "2024-01-02T03:04:05.678Z".len());
    }
    // A change of nothing is none.
    let path = format!("/api/v1/moments/{}", refract["id"]);
    let same = both.app.patch(&path, json!({})).await.expect(200);
    assert_eq!(same, refract);
    let key = json!({ "id": prisma["id"] });
    let same = both
        .prisma
        .call("moment", "update", json!({ "where": key, "data": {} }))
        .await;
    assert_eq!(both.expected("Moment", &same), prisma);

    let change = json!({ "stamp": "2025-01-01T00:00:00.000Z" });
    let refracts = both.app.patch(&path, change.clone()).await.expect(200);
    let args = json!({ "where": key, "data": change });
    let prismas = both.prisma.call("moment", "update", args).await;
    let prismas = both.expected("Moment", &prismas);
    for (before, after) in [(&refract, &refracts), (&prisma, &prismas)] {
        let changed = changed_fields(&both, before, after);
        let moved = ["stamp", "updatedAt", "touchedAt"];
        assert!(
            changed
                .iter()
                .all(|field| moved.contains(field) || *field == "changedOn"),
            "{changed:?}"
        );
        assert!(
            moved.iter().all(|field| changed.contains(field)),
            "{changed:?}"
        );
        assert_eq!(after["updatedAt"], after["touchedAt"]);
    }
}

fn changed_fields<'a>(both: &'a Both, before: &Value, after: &Value) -> Vec<&'a str> {
    let fields = both.columns("Moment").into_iter().map(|(field, _)| field);
    fields
        .filter(|field| before[field] != after[field])
        .collect()
}

#[tokio::test]
async fn rows_of_one_request_are_made_at_one_moment() {
    let Some(mut both) = both().await else { return };
    let rows = both
        .app
        .post("/api/v1/moments", json!([moment(), moment()]))
        .await
        .expect(201);
    assert_eq!(filled(&rows[0]), filled(&rows[1]));
    let args = json!({ "data": [moment(), moment()] });
    let rows = both
        .prisma
        .call("moment", "createManyAndReturn", args)
        .await;
    assert_eq!(filled(&rows[0]), filled(&rows[1]));
}
