//! Component schemas of filters, one for each type that a column has: `Refract.Filter.int4`.

use reflect::snapshot::{Database, Snapshot};
use serde_json::{Map, Value, json};

use super::{
    Form,
    patterns::{self, TEXT, escaped, in_braces, in_parentheses, list, whole},
    schemas::reference,
};
use crate::{
    catalog::{Catalog, Type},
    query::operators::Operator,
};

/// The schema of a filter on a column of this type.
pub(super) fn of(data_type: &Type, form: Form) -> Value {
    reference(&name(&compared(data_type), form))
}

/// The type of the operands. Decimals may have more digits than the column keeps.
fn compared(data_type: &Type) -> Type {
    match data_type {
        Type::Numeric { .. } => Type::Numeric {
            precision: None,
            scale: None,
        },
        other => other.clone(),
    }
}

/// The schemas to which the columns of the catalog refer.
pub(super) fn schemas(catalog: &Catalog, database: Database, form: Form) -> Map<String, Value> {
    let configurations = configurations(&catalog.snapshot);
    let mut all = Map::new();
    for resource in &catalog.resources {
        for position in resource.visible() {
            let data_type = compared(&resource.columns[position].data_type);
            all.entry(name(&data_type, form))
                .or_insert_with(|| schema(&data_type, database, &configurations));
        }
    }
    all
}

/// The name of the component. Its dots keep it apart from the names of models. A large document has each
/// name thousands of times.
fn name(data_type: &Type, form: Form) -> String {
    let kind = kind(data_type);
    match form {
        Form::Full => format!("Refract.Filter.{kind}"),
        // An enum may have any name, and so may a model: `By` with a component `By.List`.
        Form::Terse if matches!(data_type, Type::Enum(_)) => format!("by.enum.{kind}"),
        Form::Terse => format!("by.{kind}"),
    }
}

/// The kind of a type. Types with the same filters have the same kind.
fn kind(data_type: &Type) -> String {
    match data_type {
        Type::Numeric {
            precision: Some(precision),
            scale,
        } => format!("numeric.{precision}.{}", scale.unwrap_or(0)),
        Type::Numeric { .. } => "numeric".to_owned(),
        Type::Text { .. } => "text".to_owned(),
        Type::Timestamp | Type::TimestampTz => "timestamp".to_owned(),
        Type::Enum(of) => of.model.clone(),
        Type::Json { comparable: true } => "json".to_owned(),
        Type::Json { comparable: false } => "json.text".to_owned(),
        // A text that is compared with a column may be longer than the column allows.
        Type::Array(item) => match &**item {
            Type::Text {
                max_length: Some(most),
            } => format!("array.text.{most}"),
            item => format!("array.{}", kind(item)),
        },
        Type::Other { writable: true, .. } => "other".to_owned(),
        Type::Other { name, .. } if name == "tsvector" => name.clone(),
        Type::Other { .. } => "null".to_owned(),
        plain => plain.name(),
    }
}

/// The text search configurations of every PostgreSQL from version 14 on.
const CONFIGURATIONS: &str = "arabic|armenian|basque|catalan|danish|dutch|english|finnish|french|\
                              german|greek|hindi|hungarian|indonesian|irish|italian|lithuanian|\
                              nepali|norwegian|portuguese|romanian|russian|serbian|simple|spanish|\
                              swedish|tamil|turkish|yiddish";

/// A pattern of the text search configurations that a search may name in parentheses.
fn configurations(snapshot: &Snapshot) -> String {
    let mut names = vec![CONFIGURATIONS.to_owned()];
    for name in &snapshot.text_search_configurations {
        names.push(escaped(name));
        // Configurations of this schema are also found without its name.
        if let Some(name) = name.strip_prefix("public.") {
            names.push(escaped(name));
        }
    }
    names.join("|")
}

fn schema(data_type: &Type, database: Database, configurations: &str) -> Value {
    let operators: Vec<Operator> = Operator::all()
        .filter(|operator| {
            operator.applies_to(data_type)
                && (database == Database::Postgres
                    || operator.lacking_in_sqlite(data_type).is_none())
        })
        .collect();
    let names: Vec<&str> = operators.iter().map(|operator| operator.name()).collect();
    json!({
        "type": "string",
        "description": format!("`[not.]operator.value` with {}.", names.join(", ")),
        "pattern": whole(&format!(r"(not\.)?({})", predicates(&operators, data_type, configurations))),
    })
}

/// A pattern of the text after `not.`
fn predicates(operators: &[Operator], data_type: &Type, configurations: &str) -> String {
    let named = |wanted: &dyn Fn(&Operator) -> bool| {
        let names = operators.iter().filter(|operator| wanted(operator));
        let names: Vec<&str> = names.map(|operator| operator.name()).collect();
        (!names.is_empty()).then(|| names.join("|"))
    };
    let of_text = |operator: &Operator| {
        matches!(
            operator,
            Operator::Like | Operator::Ilike | Operator::Match | Operator::Imatch
        )
    };
    let is_word = |operator: &Operator| matches!(operator, Operator::In | Operator::Is);
    let text = Type::Text { max_length: None };
    let mut ways = Vec::new();
    if let Some(names) = named(&|one| !is_word(one) && !of_text(one) && !one.searches()) {
        ways.push(format!(r"({names})\.({})", patterns::of(data_type)));
    }
    if let Some(names) = named(&|one| one.takes_each() && !of_text(one)) {
        let items = list(&in_braces(data_type));
        ways.push(format!(r"({names})\((any|all)\)\.\{{({items})?\}}"));
    }
    if operators.contains(&Operator::In) {
        let items = list(&in_parentheses(data_type));
        ways.push(format!(r"in\.\(({items})?\)"));
    }
    if let Some(names) = named(&of_text) {
        let items = list(&in_braces(&text));
        ways.push(format!(
            r"({names})(\.{TEXT}|\((any|all)\)\.\{{({items})?\}})"
        ));
    }
    if let Some(names) = named(&|one| one.searches()) {
        ways.push(format!(r"({names})(\(({configurations})\))?\.{TEXT}"));
    }
    let tests = match data_type {
        Type::Bool => "null|not_null|true|false|unknown",
        _ => "null|not_null",
    };
    ways.push(format!(r"is\.({tests})"));
    ways.join("|")
}
