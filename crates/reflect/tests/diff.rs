//! Differences between a committed snapshot and the live schema.

mod support;

use reflect::{diff, read};
use sea_orm::ConnectionTrait;
use support::{database, reflected};

const BEFORE: &str = "CREATE TABLE user (id INTEGER PRIMARY KEY, name TEXT);
     CREATE TABLE page (id INTEGER PRIMARY KEY, title TEXT NOT NULL);";

/// The differences after `sql` was run on the schema `BEFORE`.
async fn after(sql: &str) -> Vec<String> {
    let committed = reflected(BEFORE).await;
    let db = database(BEFORE).await;
    db.execute_unprepared(sql)
        .await
        .expect("the test's SQL is valid");
    let live = read(&db, &[]).await.expect("the schema is readable");
    diff(&committed, &live)
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[tokio::test]
async fn an_unchanged_schema_has_none() {
    assert_eq!(after("SELECT 1").await, [""; 0]);
}

#[tokio::test]
async fn tables_and_columns_that_come_and_go_are_named() {
    assert_eq!(
        after(
            "DROP TABLE user; CREATE TABLE tag (id INT); ALTER TABLE page ADD COLUMN views BIGINT;
             CREATE VIEW titles AS SELECT title FROM page;"
        )
        .await,
        [
            "main.page: column \"views\" is new (BIGINT)",
            "main.user: table is gone",
            "main.tag: table is new",
            "main.titles: view is new",
        ]
    );
}

#[tokio::test]
async fn a_changed_column_says_from_what_to_what() {
    assert_eq!(
        after(
            "DROP TABLE page;
             CREATE TABLE page (id INTEGER PRIMARY KEY, title VARCHAR(80) DEFAULT 'x' UNIQUE
                                REFERENCES user (name));"
        )
        .await,
        [
            "main.page: column \"title\" is VARCHAR(80), was TEXT",
            "main.page: column \"title\" is now nullable",
            "main.page: column \"title\" has default 'x', had none",
            "main.page: (title) is now unique (title)",
            "main.page: foreign key (title) -> main.user (name) (on delete NoAction, on update \
             NoAction) is new",
        ]
    );
}
