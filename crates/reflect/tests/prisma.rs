//! What schema.prisma adds to what the database says. Needs Node, and once npm.

mod support;

use reflect::{
    PrismaSchema, Snapshot, diff, diff_names,
    prisma::{Disagreement, ParserError, parse},
    snapshot::{Cardinality, ClientDefault, Column, Relation, Table, TableKind},
};
use serde_json::json;
use support::{reflected, reflected_with};

const SQL: &str = include_str!("schemas/shop.sql");

/// The parsed schema; `None`, said aloud, where it cannot be parsed here.
fn shop() -> Option<PrismaSchema> {
    match parse("tests/schemas/shop.prisma") {
        Ok(schema) => Some(schema),
        Err(ParserError::Unavailable(reason)) => {
            support::say_skipped(&reason);
            None
        }
        Err(error) => panic!("{error}"),
    }
}

async fn shop_snapshot() -> Option<(Snapshot, Vec<Disagreement>)> {
    Some(reflected_with(SQL, &shop()?).await)
}

fn table<'a>(snapshot: &'a Snapshot, name: &str) -> &'a Table {
    snapshot.table("main", name).expect("it is reflected")
}

fn column<'a>(table: &'a Table, name: &str) -> &'a Column {
    table.column(name).expect("it is reflected")
}

fn relation<'a>(table: &'a Table, name: &str) -> &'a Relation {
    let found = table.relations.iter().find(|one| one.name == name);
    found.unwrap_or_else(|| panic!("no relation {name} in {:#?}", table.relations))
}

#[tokio::test]
async fn models_and_fields_have_prismas_names_and_comments() {
    let Some((snapshot, _)) = shop_snapshot().await else {
        return;
    };
    let customers = table(&snapshot, "tbl_customers");
    assert_eq!(customers.model, "Customer");
    assert_eq!(customers.path, "customers");
    assert_eq!(customers.module, "customer");
    assert_eq!(customers.comment.as_deref(), Some("Who buys."));
    assert_eq!(table(&snapshot, "orders").path, "purchase-orders");
    let name = column(customers, "full_name");
    assert_eq!(
        (name.field.as_str(), name.member.as_str()),
        ("fullName", "full_name")
    );
    assert_eq!(
        name.comment.as_deref(),
        Some("As it is printed\non letters.")
    );
    // The column that schema.prisma does not know gives way.
    assert_eq!(column(customers, "fullName").field, "fullName_2");
    assert!(column(customers, "secret").ignored);
    assert!(table(&snapshot, "internal_notes").ignored);
    assert_eq!(table(&snapshot, "v_totals").row_key, ["customer"]);
}

#[tokio::test]
async fn defaults_are_prismas_and_nothing_is_guessed_where_it_says_nothing() {
    let Some((snapshot, _)) = shop_snapshot().await else {
        return;
    };
    let customers = table(&snapshot, "tbl_customers");
    let default = |name: &str| column(customers, name).client_default.clone();
    let literal = |value| Some(ClientDefault::Literal { value });
    assert_eq!(
        default("customer_id"),
        Some(ClientDefault::Cuid { version: 1 })
    );
    assert_eq!(default("tier"), literal(json!("0.12345678901234567890")));
    assert_eq!(default("prefs"), literal(json!({ "a": [1] })));
    assert_eq!(default("made_at"), None, "the database's own");
    assert!(column(customers, "seen").updated_at);
    assert!(!column(customers, "seen").inferred);
    // A text key without @default, and a column that the model has not.
    assert_eq!(
        column(table(&snapshot, "Label"), "name").client_default,
        None
    );
    assert!(!column(table(&snapshot, "orders"), "updated_at").updated_at);
    // A table that schema.prisma does not have.
    let inferred = column(table(&snapshot, "audit_entries"), "id");
    assert_eq!(
        inferred.client_default,
        Some(ClientDefault::Cuid { version: 1 })
    );
    assert!(inferred.inferred);
}

