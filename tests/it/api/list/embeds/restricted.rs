//! Filters, order and limits of embedded rows.

use serde_json::json;

use super::{company, data};
use crate::{
    on_each_database,
    support::{App, Kind, Options, Schema},
};

on_each_database!(
    Schema::Trouble,
    embedded_rows_are_filtered_ordered_and_bounded
);
async fn embedded_rows_are_filtered_ordered_and_bounded(app: &App) {
    company(app).await;
    for (path, expected) in [
        (
            "departments?select=id,employeesByDepartment(id)&employeesByDepartment.order=id.desc&id=lt.3",
            json!([
                { "id": 1, "employeesByDepartment": [{ "id": 2 }, { "id": 1 }] },
                { "id": 2, "employeesByDepartment": [{ "id": 4 }, { "id": 3 }] },
            ]),
        ),
        (
            "departments?select=id,employeesByDepartment(id)&employeesByDepartment.limit=1&employeesByDepartment.offset=1&id=lt.3",
            json!([
                { "id": 1, "employeesByDepartment": [{ "id": 2 }] },
                { "id": 2, "employeesByDepartment": [{ "id": 4 }] },
            ]),
        ),
        (
            "departments?select=id,employeesByDepartment(id)&employeesByDepartment.manager_id=eq.1",
            json!([
                { "id": 1, "employeesByDepartment": [{ "id": 2 }] },
                { "id": 2, "employeesByDepartment": [{ "id": 3 }] },
                { "id": 3, "employeesByDepartment": [] },
            ]),
        ),
        (
            "departments?select=id,staff:employeesByDepartment(id)&staff.or=(id.eq.1,number.eq.E4)&staff.not.and=(id.eq.9)",
            json!([
                { "id": 1, "staff": [{ "id": 1 }] }, { "id": 2, "staff": [{ "id": 4 }] }, { "id": 3, "staff": [] },
            ]),
        ),
        (
            "departments?select=id,head(id,employeesByManager(id))&head.employeesByManager.id=eq.4&id=eq.2",
            json!([
                { "id": 2, "head": { "id": 3, "employeesByManager": [{ "id": 4 }] } },
            ]),
        ),
        (
            "employees?select=id,department(id)&department.name=eq.Sales&id=gt.1&id=lt.4",
            json!([
                { "id": 2, "department": null }, { "id": 3, "department": { "id": 2 } },
            ]),
        ),
        // With !inner, rows without a related row go.
        (
            "employees?select=id,department!inner(id)&department.name=eq.Sales",
            json!([
                { "id": 3, "department": { "id": 2 } }, { "id": 4, "department": { "id": 2 } },
            ]),
        ),
        (
            "departments?select=id,employeesByDepartment!inner(id,employeeCardByEmployee!inner(printed))&employeesByDepartment.employeeCardByEmployee.printed=is.true",
            json!([
                { "id": 1, "employeesByDepartment": [{ "id": 1, "employeeCardByEmployee": { "printed": true } }] },
            ]),
        ),
        (
            "categories?select=id,departments!inner()&departments.name=eq.Sales",
            json!([{ "id": 1 }]),
        ),
        // Nor those of whose related rows none is shown.
        (
            "categories?select=id,departments!inner(id)&departments.limit=0",
            json!([]),
        ),
        (
            "categories?select=id,departments!inner(id)&departments.offset=9&departments.limit=1",
            json!([]),
        ),
        (
            "categories?select=id,departments()&departments=is.null&departments.offset=9&id=eq.1",
            json!([{ "id": 1 }]),
        ),
        // Whether there are any.
        (
            "departments?select=id,employeesByDepartment()&employeesByDepartment=is.null",
            json!([{ "id": 3 }]),
        ),
        (
            "departments?select=id,employeesByDepartment()&employeesByDepartment=not.is.null",
            json!([{ "id": 1 }, { "id": 2 }]),
        ),
        (
            "departments?select=id,head(),categories()&or=(head.not.is.null,categories.is.null)",
            json!([{ "id": 2 }, { "id": 3 }]),
        ),
        (
            "departments?select=id,employeesByDepartment()&employeesByDepartment.id=gt.2&employeesByDepartment=is.null",
            json!([{ "id": 1 }, { "id": 3 }]),
        ),
        // By a field of a row that they refer to.
        (
            "employees?select=id,department(name)&order=department(name).desc,id.desc&limit=3",
            json!([
                { "id": 4, "department": { "name": "Sales" } }, { "id": 3, "department": { "name": "Sales" } }, { "id": 2, "department": { "name": "Research" } },
            ]),
        ),
        (
            "employees?select=id,m:manager()&order=m(number).desc.nullslast,id",
            json!([{ "id": 4 }, { "id": 2 }, { "id": 3 }, { "id": 1 }]),
        ),
        (
            "departments?select=id,employeesByDepartment(id,manager())&employeesByDepartment.order=manager(id).nullsfirst,id.desc&id=eq.2",
            json!([
                { "id": 2, "employeesByDepartment": [{ "id": 3 }, { "id": 4 }] },
            ]),
        ),
        (
            "departments?select=id,employeesByDepartment(id)&order=id.desc&limit=1&offset=1",
            json!([{ "id": 2, "employeesByDepartment": [{ "id": 3 }, { "id": 4 }] }]),
        ),
    ] {
        assert_eq!(data(app, path).await, expected, "{path}");
    }
    for (query, code, hint) in [
        (
            "employeesByDepartment.id=eq.1",
            "invalid_parameter",
            "add employeesByDepartment() to `select`",
        ),
        (
            "select=id,head()&employeesByDepartment.order=id",
            "invalid_parameter",
            "add employeesByDepartment()",
        ),
        (
            "select=id,head()&hed.id=eq.1",
            "unknown_parameter",
            "Did you mean `head`?",
        ),
        (
            "select=id,head()&head=eq.1",
            "invalid_parameter",
            "is a relation",
        ),
        (
            "select=id,head()&head.nam=eq.1",
            "unknown_parameter",
            "not a parameter or a field of Employee",
        ),
        (
            "select=id,head()&head.limit=1",
            "invalid_parameter",
            "one row at most",
        ),
        (
            "select=id,employeesByDepartment()&order=employeesByDepartment(id)",
            "invalid_parameter",
            "is a list",
        ),
        (
            "select=id&order=head(id)",
            "invalid_parameter",
            "add head()",
        ),
        (
            "select=id,employeesByDepartment(id)&employeesByDepartment.limit=1001",
            "invalid_parameter",
            "more than 1000",
        ),
        (
            "select=id,employeesByDepartment(id)&employeesByDepartment.limit=x",
            "invalid_parameter",
            "whole number",
        ),
        (
            "select=id,employeesByDepartment(id)&employeesByDepartment.limit=1&employeesByDepartment.limit=2",
            "invalid_parameter",
            "twice",
        ),
        (
            "select=id,employeesByDepartment(id)&employeesByDepartment.select=id",
            "unknown_parameter",
            "select",
        ),
    ] {
        let answer = app.get(&format!("/api/v1/departments?{query}")).await;
        assert!(answer.text.contains(hint), "{query} {answer}");
        assert_eq!(answer.expect_problem(400).0, code, "{query}");
    }
}

