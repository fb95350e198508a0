//! Any legal schema is reflected, has an entity crate, and is served.
//!
//! `make test` tries a few schemas, always the same; `RANDOM_SCHEMAS=200 cargo test --test it
//! random_schemas` looks for new ones, and prints the smallest that it finds wanting. Their entity
//! crates are parsed; `scripts/random-entities` compiles them too, from where `RANDOM_ENTITIES`
//! has them written.

mod design;
mod names;
mod sql;
mod types;

use std::{collections::HashSet, fs, path::Path};

use proptest::{
    strategy::Strategy,
    test_runner::{Config, RngSeed, TestRunner},
};
use reflect::{
    Snapshot,
    generate::{Generated, generate, replace},
    snapshot::TableKind,
};
use serde_json::{Map, Value};

use self::design::Design;
use crate::support::{App, Kind, database::TestDatabase, encoded, openapi};

/// Schemas that `make test` tries on each database.
const CASES: u32 = 12;

#[test]
fn any_schema_is_served_on_postgres() {
    try_all(Kind::Postgres);
}

#[test]
fn any_schema_is_served_on_sqlite() {
    try_all(Kind::Sqlite);
}

fn try_all(kind: Kind) {
    let asked: Option<u32> = std::env::var("RANDOM_SCHEMAS")
        .ok()
        .map(|number| number.parse().expect("RANDOM_SCHEMAS is a number"));
    let config = Config {
        cases: asked.unwrap_or(CASES),
        rng_seed: asked.map_or(RngSeed::Fixed(1), |_| RngSeed::Random),
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let served = TestRunner::new(config).run(&design::designs(kind), |design| {
        runtime.block_on(is_served(&design, kind));
        Ok(())
    });
    if let Err(error) = served {
        panic!("{error}");
    }
}

/// Creates the schema, reflects it, generates its entities and calls its resources.
async fn is_served(design: &Design, kind: Kind) {
    let script = sql::script(design, kind);
    let schemas: Vec<&str> = design.schemas.iter().map(String::as_str).collect();
    let database = TestDatabase::made_by(&script, kind, &schemas).await;
    let snapshot = &database.snapshot;
    let reflected = snapshot.tables.len();
    assert_eq!(reflected, design.tables_and_views(), "{script}");
    names_differ(snapshot, &script);
    let entities = generate(snapshot).unwrap_or_else(|error| panic!("{error}\n{script}"));
    entities_parse(&entities, snapshot, &script);
    if let Ok(place) = std::env::var("RANDOM_ENTITIES") {
        keep(
            &entities,
            &Path::new(&place).join(format!("{kind:?}").to_lowercase()),
        );
    }
    let app = App::builder(database).start().await;
    let document = app.get("/openapi.json").await.expect(200);
    let faults = openapi::faults(&document);
    assert!(faults.is_empty(), "{faults:#?}\n{script}");
    for table in &design.tables {
        create_and_list(&app, design, table, &script).await;
    }
}

fn names_differ(snapshot: &Snapshot, script: &str) {
    let differ = |what: &str, names: Vec<&str>| {
        let mut seen = HashSet::new();
        let twice = names.iter().find(|name| !seen.insert(name.to_lowercase()));
        assert_eq!(twice, None, "{what} in\n{script}");
    };
    let tables = || snapshot.tables.iter();
    let enums = snapshot.enums.iter().map(|one| one.model.as_str());
    let models = tables().map(|table| table.model.as_str());
    differ("a model name", models.chain(enums).collect());
    differ(
        "a path",
        tables().map(|table| table.path.as_str()).collect(),
    );
    differ(
        "a module",
        tables().map(|table| table.module.as_str()).collect(),
    );
    for table in tables() {
        let members = table.columns.iter().map(|column| column.member.as_str());
        differ("a member", members.collect());
        let fields: Vec<&str> = table
            .columns
            .iter()
            .map(|column| column.field.as_str())
            .collect();
        let relations = table
            .relations
            .iter()
            .map(|relation| relation.name.as_str());
        let mut seen: HashSet<&str> = HashSet::new();
        for name in fields.into_iter().chain(relations) {
            assert!(seen.insert(name), "the field {name} in\n{script}");
        }
    }
}

/// Writes an entity crate beside those of the schemas before.
fn keep(entities: &Generated, place: &Path) {
    fs::create_dir_all(place).expect("a folder");
    let number = fs::read_dir(place).expect("the folder").count();
    replace(&place.join(number.to_string()), &entities.files).expect("a crate");
}

fn entities_parse(generated: &Generated, snapshot: &Snapshot, script: &str) {
    let modules = snapshot
        .tables
        .iter()
        .filter(|table| table.kind != TableKind::Junction);
    for table in modules {
        let path = format!(
            "src/{}.rs",
            table.module.replace("r#", "").replace("::", "/")
        );
        assert!(
            generated.files.contains_key(std::path::Path::new(&path)),
            "no {path} for\n{script}"
        );
    }
    for (path, text) in &generated.files {
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let file = syn::parse_file(text)
            .unwrap_or_else(|error| panic!("{}: {error}\n{script}", path.display()));
        for item in file.items {
            let names: Vec<String> = match item {
                syn::Item::Enum(item) => item
                    .variants
                    .iter()
                    .map(|variant| variant.ident.to_string())
                    .collect(),
                syn::Item::Struct(item) => item
                    .fields
                    .iter()
                    .filter_map(|field| Some(field.ident.as_ref()?.to_string()))
                    .collect(),
                _ => continue,
            };
            let distinct: HashSet<&String> = names.iter().collect();
            assert_eq!(
                distinct.len(),
                names.len(),
                "{}: {names:?}\n{script}",
                path.display()
            );
        }
    }
}

/// Two rows with what is required of each table, and nothing but answers that make sense.
async fn create_and_list(app: &App, design: &Design, table: &design::Table, script: &str) {
    let catalog = app.get("/api/v1/schema").await.expect(200);
    let resources = catalog["resources"].as_array().expect("resources");
    let is_it = |one: &&Value| {
        let schema = design.schemas[table.schema].as_str();
        one["table"] == table.name && (one["schema"] == schema || app.kind == Kind::Sqlite)
    };
    let resource = resources
        .iter()
        .find(is_it)
        .unwrap_or_else(|| panic!("{:?} is not served\n{script}", table.name));
    let path = resource["path"].as_str().expect("a path");
    for row in 0..2 {
        let mut body = Map::new();
        for column in resource["columns"].as_array().expect("columns") {
            let is_filled_in = !column["default"].is_null() || !column["clientDefault"].is_null();
            if column["nullable"] == false && column["readOnly"] == false && !is_filled_in {
                let name = column["column"].as_str().expect("a name");
                let field = column["field"].as_str().expect("a field");
                body.extend(
                    table
                        .sample(name, design, row)
                        .map(|value| (field.to_owned(), value)),
                );
            }
        }
        let created = app.post(path, Value::Object(body)).await;
        assert_eq!(created.status.as_u16(), 201, "{created}\n{script}");
        if let Some(location) = created.header("location") {
            let read = app.get(location).await;
            assert_eq!(read.text, created.text, "{location}\n{script}");
        } else {
            assert_eq!(
                resource["primaryKey"],
                serde_json::json!([]),
                "{created}\n{script}"
            );
        }
    }
    let list = app.get(path).await;
    assert_eq!(list.status.as_u16(), 200, "{list}\n{script}");
    let rows = list.json()["data"].as_array().map(Vec::len);
    assert_eq!(rows, Some(2), "{list}\n{script}");
    for relation in resource["relations"].as_array().expect("relations") {
        let name = relation["name"].as_str().expect("a name");
        let name = name.replace('\\', r"\\").replace('"', "\\\"");
        let select = encoded(&format!("*,\"{name}\"(*)"));
        let asked = |rest| format!("{path}?select={select}{rest}");
        // The statement that counts, too, is another one.
        let (list, counted) = (
            app.get(&asked("")).await,
            app.get(&asked("&count=exact")).await,
        );
        assert_eq!(list.status.as_u16(), 200, "{name} {list}\n{script}");
        assert_eq!(
            list.json()["data"],
            counted.json()["data"],
            "{name}\n{script}"
        );
    }
    if table.has_view {
        let view = resources
            .iter()
            .find(|one| one["table"] == sql::view_name(table))
            .expect("its view");
        let list = app.get(view["path"].as_str().expect("a path")).await;
        let rows = list.json()["data"].as_array().map(Vec::len);
        assert_eq!(rows, Some(2), "{list}\n{script}");
    }
}

/// Shows what a strategy makes, for whoever changes it.
#[test]
fn designs_are_legal_and_various() {
    let mut runner = TestRunner::new(Config {
        rng_seed: RngSeed::Fixed(2),
        failure_persistence: None,
        ..Config::default()
    });
    let mut seen = HashSet::new();
    for _ in 0..100 {
        let tree = design::designs(Kind::Postgres)
            .new_tree(&mut runner)
            .expect("a design");
        let design = proptest::strategy::ValueTree::current(&tree);
        for table in &design.tables {
            seen.insert(std::mem::discriminant(&table.key));
            assert!(!table.columns.is_empty());
        }
    }
    assert_eq!(
        seen.len(),
        3,
        "tables with a primary key, with a unique one, with none"
    );
}
