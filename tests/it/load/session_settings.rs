//! The database's own styles change no answer, behind a pooler neither.

use serde_json::{Value, json};

use super::pgbouncer::pgbouncer;
use crate::support::{App, Kind, database::TestDatabase};

const SQL: &str = r#"
    CREATE TABLE "Moment" (
        "id" INT PRIMARY KEY, "span" INTERVAL NOT NULL, "window" TSTZRANGE NOT NULL,
        "days" DATERANGE NOT NULL, "at" TIMESTAMPTZ NOT NULL, "ratio" FLOAT8 NOT NULL,
        "point" POINT NOT NULL, "raw" BYTEA NOT NULL, "spans" INTERVAL[] NOT NULL);
    INSERT INTO "Moment" VALUES (1, '1 year 2 days -03:04:05',
        '[2024-05-06 07:08:09+00,2024-05-07 00:00:00+00)', '[2024-05-06,2024-05-08)',
        '2024-05-06 07:08:09+00', 0.1::float8 + 0.2::float8, '(0.1,0.3)', '\xdeadbeef',
        ARRAY['1 day 02:00:00'::interval]);
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET IntervalStyle = ''iso_8601''', current_database());
        EXECUTE format('ALTER DATABASE %I SET DateStyle = ''German, DMY''', current_database());
        EXECUTE format('ALTER DATABASE %I SET TimeZone = ''Asia/Kolkata''', current_database());
        EXECUTE format('ALTER DATABASE %I SET bytea_output = ''escape''', current_database());
        EXECUTE format('ALTER DATABASE %I SET extra_float_digits = 0', current_database());
        EXECUTE format('ALTER DATABASE %I SET quote_all_identifiers = on', current_database());
    END $$;"#;

async fn answers(app: &App) -> Vec<Value> {
    let paths = [
        "/api/v1/moments/1",
        "/api/v1/moments?select=span,window,days,at,ratio,point,raw,spans,a:at::text,r:ratio::text",
        "/rest/v1/Moment",
        "/rest/v1/Moment?select=span,a:at::text,r:ratio::text",
    ];
    let mut answers = Vec::new();
    for path in paths {
        answers.push(app.get(path).await.expect(200));
    }
    let created = json!({ "id": 2, "span": "1 day 02:00:00", "window": "[2024-01-01 00:00:00+00,)",
        "days": "[2024-01-01,2024-01-02)", "at": "2024-01-01T00:00:00Z", "ratio": 0.1,
        "point": "(1,2)", "raw": "3q2+7w==", "spans": ["1 day"] });
    answers.push(app.post("/api/v1/moments", created).await.expect(201));
    answers.push(
        app.get("/api/v1/moments?span=eq.1%20day%2002:00:00&select=id,span")
            .await
            .expect(200),
    );
    let deleted = app.delete("/api/v1/moments/2").await;
    assert!(deleted.status.is_success(), "{deleted}");
    answers
}

#[tokio::test]
async fn styles_of_the_database_change_no_answer() {
    let mut all = Vec::new();
    for through_pooler in [None, Some(""), Some("?pgbouncer=true")] {
        let database = TestDatabase::made_by(SQL, Kind::Postgres, &["public"]).await;
        let mut pooler = None;
        let app = match through_pooler {
            None => Some(App::builder(database).start().await),
            Some(parameters) => {
                App::builder(database)
                    .start_behind(async |url| {
                        let (process, through) = pgbouncer(url).await?;
                        pooler = Some(process);
                        Some(format!("{through}{parameters}"))
                    })
                    .await
            }
        };
        let Some(app) = app else { return };
        all.push(answers(&app).await);
    }
    let direct = &all[0];
    let row = &direct[0];
    assert_eq!(row["span"], "1 year 2 days -03:04:05");
    assert_eq!(
        row["window"],
        "[\"2024-05-06 07:08:09+00\",\"2024-05-07 00:00:00+00\")"
    );
    assert_eq!(row["days"], "[2024-05-06,2024-05-08)");
    assert_eq!(row["at"], "2024-05-06T07:08:09.000Z");
    assert_eq!(row["point"], "(0.1,0.3)");
    assert_eq!(row["spans"], json!(["1 day 02:00:00"]));
    let listed = &direct[1]["data"][0];
    assert_eq!(listed["a"], "2024-05-06 07:08:09+00");
    assert_eq!(listed["r"], "0.30000000000000004");
    let rest = &direct[2][0];
    assert_eq!(rest["span"], "1 year 2 days -03:04:05");
    assert_eq!(rest["at"], "2024-05-06T07:08:09+00:00");
    assert_eq!(rest["raw"], "\\xdeadbeef");
    assert_eq!(rest["ratio"].to_string(), "0.30000000000000004");
    assert_eq!(
        direct[5]["data"],
        json!([{ "id": 2, "span": "1 day 02:00:00" }])
    );
    assert_eq!(all[1], all[0], "behind a pooler");
    assert_eq!(all[2], all[0], "behind a pooler that is named");
}

/// Types are read however the database prints their names.
#[tokio::test]
async fn names_in_quotes_hide_no_type() {
    const SQL: &str = r#"
        CREATE TABLE "Price" ("id" INT PRIMARY KEY, "net" MONEY NOT NULL, "owner" OID NOT NULL);
        DO $$ BEGIN
            EXECUTE format('ALTER DATABASE %I SET quote_all_identifiers = on', current_database());
        END $$;"#;
    let database = TestDatabase::made_by(SQL, Kind::Postgres, &["public"]).await;
    let app = App::builder(database).start().await;
    let price = json!({ "id": 1, "net": "12.50", "owner": 7 });
    let created = app.post("/api/v1/prices", price).await.expect(201);
    assert_eq!(created, json!({ "id": 1, "net": "12.5", "owner": 7 }));
}
