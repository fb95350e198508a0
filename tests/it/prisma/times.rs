//! Moments, whatever the time zone of a session.
//!
//! The driver adapter of Prisma 7 leaves the zone out of what it writes, and reads as UTC what the
//! database prints in the session's zone, so that it is right about `timestamptz` in sessions of
//! UTC only. Refract is right in any, and is compared with Prisma where Prisma is.

use serde_json::{Value, json};

use super::{Both, both, both_in};

/// Half hours, and seconds in the last century.
const ODD_ZONES: [&str; 3] = ["America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe"];

fn moments() -> Vec<Value> {
    let every = |at: &str| {
        json!({
            "stamp": at, "stamp6": at, "stamp0": at, "zoned": at, "zoned6": at, "date": at, "time": at, "time6": at,
        })
    };
    [
        "2024-01-02T03:04:05.678Z",
        "2024-06-30T23:59:59.999Z",
        "1969-12-31T23:59:59.001Z",
        "1883-11-18T12:03:57.500Z",
        "0001-01-01T00:00:00.000Z",
        "9999-12-31T23:59:59.000Z",
        "2024-03-31T01:30:00.000Z",
    ]
    .map(every)
    .into()
}

async fn compare(both: &mut Both) {
    for data in moments() {
        let written = both.prisma.create("moment", data.clone()).await;
        let path = format!("/api/v1/moments/{}", written["id"]);
        let row = both.app.get(&path).await.expect(200);
        assert_same_moments(both, &row, &written);
        let row = both.app.post("/api/v1/moments", data).await.expect(201);
        let read = both.prisma.find("moment", json!({ "id": row["id"] })).await;
        assert_same_moments(both, &row, &read);
        for field in [
            "stamp",
            "stamp6",
            "stamp0",
            "zoned",
            "zoned6",
            "date",
            "time",
            "time6",
            "updatedAt",
        ] {
            let value = row[field].as_str().expect("a text").replace('+', "%2B");
            let query = format!("/api/v1/moments?{field}=eq.{value}&id=eq.{}", row["id"]);
            let found = both.app.get(&query).await.expect(200);
            assert_eq!(found["data"][0], row, "{field}");
        }
    }
}

/// `byDatabase` has microseconds, which Prisma cuts off and Refract does not.
fn assert_same_moments(both: &Both, refract: &Value, prisma: &Value) {
    let (mut refract, mut prisma) = (refract.clone(), prisma.clone());
    let begins = |row: &Value| row["byDatabase"].as_str().expect("a text")[..23].to_owned();
    assert_eq!(begins(&refract), begins(&prisma));
    for row in [&mut refract, &mut prisma] {
        row.as_object_mut().expect("an object").remove("byDatabase");
    }
    both.assert_same("Moment", &refract, &prisma);
}

#[tokio::test]
async fn moments_are_the_same_in_utc() {
    let Some(mut both) = both().await else {
        return;
    };
    compare(&mut both).await;
}

#[tokio::test]
async fn moments_are_the_same_where_refracts_sessions_are_elsewhere() {
    for zone in ODD_ZONES {
        let Some(mut both) = both_in(zone).await else {
            return;
        };
        compare(&mut both).await;
    }
}