#[tokio::test]
async fn relations_have_prismas_names_on_both_sides_with_or_without_foreign_keys() {
    let Some((snapshot, _)) = shop_snapshot().await else {
        return;
    };
    let customers = table(&snapshot, "tbl_customers");
    let orders = table(&snapshot, "orders");
    let buyer = relation(orders, "buyer");
    assert_eq!(buyer.cardinality, Cardinality::ManyToOne);
    assert_eq!(
        (&buyer.columns[0], &buyer.references[0]),
        (&"buyer_id".into(), &"customer_id".into())
    );
    let gifts = relation(customers, "gifts");
    assert_eq!(gifts.cardinality, Cardinality::OneToMany);
    assert_eq!(
        (&gifts.columns[0], &gifts.references[0]),
        (&"customer_id".into(), &"receiver_id".into())
    );
    assert_eq!(relation(customers, "invitedBy").columns, ["inviter"]);
    assert_eq!(relation(customers, "invited").references, ["inviter"]);
    let labels = relation(orders, "labels");
    assert_eq!(labels.cardinality, Cardinality::ManyToMany);
    let through = labels.through.as_ref().expect("a junction");
    assert_eq!(
        (&through.columns[0], &through.references[0]),
        (&"B".into(), &"A".into())
    );
    let junction = table(&snapshot, "_LabelToPurchaseOrder");
    assert_eq!(junction.kind, TableKind::Junction);
    let sides = |name| {
        relation(customers, name)
            .through
            .as_ref()
            .map(|through| through.columns[0].clone())
    };
    assert_eq!(sides("friendOf"), Some("A".to_owned()));
    assert_eq!(sides("friends"), Some("B".to_owned()));
    // A view has no foreign keys, and relations all the same.
    let buyer = relation(table(&snapshot, "v_totals"), "buyer");
    assert_eq!(buyer.cardinality, Cardinality::OneToOne);
    assert_eq!(relation(customers, "total").references, ["customer"]);
}

#[test]
fn the_schemas_of_models_are_those_to_reflect() {
    if shop().is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("several.prisma");
    let text = r#"
        datasource db {
          provider = "postgresql"
          schemas  = ["auth", "public", "unused"]
        }
        model Session {
          id String @id
          @@schema("auth")
        }
        model Page {
          id String @id
          @@schema("public")
        }
        model User {
          id String @id
          @@schema("auth")
        }"#;
    std::fs::write(&path, text).expect("writes");
    let schema = parse(&path.to_string_lossy()).expect("parses");
    assert_eq!(schema.schemas(), ["public", "auth"]);
    assert_eq!(shop().expect("the shop").schemas(), [""; 0]);
}

#[tokio::test]
async fn what_only_one_of_the_two_has_is_named() {
    let Some((_, disagreements)) = shop_snapshot().await else {
        return;
    };
    let told: Vec<String> = disagreements.iter().map(Disagreement::to_string).collect();
    for expected in [
        "Vanished: not served: there is no table \"Vanished\"",
        "PurchaseOrder.gone: not served: there is no column \"gone\"",
        "main.tbl_customers.fullName: not in model Customer: served under this name",
        "main.audit_entries: not in schema.prisma: served under the database's names",
        "main.internal_notes: not served: model Internal has @@ignore",
        "Customer.secret: not served: it has @ignore",
    ] {
        assert!(
            told.iter().any(|one| one == expected),
            "{expected} in {told:#?}"
        );
    }
}

#[tokio::test]
async fn a_renamed_field_shows_among_the_names_and_not_in_the_database() {
    let Some(mut schema) = shop() else { return };
    let (committed, _) = reflected_with(SQL, &schema).await;
    let field = &mut schema.models[0].fields[1];
    field.name = "letterName".to_owned();
    field.client_default = Some(ClientDefault::Ulid);
    let (live, _) = reflected_with(SQL, &schema).await;
    assert_eq!(diff(&committed, &live), []);
    let told: Vec<String> = diff_names(&committed, &live)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        told.len(),
        3,
        "the field, its default, and the one that gave way: {told:#?}"
    );
    assert!(
        told[0].contains("`letterName` by schema.prisma, was `fullName`"),
        "{told:#?}"
    );
    // The server, which has no schema.prisma, must not take the names for drift.
    assert_eq!(diff(&committed, &reflected(SQL).await), []);
}

#[test]
fn prismas_own_words_say_what_is_wrong_with_a_schema() {
    if shop().is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("wrong.prisma");
    std::fs::write(&path, "model A {\n  id Strin @id\n}\n").expect("writes");
    let error = parse(&path.to_string_lossy()).expect_err("`Strin` is no type");
    let message = error.to_string();
    assert!(
        message.contains("Type \"Strin\" is neither a built-in type"),
        "{message}"
    );
    let missing = parse("tests/nowhere.prisma");
    assert!(
        matches!(missing, Err(ParserError::Refused { .. })),
        "{missing:?}"
    );
}

#[tokio::test]
async fn many_to_many_tables_without_foreign_keys_are_in_schema_prisma() {
    // As `relationMode = "prisma"` makes them; there the database does not tell what they are.
    let Some((snapshot, disagreements)) = shop_snapshot().await else {
        return;
    };
    let junctions = snapshot.tables.iter();
    let junctions: Vec<&str> = junctions
        .filter(|table| table.kind == TableKind::Junction)
        .map(|table| table.name.as_str())
        .collect();
    assert!(!junctions.is_empty());
    for name in junctions {
        let said = disagreements.iter().map(ToString::to_string);
        let said: Vec<String> = said.filter(|one| one.contains(name)).collect();
        assert_eq!(said, Vec::<String>::new());
    }
}
