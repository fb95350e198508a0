//! Reading SQLite: what Prisma writes there, and what others do.

mod support;

use reflect::{
    Snapshot,
    snapshot::{
        Action, Cardinality, ClientDefault, Column, DataType, Identity, Relation, Table, TableKind,
    },
};
use support::reflected;

const SCHEMA: &str = include_str!("schemas/sqlite.sql");

fn table<'a>(snapshot: &'a Snapshot, name: &str) -> &'a Table {
    snapshot
        .table("main", name)
        .unwrap_or_else(|| panic!("{name} is reflected"))
}

fn column<'a>(table: &'a Table, name: &str) -> &'a Column {
    table
        .column(name)
        .unwrap_or_else(|| panic!("{name} is a column of {}", table.name))
}

fn text(max_length: Option<u32>) -> DataType {
    DataType::Text {
        max_length,
        padded: false,
        case_insensitive: false,
    }
}

#[tokio::test]
async fn tables_and_views_are_there_and_the_migration_history_is_not() {
    let snapshot = reflected(SCHEMA).await;
    let names: Vec<(&str, TableKind)> = snapshot
        .tables
        .iter()
        .map(|table| (table.name.as_str(), table.kind))
        .collect();
    assert_eq!(
        names,
        [
            ("Membership", TableKind::Table),
            ("NoKey", TableKind::Table),
            ("Page", TableKind::Table),
            ("PageTitles", TableKind::View),
            ("Tag", TableKind::Table),
            ("User", TableKind::Table),
            ("_PageToTag", TableKind::Junction),
        ]
    );
}

#[tokio::test]
async fn declared_types_become_data_types() {
    let snapshot = reflected(SCHEMA).await;
    let user = table(&snapshot, "User");
    let types: Vec<&DataType> = user
        .columns
        .iter()
        .map(|column| &column.data_type)
        .collect();
    let decimal = DataType::Numeric {
        precision: None,
        scale: None,
    };
    assert_eq!(
        types,
        [
            &DataType::Int4,
            &text(None),
            &DataType::Timestamp,
            &DataType::Timestamp,
            &decimal,
            &DataType::Int8,
            &DataType::Float8,
            &DataType::Bool,
            &DataType::Jsonb,
            &DataType::Bytes,
            &DataType::Int4,
        ]
    );
    let page = table(&snapshot, "Page");
    assert_eq!(column(page, "title").data_type, text(Some(200)));
    assert_eq!(column(page, "uid").data_type, DataType::Uuid);
    assert_eq!(
        column(page, "odd").data_type,
        DataType::Other { writable: true }
    );
}

#[tokio::test]
async fn an_integer_primary_key_numbers_itself() {
    let snapshot = reflected(SCHEMA).await;
    assert_eq!(
        column(table(&snapshot, "User"), "id").identity,
        Some(Identity::ByDefault)
    );
    assert_eq!(
        column(table(&snapshot, "Tag"), "id").identity,
        Some(Identity::ByDefault)
    );
    assert!(!column(table(&snapshot, "Tag"), "id").nullable);
    assert_eq!(
        column(table(&snapshot, "Membership"), "user").identity,
        None
    );
    assert!(column(table(&snapshot, "Tag"), "slug").generated);
}

#[tokio::test]
async fn partial_and_expression_indexes_are_no_keys() {
    let snapshot = reflected(SCHEMA).await;
    let keys: Vec<(&str, &[String])> = (table(&snapshot, "User").unique_keys.iter())
        .map(|key| (key.name.as_str(), key.columns.as_slice()))
        .collect();
    assert_eq!(keys, [("User_email_key", ["email".to_owned()].as_slice())]);
    assert_eq!(table(&snapshot, "Tag").unique_keys[0].name, "name");
}

#[tokio::test]
async fn row_keys_are_primary_keys_or_what_a_view_surely_keeps_of_one() {
    let snapshot = reflected(SCHEMA).await;
    assert_eq!(table(&snapshot, "Membership").row_key, ["user", "page"]);
    assert_eq!(table(&snapshot, "NoKey").row_key, [""; 0]);
    assert_eq!(table(&snapshot, "PageTitles").row_key, ["id"]);
}