on_each_database!(embedding_is_bounded);
async fn embedding_is_bounded(kind: Kind) {
    let options = Options::default()
        .set("MAX_EMBEDS", "3")
        .set("MAX_DEPTH", "2")
        .set("MAX_EMBED_ROWS", "2");
    let app = App::builder(Schema::Trouble)
        .on(kind)
        .with(options)
        .start()
        .await;
    company(&app).await;
    app.post(
        "/api/v1/employees",
        json!({ "id": 5, "number": "E5", "department_id": 2 }),
    )
    .await
    .expect(201);
    let refused = |select: &'static str, hint: &'static str| {
        let app = &app;
        async move {
            let answer = app.get(&format!("/api/v1/departments?{select}")).await;
            assert!(answer.text.contains(hint), "{select} {answer}");
            answer.expect_problem(400).0
        }
    };
    refused(
        "select=a:head(),b:head(),c:head(),d:head()",
        "more than 3 relations",
    )
    .await;
    refused("select=head(department(head()))", "levels deep").await;
    assert_eq!(
        refused(
            "select=id,employeesByDepartment(id)",
            "`employeesByDepartment.limit`"
        )
        .await,
        "too_many_rows"
    );
    refused(
        "select=id,employeesByDepartment(id)&employeesByDepartment.limit=3",
        "more than 2",
    )
    .await;
    let cut = data(
        &app,
        "departments?select=employeesByDepartment(id)&employeesByDepartment.limit=2&id=eq.2",
    )
    .await;
    assert_eq!(
        cut,
        json!([{ "employeesByDepartment": [{ "id": 3 }, { "id": 4 }] }])
    );
    assert_eq!(
        data(&app, "departments?select=employeesByDepartment(id)&id=eq.1").await,
        json!([{ "employeesByDepartment": [{ "id": 1 }, { "id": 2 }] }])
    );
}

on_each_database!(hidden_fields_are_hidden_in_embedded_rows_too);
async fn hidden_fields_are_hidden_in_embedded_rows_too(kind: Kind) {
    let options = Options::default()
        .hide("Employee", "number")
        .hide("Employee", "manager_id");
    let app = App::builder(Schema::Trouble)
        .on(kind)
        .with(options)
        .start()
        .await;
    app.post("/api/v1/departments", json!({ "id": 1, "name": "R" }))
        .await
        .expect(201);
    app.post(
        "/api/v1/employees",
        json!({ "id": 1, "number": "E1", "department_id": 1 }),
    )
    .await
    .expect(201);
    let rows = data(&app, "departments?select=employeesByDepartment(*)").await;
    assert_eq!(
        rows,
        json!([{ "employeesByDepartment": [{ "id": 1, "department_id": 1, "previous_department_id": null }] }])
    );
    for query in [
        "departments?select=employeesByDepartment(number)",
        "employees?select=manager(id)",
        "employee-cards?select=replacesNumberEmployee(id)",
        "departments?select=employeesByDepartment()&employeesByDepartment.number=eq.E1",
        "employees/1/manager",
    ] {
        app.get(&format!("/api/v1/{query}"))
            .await
            .expect_problem(400);
    }
}
