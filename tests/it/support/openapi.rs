//! Whether a document is an OpenAPI 3.0 document: what the specification asks of its structure.
//!
//! Tools refuse whole documents for one fault of these kinds, most of all for something that is
//! listed twice. Written for the parts of the specification that our documents use.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Keywords of a Schema Object (OpenAPI 3.0.3, section 4.7.24).
const SCHEMA_KEYWORDS: [&str; 35] = [
    "title",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "required",
    "enum",
    "type",
    "not",
    "allOf",
    "oneOf",
    "anyOf",
    "items",
    "properties",
    "additionalProperties",
    "description",
    "format",
    "default",
    "nullable",
    "discriminator",
    "readOnly",
    "writeOnly",
    "example",
    "externalDocs",
    "deprecated",
    "xml",
];

/// Everything that is wrong with a document, with the place where it stands.
pub fn faults(document: &Value) -> Vec<String> {
    let mut check = Check {
        document,
        faults: Vec::new(),
    };
    check.whole();
    check.faults
}

struct Check<'a> {
    document: &'a Value,
    faults: Vec<String>,
}

impl Check<'_> {
    fn fault(&mut self, place: &str, what: impl std::fmt::Display) {
        self.faults.push(format!("{place}: {what}"));
    }

    fn whole(&mut self) {
        let document = self.document;
        if !document["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3.0."))
        {
            self.fault("openapi", &document["openapi"]);
        }
        for member in ["title", "version"] {
            if !document["info"][member].is_string() {
                self.fault("info", format!("has no {member}"));
            }
        }
        self.references(document, "");
        let tags = self.tags();
        self.components();
        self.security(&document["security"], "security");
        self.paths(&tags);
    }

    /// Every reference leads somewhere, and has nothing beside it, which tools would not see.
    fn references(&mut self, value: &Value, place: &str) {
        match value {
            Value::Object(members) => {
                if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                    let target = reference.strip_prefix('#');
                    if target.and_then(|at| self.document.pointer(at)).is_none() {
                        self.fault(place, format!("{reference} leads nowhere"));
                    }
                    if members.len() > 1 {
                        self.fault(place, "something stands beside a $ref");
                    }
                }
                for (name, member) in members {
                    self.references(member, &format!("{place}/{name}"));
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.references(item, &format!("{place}/{at}"));
                }
            }
            _ => {}
        }
    }

    fn tags(&mut self) -> BTreeSet<String> {
        let mut tags = BTreeSet::new();
        for tag in self.document["tags"].as_array().into_iter().flatten() {
            let name = tag["name"].as_str().unwrap_or_default();
            if name.is_empty() || !tags.insert(name.to_owned()) {
                self.fault("tags", format!("`{name}` stands there twice, or is empty"));
            }
        }
        tags
    }

    fn components(&mut self) {
        let is_plain = |character: char| {
            character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-')
        };
        let components = self.document["components"].as_object();
        for (kind, all) in components.into_iter().flatten() {
            let mut folded = BTreeSet::new();
            for name in all.as_object().into_iter().flatten().map(|(name, _)| name) {
                let place = format!("components/{kind}/{name}");
                if name.is_empty() || !name.chars().all(is_plain) {
                    self.fault(&place, "is no name of a component");
                }
                if !folded.insert(name.to_lowercase()) {
                    self.fault(&place, "differs from another in letter case only");
                }
            }
        }
        let schemas = self.document["components"]["schemas"].as_object();
        for (name, schema) in schemas.into_iter().flatten() {
            self.schema(schema, &format!("components/schemas/{name}"));
        }
        let bodies = self.document["components"]["requestBodies"].as_object();
        for (name, body) in bodies.into_iter().flatten() {
            self.body(body, &format!("components/requestBodies/{name}"));
        }
        let responses = self.document["components"]["responses"].as_object();
        for (name, response) in responses.into_iter().flatten() {
            self.response(response, &format!("components/responses/{name}"));
        }
    }

    fn security(&mut self, value: &Value, place: &str) {
        let schemes = &self.document["components"]["securitySchemes"];
        let asked = value.as_array().into_iter().flatten();
        let names = asked.filter_map(Value::as_object).flat_map(Map::keys);
        for name in names.filter(|name| schemes[name.as_str()].is_null()) {
            self.fault(place, format!("there is no security scheme {name}"));
        }
    }

    fn paths(&mut self, tags: &BTreeSet<String>) {
        let mut templates: BTreeMap<String, &String> = BTreeMap::new();
        let mut ids = BTreeSet::new();
        let paths = self.document["paths"].as_object();
        for (path, item) in paths.into_iter().flatten() {
            let names = template_names(path);
            let mut bare = path.clone();
            for name in &names {
                bare = bare.replace(&format!("{{{name}}}"), "{}");
            }
            if let Some(other) = templates.insert(bare, path) {
                self.fault(path, format!("is the path {other}"));
            }
            if !path.starts_with('/') {
                self.fault(path, "does not begin with a slash");
            }
            if names.iter().collect::<BTreeSet<_>>().len() != names.len() {
                self.fault(path, "has a parameter twice");
            }
            let shared = self.parameters(&item["parameters"], path);
            for (method, operation) in item.as_object().into_iter().flatten() {
                if !METHODS.contains(&method.as_str()) {
                    if !["parameters", "summary", "description", "servers"].contains(&&**method) {
                        self.fault(path, format!("{method} is no method"));
                    }
                    continue;
                }
                let place = format!("{method} {path}");
                let own = self.parameters(&operation["parameters"], &place);
                let declared: BTreeSet<&str> = (shared.iter().chain(&own))
                    .filter(|(place, _)| place == "path")
                    .map(|(_, name)| name.as_str())
                    .collect();
                let expected: BTreeSet<&str> = names.iter().map(String::as_str).collect();
                if declared != expected {
                    self.fault(
                        &place,
                        format!("{declared:?} are declared, {expected:?} used"),
                    );
                }
                match operation["operationId"].as_str() {
                    Some(id) if ids.insert(id.to_owned()) => {}
                    id => self.fault(&place, format!("the id {id:?} is missing or given twice")),
                }
                self.operation(operation, tags, &place);
            }
        }
    }

    fn operation(&mut self, operation: &Value, tags: &BTreeSet<String>, place: &str) {
        let own = operation["tags"].as_array().into_iter().flatten();
        let own: Vec<&str> = own.filter_map(Value::as_str).collect();
        if own.iter().any(|tag| !tags.contains(*tag)) {
            self.fault(place, format!("{own:?} are not all declared"));
        }
        self.security(&operation["security"], place);
        // A reference leads to a component, which is checked there.
        let body = &operation["requestBody"];
        if !body.is_null() && body["$ref"].is_null() {
            self.body(body, &format!("{place} body"));
        }
        let responses = operation["responses"].as_object();
        if responses.is_none_or(Map::is_empty) {
            self.fault(place, "has no responses");
        }
        for (status, response) in responses.into_iter().flatten() {
            let place = format!("{place} {status}");
            let is_status = status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit());
            if !is_status && status != "default" {
                self.fault(&place, "is no status");
            }
            self.response(response, &place);
        }
    }

    fn body(&mut self, body: &Value, place: &str) {
        let content = &body["content"];
        if content.as_object().is_none_or(Map::is_empty) {
            self.fault(place, "has no content");
        }
        self.content(content, place);
    }

    fn response(&mut self, response: &Value, place: &str) {
        if response["$ref"].is_string() {
            return;
        }
        if !response["description"].is_string() {
            self.fault(place, "has no description");
        }
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            self.schema(&header["schema"], &format!("{place} {name}"));
        }
        self.content(&response["content"], place);
    }

    fn content(&mut self, content: &Value, place: &str) {
        for (media_type, content) in content.as_object().into_iter().flatten() {
            self.schema(&content["schema"], &format!("{place} {media_type}"));
        }
    }

    /// Where each parameter stands, and its name; no two are the same.
    fn parameters(&mut self, parameters: &Value, place: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for parameter in parameters.as_array().into_iter().flatten() {
            let shared = parameter["$ref"]
                .as_str()
                .and_then(|it| it.strip_prefix('#'));
            let parameter = match shared {
                Some(pointer) => self.document.pointer(pointer).unwrap_or(&Value::Null),
                None => parameter,
            };
            let text = |member: &str| parameter[member].as_str().unwrap_or_default().to_owned();
            let (location, name) = (text("in"), text("name"));
            let place = format!("{place} {name}");
            if !["path", "query", "header", "cookie"].contains(&&*location) || name.is_empty() {
                self.fault(&place, "is no parameter");
            }
            if location == "path" && parameter["required"] != true {
                self.fault(&place, "is part of the path and not required");
            }
            if parameter["schema"].is_null() == parameter["content"].is_null() {
                self.fault(&place, "has neither a schema nor content, or both");
            }
            self.schema(&parameter["schema"], &place);
            self.content(&parameter["content"], &place);
            let key = (location, name);
            if found.contains(&key) {
                self.fault(&place, "is there twice");
            }
            found.push(key);
        }
        found
    }

    fn schema(&mut self, schema: &Value, place: &str) {
        let Some(members) = schema.as_object() else {
            if !schema.is_null() {
                self.fault(place, "is no schema");
            }
            return;
        };
        if members.contains_key("$ref") {
            return;
        }
        for (keyword, value) in members {
            self.keyword(keyword, value, &format!("{place}/{keyword}"));
        }
        if schema["type"] == "array" && schema["items"].is_null() {
            self.fault(place, "is an array of nothing");
        }
        let is_default_listed = |values: &Vec<Value>| values.contains(&schema["default"]);
        if members.contains_key("default")
            && schema["enum"]
                .as_array()
                .is_some_and(|values| !is_default_listed(values))
        {
            self.fault(place, "has a default that is not among its values");
        }
        for (least, most) in [
            ("minimum", "maximum"),
            ("minLength", "maxLength"),
            ("minItems", "maxItems"),
            ("minProperties", "maxProperties"),
        ] {
            if let (Some(least), Some(most)) = (schema[least].as_f64(), schema[most].as_f64())
                && least > most
            {
                self.fault(place, format!("nothing is from {least} to {most}"));
            }
        }
    }

    fn keyword(&mut self, keyword: &str, value: &Value, place: &str) {
        match keyword {
            "type" => {
                let types = ["array", "boolean", "integer", "number", "object", "string"];
                if !types.iter().any(|one| value == one) {
                    self.fault(place, value);
                }
            }
            "enum" | "required" => {
                let values = value.as_array().map(Vec::as_slice).unwrap_or_default();
                let different: BTreeSet<String> = values.iter().map(Value::to_string).collect();
                if values.is_empty() || different.len() != values.len() {
                    self.fault(place, format!("{value} is empty or lists something twice"));
                }
                if keyword == "required" && !values.iter().all(Value::is_string) {
                    self.fault(place, value);
                }
            }
            "allOf" | "anyOf" | "oneOf" => {
                let schemas = value.as_array().map(Vec::as_slice).unwrap_or_default();
                if schemas.is_empty() {
                    self.fault(place, "is empty");
                }
                for (at, schema) in schemas.iter().enumerate() {
                    self.schema(schema, &format!("{place}/{at}"));
                }
            }
            "properties" => {
                for (name, schema) in value.as_object().into_iter().flatten() {
                    self.schema(schema, &format!("{place}/{name}"));
                }
            }
            "items" | "not" => self.schema(value, place),
            "additionalProperties" if value.is_boolean() => {}
            "additionalProperties" => self.schema(value, place),
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties"
            | "maxProperties"
                if !value.is_u64() =>
            {
                self.fault(place, value);
            }
            "nullable" | "readOnly" | "writeOnly" | "uniqueItems" | "deprecated"
            | "exclusiveMinimum" | "exclusiveMaximum"
                if !value.is_boolean() =>
            {
                self.fault(place, value);
            }
            "description" | "format" | "pattern" | "title" if !value.is_string() => {
                self.fault(place, value);
            }
            known if SCHEMA_KEYWORDS.contains(&known) || known.starts_with("x-") => {}
            _ => self.fault(place, "is no keyword of a schema"),
        }
    }
}

/// The names in braces, in order.
fn template_names(path: &str) -> Vec<String> {
    let parts = path.split('{').skip(1);
    let names = parts.filter_map(|part| part.split_once('}'));
    names.map(|(name, _)| name.to_owned()).collect()
}
