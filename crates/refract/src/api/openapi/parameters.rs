//! Parameters of operations: in the path, the query, the headers.

use serde_json::{Value, json};

use super::{
    Form, filters,
    patterns::{self, escaped, whole},
    schemas::reference,
    terse_parameters,
};
use crate::{
    catalog::{Resource, Type},
    query::parse::{MAX_TERMS, PARAMETERS},
    settings::Settings,
};

/// The value of `If-Match` and `If-None-Match` (RFC 9110, section 13.1).
pub(super) fn tags() -> Value {
    json!({ "anyOf": [
        { "type": "string", "enum": ["*"] },
        { "type": "string", "pattern": r#"^(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*$"# },
    ] })
}

pub(super) fn text() -> Value {
    json!({ "type": "string", "minLength": 1 })
}

/// The parameters of a list.
pub(super) fn of_list(resource: &Resource, settings: &Settings, form: Form) -> Vec<Value> {
    let mut parameters = vec![select(resource, form)];
    match form {
        Form::Full => parameters.extend(of_page(reference(&order_name(resource)), settings)),
        Form::Terse => parameters.push(terse_parameters::page()),
    }
    parameters.extend(conditions_on(resource, form));
    parameters
}

/// The parameters that order rows and choose a page of them. `order` is the schema of that parameter.
pub(super) fn of_page(order: Value, settings: &Settings) -> Vec<Value> {
    let limits = &settings.api.limits;
    let (page_size, max_page_size) = (limits.page_size, limits.max_page_size);
    vec![
        parameter(
            "order",
            "Fields to order by: `field[.asc|.desc][.nullsfirst|.nullslast]`, separated by commas; \
             `relation(field)` of an embedded row.",
            order,
        ),
        parameter(
            "limit",
            "Rows at most.",
            json!({ "type": "integer", "minimum": 0, "maximum": max_page_size, "default": page_size }),
        ),
        parameter(
            "offset",
            "Rows to skip.",
            json!({ "type": "integer", "format": "int64", "minimum": 0 }),
        ),
        parameter(
            "cursor",
            "`nextCursor` of the page before, in the same order.",
            json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$" }),
        ),
        parameter(
            "count",
            "Counts the rows of all pages into `total`.",
            json!({ "type": "string", "enum": ["exact", "planned", "estimated"] }),
        ),
    ]
}

fn order_name(resource: &Resource) -> String {
    format!("Refract.Order.{}", resource.name)
}

/// A pattern of the step after an arrow in a path into JSON.
const MEMBER: &str =
    r#"-?[0-9]{1,9}|[^-,.():" >\u0000][^,.():>\u0000]*|"([^"\\\u0000]|\\[^\u0000])+""#;

/// The component schema of `order`. It names the fields of the resource itself, but not those of
/// related rows.
fn order_schema(resource: &Resource) -> (String, Value) {
    let fields = |wanted: &dyn Fn(&Type) -> bool| {
        let columns = resource.visible().map(|at| &resource.columns[at]);
        let columns = columns.filter(|column| wanted(&column.data_type));
        let names: Vec<String> = columns.map(|column| word(&column.field)).collect();
        names.join("|")
    };
    let relations = resource.relations.iter().map(|one| word(&one.name));
    let relations = relations.collect::<Vec<_>>().join("|");
    let steps = format!("(->({MEMBER})){{0,30}}->>?({MEMBER})");
    let ways = [
        (fields(&Type::comparable), ""),
        (fields(&Type::holds_json), &steps),
        (relations, r"\([^()\u0000]+\)"),
    ];
    let ways = ways.iter().filter(|(names, _)| !names.is_empty());
    let terms: Vec<String> = ways
        .map(|(names, more)| format!("({names}){more}"))
        .collect();
    let term = format!(
        r"({})(\.(asc|desc))?(\.(nullsfirst|nullslast))?",
        terms.join("|")
    );
    let schema =
        json!({ "type": "string", "pattern": whole(&patterns::list_of(&term, MAX_TERMS)) });
    (order_name(resource), schema)
}

/// A pattern of a name in parameters. A name is quoted if it has a character that ends a name.
fn word(name: &str) -> String {
    escaped(&quoted(name))
}

fn quoted(name: &str) -> String {
    let plain = |character: char| !"\"\\.,:()!*-> ".contains(character);
    if name.chars().all(plain) {
        return name.to_owned();
    }
    let escaped = name.replace('\\', r"\\").replace('"', r#"\""#);
    format!("\"{escaped}\"")
}

/// The unique keys that an upsert can use, as `onConflict` names them.
pub(super) fn unique_keys(resource: &Resource) -> Vec<String> {
    let names = |key: Vec<usize>| {
        let names: Option<Vec<String>> = key
            .into_iter()
            .map(|column| &resource.columns[column])
            .map(|column| (!column.is_hidden()).then(|| quoted(&column.field)))
            .collect();
        names.map(|names| names.join(","))
    };
    resource.arbiters().filter_map(names).collect()
}

/// The component schemas to which the parameters of a resource's lists refer.
pub(super) fn schemas(resource: &Resource, form: Form) -> Vec<(String, Value)> {
    match form {
        Form::Full => vec![order_schema(resource)],
        Form::Terse => vec![terse_parameters::filters_schema(resource)],
    }
}

/// The parameters that filter rows.
pub(super) fn conditions_on(resource: &Resource, form: Form) -> Vec<Value> {
    match form {
        Form::Full => each_condition_on(resource, form),
        Form::Terse => vec![terse_parameters::filters(resource)],
    }
}

pub(super) fn each_condition_on(resource: &Resource, form: Form) -> Vec<Value> {
    let tree = || json!({ "type": "string", "pattern": r"^\(.+\)$" });
    let mut parameters = vec![
        parameter(
            "and",
            "Conditions of which all must hold: `(field.operator.value,or(…),not.and(…))`.",
            tree(),
        ),
        parameter(
            "or",
            "Conditions of which one must hold: `(field.operator.value,and(…),not.or(…))`.",
            tree(),
        ),
    ];
    for position in resource.visible() {
        let column = &resource.columns[position];
        let is_parameter = PARAMETERS.contains(&column.field.as_str());
        if !is_parameter {
            let description = "A filter: `eq.value`, `gte.value`, `in.(a,b)`, `is.null` …";
            let schema = filters::of(&column.data_type, form);
            parameters.push(parameter(&column.field, description, schema));
        }
    }
    parameters
}

fn select_description(resource: &Resource, form: Form) -> String {
    let mut description = "Fields of the answer, separated by commas: `field`, `alias:field`, \
                           `field::type`, `json->>key`, `field.sum()`, `relation(fields)`."
        .to_owned();
    // What is said of all resources stands in the document once.
    let named = match form {
        Form::Full => &resource.relations[..],
        Form::Terse => &[],
    };
    let relations: Vec<_> = named
        .iter()
        .map(|relation| format!("`{}`", relation.name))
        .collect();
    if !relations.is_empty() {
        description.push_str(&format!(" Relations: {}.", relations.join(", ")));
    }
    description
}

/// The parameter `select`.
pub(super) fn select(resource: &Resource, form: Form) -> Value {
    parameter("select", &select_description(resource, form), text())
}

/// The parameter `deleted`. `None` if the resource has no soft delete.
pub(super) fn deleted(resource: &Resource) -> Option<Value> {
    resource.soft_delete.map(|_| {
        parameter(
            "deleted",
            "Whether rows that are marked as deleted are meant, too or only.",
            json!({ "type": "string", "enum": ["exclude", "include", "only"], "default": "exclude" }),
        )
    })
}

/// `If-Match` and `If-None-Match`. `otherwise` is the status if `If-None-Match` does not hold.
pub(super) fn conditions(what: &str, otherwise: &str) -> [Value; 2] {
    let header = |name: &str, description: String| {
        json!({
            "name": name, "in": "header", "description": description,
            "schema": tags(),
        })
    };
    [
        header(
            "If-Match",
            format!(
                "Only if there is a row that has one of these tags, or any (`*`), {what}; else 412."
            ),
        ),
        header(
            "If-None-Match",
            format!(
                "Only if there is no row that has one of these tags, or any (`*`), {what}; else {otherwise}."
            ),
        ),
    ]
}

pub(super) fn parameter(name: &str, description: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}
