//! `select` of related rows.

mod restricted;

use serde_json::{Value, json};

use crate::{
    on_each_database,
    support::{App, Schema},
};

/// Two departments, four employees of which the first manages the others, categories in a tree.
pub(in crate::api::list) async fn company(app: &App) {
    for (resource, rows) in [
        (
            "departments",
            json!([{ "id": 1, "name": "Research" }, { "id": 2, "name": "Sales" }, { "id": 3, "name": "Empty" }]),
        ),
        (
            "employees",
            json!([
                { "id": 1, "number": "E1", "department_id": 1 },
                { "id": 2, "number": "E2", "department_id": 1, "manager_id": 1 },
                { "id": 3, "number": "E3", "department_id": 2, "manager_id": 1, "previous_department_id": 1 },
                { "id": 4, "number": "E4", "department_id": 2, "manager_id": 3 },
            ]),
        ),
        (
            "employee-cards",
            json!([{ "employee_id": 1, "printed": true }, { "employee_id": 3, "replaces_number": "E1" }]),
        ),
        (
            "categories",
            json!([{ "id": 1, "name": "root" }, { "id": 2, "parentId": 1, "name": "left" }, { "id": 3, "parentId": 1, "name": "right" }, { "id": 4, "parentId": 2, "name": "leaf" }]),
        ),
    ] {
        app.post(&format!("/api/v1/{resource}"), rows)
            .await
            .expect(201);
    }
    app.patch("/api/v1/departments/2", json!({ "head_id": 3 }))
        .await
        .expect(200);
    app.db_execute(
        r#"INSERT INTO "_CategoryToDepartment" ("A", "B") VALUES (1, 1), (1, 2), (2, 1);"#,
    )
    .await;
    app.db_execute(r#"INSERT INTO "_Mentoring" ("A", "B") VALUES (1, 2), (1, 3), (3, 4);"#)
        .await;
}

/// The rows of a list: the same whether they are counted or not, though the statement is another.
pub(in crate::api::list) async fn data(app: &App, path: &str) -> Value {
    let data = app.get(&format!("/api/v1/{path}")).await.expect(200)["data"].clone();
    let and = if path.contains('?') { '&' } else { '?' };
    let counted = format!("/api/v1/{path}{and}count=exact");
    assert_eq!(
        app.get(&counted).await.expect(200)["data"],
        data,
        "{counted}"
    );
    data
}

on_each_database!(
    Schema::Trouble,
    related_rows_are_embedded_whatever_their_cardinality
);
async fn related_rows_are_embedded_whatever_their_cardinality(app: &App) {
    company(app).await;
    for (path, expected) in [
        // To one.
        (
            "employees?select=number,department(name)&id=lt.3",
            json!([
                { "number": "E1", "department": { "name": "Research" } },
                { "number": "E2", "department": { "name": "Research" } },
            ]),
        ),
        (
            "employees?select=id,previousDepartment(name)&id=in.(1,3)",
            json!([
                { "id": 1, "previousDepartment": null },
                { "id": 3, "previousDepartment": { "name": "Research" } },
            ]),
        ),
        // To many, in key order; none is an empty list.
        (
            "departments?select=name,employeesByDepartment(number)",
            json!([
                { "name": "Research", "employeesByDepartment": [{ "number": "E1" }, { "number": "E2" }] },
                { "name": "Sales", "employeesByDepartment": [{ "number": "E3" }, { "number": "E4" }] },
                { "name": "Empty", "employeesByDepartment": [] },
            ]),
        ),
        // One to one, from both ends.
        (
            "employees?select=id,employeeCardByEmployee(printed)&id=lt.3",
            json!([
                { "id": 1, "employeeCardByEmployee": { "printed": true } },
                { "id": 2, "employeeCardByEmployee": null },
            ]),
        ),
        (
            "employee-cards?select=printed,employee(number),replacesNumberEmployee(number)",
            json!([
                { "printed": true, "employee": { "number": "E1" }, "replacesNumberEmployee": null },
                { "printed": false, "employee": { "number": "E3" }, "replacesNumberEmployee": { "number": "E1" } },
            ]),
        ),
        // Many to many, through a table that is no resource.
        (
            "categories?select=name,departments(id)&id=lt.4",
            json!([
                { "name": "root", "departments": [{ "id": 1 }, { "id": 2 }] },
                { "name": "left", "departments": [{ "id": 1 }] },
                { "name": "right", "departments": [] },
            ]),
        ),
        (
            "departments?select=id,categories(name)&id=eq.1",
            json!([{ "id": 1, "categories": [{ "name": "root" }, { "name": "left" }] }]),
        ),
        // A table with itself.
        (
            "categories?select=name,parent(name),children(name)&id=in.(1,2)",
            json!([
                { "name": "root", "parent": null, "children": [{ "name": "left" }, { "name": "right" }] },
                { "name": "left", "parent": { "name": "root" }, "children": [{ "name": "leaf" }] },
            ]),
        ),
        (
            "employees?select=id,employeesA(id),employeesB(id)&id=in.(1,3)",
            json!([
                { "id": 1, "employeesA": [], "employeesB": [{ "id": 2 }, { "id": 3 }] },
                { "id": 3, "employeesA": [{ "id": 1 }], "employeesB": [{ "id": 4 }] },
            ]),
        ),
        // Deep, and the same table on several levels.
        (
            "departments?select=name,head(number,manager(number,department(name,employeesByDepartment(id))))&id=eq.2",
            json!([
                { "name": "Sales", "head": { "number": "E3", "manager": { "number": "E1", "department": { "name": "Research", "employeesByDepartment": [{ "id": 1 }, { "id": 2 }] } } } },
            ]),
        ),
    ] {
        assert_eq!(data(app, path).await, expected, "{path}");
    }
    let one = app
        .get("/api/v1/employees/3?select=*,department(id),manager(number)")
        .await
        .expect(200);
    assert_eq!(
        one,
        json!({ "id": 3, "number": "E3", "department_id": 2, "previous_department_id": 1, "manager_id": 1, "department": { "id": 2 }, "manager": { "number": "E1" } })
    );
    app.get("/api/v1/employees/99?select=id,department(id)")
        .await
        .expect(404);
}

on_each_database!(Schema::Trouble, names_of_embeds_may_be_others);
async fn names_of_embeds_may_be_others(app: &App) {
    company(app).await;
    for (path, expected) in [
        (
            "employees?select=nr:number,dept:department(n:name)&id=eq.1",
            json!([{ "nr": "E1", "dept": { "n": "Research" } }]),
        ),
        // By the resource that they lead to, where a hint or nothing says which relation it is.
        (
            "employees?select=id,Department!department_id(id)&id=eq.3",
            json!([{ "id": 3, "Department": { "id": 2 } }]),
        ),
        (
            "employees?select=id,was:departments!previousDepartment(id)&id=eq.3",
            json!([{ "id": 3, "was": { "id": 1 } }]),
        ),
        (
            "categories?select=id,Department(id)&id=eq.2",
            json!([{ "id": 2, "Department": [{ "id": 1 }] }]),
        ),
        // The same relation twice, under two names.
        (
            "departments?select=id,a:employeesByDepartment(id),b:employeesByDepartment(id)&a.id=eq.1&b.id=eq.2&id=eq.1",
            json!([{ "id": 1, "a": [{ "id": 1 }], "b": [{ "id": 2 }] }]),
        ),
    ] {
        assert_eq!(data(app, path).await, expected, "{path}");
    }
    for (select, code, hint) in [
        (
            "id,departmnt(id)",
            "unknown_relation",
            "Did you mean `department`?",
        ),
        ("id,Department(id)", "invalid_parameter", "may be any of"),
        ("id,number(id)", "unknown_relation", "not a relation"),
        (
            "id,department(nam)",
            "unknown_field",
            "Did you mean `name`?",
        ),
        ("id,department(id", "invalid_parameter", "never closed"),
        (
            "id,department!inner",
            "invalid_parameter",
            "misses its items",
        ),
        ("id,id:number", "invalid_parameter", "selected twice"),
        (
            "id,department(id),department(id)",
            "invalid_parameter",
            "selected twice",
        ),
        (
            "id,number:department(id),number",
            "invalid_parameter",
            "selected twice",
        ),
        (
            "id,...department(id)",
            "invalid_parameter",
            "selected twice",
        ),
    ] {
        let answer = app.get(&format!("/api/v1/employees?select={select}")).await;
        assert!(answer.text.contains(hint), "{select} {answer}");
        assert_eq!(answer.expect_problem(400).0, code, "{select}");
    }
}

on_each_database!(Schema::Trouble, three_dots_spread_a_relation_into_its_row);
async fn three_dots_spread_a_relation_into_its_row(app: &App) {
    company(app).await;
    for (path, expected) in [
        (
            "employees?select=id,...department(dept:name)&id=lt.2",
            json!([{ "id": 1, "dept": "Research" }]),
        ),
        (
            "employees?select=id,...previousDepartment(was:name,...head(boss:number))&id=in.(1,3)",
            json!([
                { "id": 1, "was": null, "boss": null }, { "id": 3, "was": "Research", "boss": null },
            ]),
        ),
        (
            "departments?select=id,...employeesByDepartment(ids:id,number)&employeesByDepartment.order=id.desc",
            json!([
                { "id": 1, "ids": [2, 1], "number": ["E2", "E1"] }, { "id": 2, "ids": [4, 3], "number": ["E4", "E3"] }, { "id": 3, "ids": [], "number": [] },
            ]),
        ),
        (
            "departments?select=id,...employeesByDepartment(...manager(m:number),e:id)&id=eq.1",
            json!([{ "id": 1, "m": [null, "E1"], "e": [1, 2] }]),
        ),
    ] {
        assert_eq!(data(app, path).await, expected, "{path}");
    }
}

on_each_database!(Schema::Trouble, related_rows_have_a_path_of_their_own);
async fn related_rows_have_a_path_of_their_own(app: &App) {
    company(app).await;
    for (path, expected) in [
        (
            "departments/1/employeesByDepartment?select=id",
            json!([{ "id": 1 }, { "id": 2 }]),
        ),
        (
            "departments/1/employeesByDepartment?select=id&order=id.desc&limit=1",
            json!([{ "id": 2 }]),
        ),
        (
            "departments/1/employeesByDepartment?select=number,manager(number)&id=gt.1",
            json!([{ "number": "E2", "manager": { "number": "E1" } }]),
        ),
        ("departments/3/employeesByDepartment", json!([])),
        (
            "employees/3/department?select=name",
            json!([{ "name": "Sales" }]),
        ),
        ("employees/1/manager", json!([])),
        (
            "categories/1/departments?select=id&order=name.desc",
            json!([{ "id": 2 }, { "id": 1 }]),
        ),
        ("categories/2/parent?select=id", json!([{ "id": 1 }])),
        (
            "employees/1/employeesB?select=id",
            json!([{ "id": 2 }, { "id": 3 }]),
        ),
    ] {
        assert_eq!(data(app, path).await, expected, "{path}");
    }
    let counted = app
        .get("/api/v1/departments/1/employeesByDepartment?select=id&count=exact&limit=1")
        .await
        .expect(200);
    assert_eq!(counted["total"], 2);
    assert_eq!(
        app.get("/api/v1/departments/99/employeesByDepartment")
            .await
            .expect_problem(404)
            .0,
        "row_not_found"
    );
    let answer = app.get("/api/v1/departments/1/employeesByDepartmet").await;
    assert!(
        answer
            .text
            .contains("Did you mean `employeesByDepartment`?"),
        "{answer}"
    );
    answer.expect_problem(400);
    app.get("/api/v1/departments/x/head")
        .await
        .expect_problem(422);
    app.post("/api/v1/departments/1/head", json!({}))
        .await
        .expect_problem(405);
    app.get("/api/v1/departments/1/head/manager")
        .await
        .expect_problem(404);
}

on_each_database!(
    Schema::Trouble,
    a_renamed_relation_is_asked_for_by_either_name
);
async fn a_renamed_relation_is_asked_for_by_either_name(app: &App) {
    company(app).await;
    for name in ["team", "department"] {
        let list = format!(
            "employees?select=number,team:department(name)&{name}.name=eq.Sales&{name}=not.is.null&order={name}(name).desc,id&limit=1"
        );
        assert_eq!(
            data(app, &list).await,
            json!([{ "number": "E3", "team": { "name": "Sales" } }]),
            "{name}"
        );
    }
    // The name in the answer comes first.
    let list = "employees?select=department:manager(number),team:department(name)&department.number=eq.E3&department=not.is.null";
    assert_eq!(
        data(app, list).await,
        json!([{ "department": { "number": "E3" }, "team": { "name": "Sales" } }])
    );
}