#[tokio::test]
async fn a_unique_key_over_not_null_columns_stands_in_for_a_primary_key() {
    let snapshot = reflected(
        "CREATE TABLE t (a INT NOT NULL, b INT NOT NULL, c INT NOT NULL, d INT);
         CREATE UNIQUE INDEX t_a_b ON t (a, b);
         CREATE UNIQUE INDEX t_c ON t (c);
         CREATE UNIQUE INDEX t_d ON t (d);",
    )
    .await;
    assert_eq!(table(&snapshot, "t").row_key, ["c"]);
}

#[tokio::test]
async fn what_prisma_client_fills_in_is_inferred() {
    let snapshot = reflected(SCHEMA).await;
    let page = table(&snapshot, "Page");
    assert_eq!(
        column(page, "id").client_default,
        Some(ClientDefault::Cuid { version: 1 })
    );
    let user = table(&snapshot, "User");
    assert_eq!(column(user, "id").client_default, None);
    assert!(column(user, "updatedAt").updated_at);
    assert!(!column(user, "createdAt").updated_at);
}

#[tokio::test]
async fn the_length_of_a_text_key_tells_uuid_from_cuid() {
    let snapshot = reflected(
        "CREATE TABLE a (id CHAR(36) NOT NULL PRIMARY KEY);
         CREATE TABLE b (id VARCHAR(30) NOT NULL PRIMARY KEY);
         CREATE TABLE c (id VARCHAR(10) NOT NULL PRIMARY KEY);
         CREATE TABLE d (id TEXT NOT NULL PRIMARY KEY REFERENCES a (id));
         CREATE TABLE e (id TEXT NOT NULL PRIMARY KEY DEFAULT 'x');",
    )
    .await;
    let default = |name| column(table(&snapshot, name), "id").client_default.clone();
    assert_eq!(default("a"), Some(ClientDefault::Uuid { version: 4 }));
    assert_eq!(default("b"), Some(ClientDefault::Cuid { version: 1 }));
    assert_eq!(default("c"), None, "too short for a cuid");
    assert_eq!(default("d"), None, "comes from the table it refers to");
    assert_eq!(default("e"), None, "the database fills it in");
}

#[tokio::test]
async fn foreign_keys_are_named_as_prisma_names_them() {
    let snapshot = reflected(SCHEMA).await;
    let [key] = table(&snapshot, "Page").foreign_keys.as_slice() else {
        panic!("one foreign key")
    };
    assert_eq!(key.name, "Page_authorId_fkey");
    assert_eq!(
        (key.on_delete, key.on_update),
        (Action::Restrict, Action::Cascade)
    );
    let junction = table(&snapshot, "_PageToTag");
    assert_eq!(
        junction.foreign_keys[1].references,
        ["id"],
        "the primary key when unsaid"
    );
}

#[tokio::test]
async fn an_implicit_many_to_many_table_is_a_relation_on_both_sides() {
    let snapshot = reflected(SCHEMA).await;
    let many: Vec<(&str, &str)> = snapshot
        .tables
        .iter()
        .flat_map(|table| {
            table
                .relations
                .iter()
                .map(move |relation| (table, relation))
        })
        .filter(|(_, relation)| relation.cardinality == Cardinality::ManyToMany)
        .map(|(table, relation)| (table.name.as_str(), relation.name.as_str()))
        .collect();
    assert_eq!(many, [("Page", "tags"), ("Tag", "pages")]);
    let has_junction = |relation: &Relation| relation.table == "_PageToTag";
    assert!(
        !snapshot
            .tables
            .iter()
            .any(|table| table.relations.iter().any(has_junction))
    );
}

#[tokio::test]
async fn a_view_that_no_longer_fits_its_tables_hides_no_other() {
    let snapshot = reflected(
        "CREATE TABLE Page (id INTEGER PRIMARY KEY, title TEXT);
         CREATE TABLE Tag (id INTEGER PRIMARY KEY);
         CREATE VIEW Whole AS SELECT id FROM Page;
         CREATE VIEW Untitled AS SELECT id, subtitle FROM Page;
         CREATE VIEW Orphan AS SELECT * FROM gone;",
    )
    .await;
    let names: Vec<&str> = snapshot.tables.iter().map(|table| &*table.name).collect();
    assert_eq!(names, ["Page", "Tag", "Whole"]);
    let mut unreadable = snapshot.unreadable.clone();
    unreadable.sort();
    assert_eq!(unreadable, ["Orphan", "Untitled"]);
    assert_eq!(table(&snapshot, "Whole").columns[0].name, "id");
}
