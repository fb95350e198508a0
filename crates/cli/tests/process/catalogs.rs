//! The program as an operator meets it: where its catalog comes from, and when it is read again.

use crate::program::{Database, Program};

const ON_EACH: [fn() -> Database; 2] = [Database::on_sqlite, Database::on_postgres];

#[test]
fn a_catalog_file_is_written_checked_served_and_read_again_on_hangup() {
    for database in ON_EACH {
        let database = database();
        let program = Program::on(&database);
        let (code, text, _) = program.run(&["reflect"]);
        assert_eq!(code, 0);
        let (code, again, told) = program.run(&["reflect", "--out", "catalog.json"]);
        assert_eq!((code, again.as_str()), (0, ""));
        assert!(told.contains("catalog.json"), "{told}");
        let file = program.folder().join("catalog.json");
        assert_eq!(std::fs::read_to_string(&file).expect("is there"), text);
        let (code, said, told) = program.run(&["check"]);
        assert_eq!(code, 0, "{said}{told}");

        let serving = program.serve(&[("CATALOG", "file")]);
        assert_eq!(serving.get("/api/v1/notes?select=id").0, 200);
        database.execute(r#"ALTER TABLE "Note" ADD COLUMN "later" TEXT"#);
        let (code, said, _) = program.run(&["check"]);
        assert_eq!(code, 1);
        assert!(said.contains(r#"column "later" is new"#), "{said}");
        assert_eq!(serving.get("/api/v1/notes?select=later").0, 400);
        program.run(&["reflect", "--out", "catalog.json"]);
        assert_eq!(serving.get("/api/v1/notes?select=later").0, 400);
        serving.hang_up();
        serving.until("/api/v1/notes?select=later", 200);

        // A file that is broken leaves the catalog before it in service.
        std::fs::write(&file, "{").expect("writes");
        serving.hang_up();
        serving.until_said("is not a catalog of this version");
        assert_eq!(serving.get("/api/v1/notes?select=later").0, 200);
    }
}

#[test]
fn the_live_schema_is_followed_without_a_word_and_on_hangup() {
    for database in ON_EACH {
        let database = database();
        let program = Program::on(&database);
        let serving = program.serve(&[]);
        assert_eq!(serving.get("/api/v1/notes").0, 200);
        database.execute(r#"CREATE TABLE "Fresh" ("id" INTEGER NOT NULL PRIMARY KEY)"#);
        serving.until("/api/v1/freshes", 200);
        database.execute(r#"ALTER TABLE "Note" ADD COLUMN "later" TEXT"#);
        serving.hang_up();
        serving.until("/api/v1/notes?select=later", 200);
        serving.until_said("the catalog is read again");
    }
}

#[test]
fn what_is_missing_is_said_in_one_line() {
    let database = Database::on_sqlite();
    let program = Program::on(&database);
    let (code, _, told) = program.run(&["check"]);
    assert_eq!(code, 1);
    assert!(
        told.contains("`refract reflect --out catalog.json`"),
        "{told}"
    );
    let (code, _, told) = program.run_with(&["serve"], &[("CATALOG", "somewhere.json")]);
    assert_eq!(code, 1);
    assert!(
        told.contains("CATALOG: somewhere.json cannot be read"),
        "{told}"
    );
    let (code, _, told) = program.run_with(&["serve"], &[("CATALOG", "elsewhere")]);
    assert_eq!(code, 1);
    assert!(told.contains("neither `live`, `file` nor"), "{told}");
    let (code, _, told) = program.run_with(&["reflect"], &[("DATABASE_URL", "")]);
    assert_eq!(code, 1);
    assert!(told.contains("DATABASE_URL: is not set"), "{told}");
}

#[test]
fn without_a_database_the_sandbox_is_served() {
    let database = Database::on_sqlite();
    let serving = Program::on(&database).serve(&[("DATABASE_URL", "")]);
    assert_eq!(serving.get("/api/v1/pages").0, 200);
}
