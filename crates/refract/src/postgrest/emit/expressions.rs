//! Columns, ways into JSON and conditions, as SQL text.

use reflect::quote::{identifier, literal};

use super::{
    Writer,
    domain_values::{Domains, call},
};
use crate::{
    catalog::{FunctionName, Type},
    codec::Value,
    postgrest::resolve::raw_node::{Compare, SelectNode, Value as Shown},
    query::{
        operators::Operator,
        parse::{Field, IsTest, Key, Operand, Quantifier},
    },
};

impl Writer {
    /// A column, or a place in its JSON.
    pub fn field(&mut self, node: &SelectNode, field: &Field) {
        let column = format!("{}.{}", identifier(&node.alias), identifier(&field.name));
        // Composites and arrays have no arrows.
        let as_json = matches!(
            node.column(&field.name).map(|column| &column.data_type),
            Some(Type::Array(_) | Type::Other { .. })
        );
        if field.path.is_empty() || !as_json {
            self.text.push_str(&column);
        } else {
            self.text.push_str(&format!("to_jsonb({column})"));
        }
        for step in &field.path {
            self.text.push_str(if step.as_text { "->>" } else { "->" });
            match &step.key {
                Key::Member(key) => self.text.push_str(&literal(key)),
                Key::Item(item) if *item < 0 => self.text.push_str(&format!("({item})")),
                Key::Item(item) => self.text.push_str(&item.to_string()),
            }
        }
    }

    /// What an output is made of, before it is aggregated.
    pub fn input(&mut self, node: &SelectNode, value: &Shown) {
        let item = &value.item;
        let Some(field) = &item.field else {
            self.text.push('1');
            return;
        };
        match &value.cast {
            None => self.field(node, field),
            Some(cast) => {
                self.text.push_str("CAST(");
                self.field(node, field);
                self.text.push_str(&format!(" AS {})", cast.as_sql()));
            }
        }
    }

    /// What rows show of a value that is no aggregate.
    pub fn shown(&mut self, node: &SelectNode, value: &Shown, domains: Domains) {
        let Some((column, function)) = node.converted(value) else {
            return self.input(node, value);
        };
        let kept = format!("{}.{}", identifier(&node.alias), identifier(&column.name));
        let shown = match (domains, &value.cast) {
            (Domains::Kept, _) => kept,
            (_, Some(cast)) => {
                format!("CAST({} AS {})", call(function, &kept), cast.as_sql())
            }
            (Domains::Shown, None) => call(function, &kept),
            (Domains::Grouped, None) => format!("{}::jsonb", call(function, &kept)),
        };
        self.text.push_str(&shown);
    }

    pub fn output(&mut self, node: &SelectNode, value: &Shown) {
        let item = &value.item;
        let Some(aggregate) = item.aggregate else {
            return self.shown(node, value, Domains::Shown);
        };
        if value.aggregate_cast.is_some() {
            self.text.push_str("CAST(");
        }
        self.text.push_str(aggregate.name());
        self.text.push('(');
        match item.field {
            None => self.text.push('*'),
            Some(_) => self.input(node, value),
        }
        self.text.push(')');
        if let Some(cast) = &value.aggregate_cast {
            self.text.push_str(&format!(" AS {})", cast.as_sql()));
        }
    }

    pub fn compare(&mut self, node: &SelectNode, condition: &Compare) {
        let Compare { field, predicate } = condition;
        if predicate.negated {
            self.text.push_str("NOT ");
        }
        if let Operand::Search {
            configuration,
            query,
        } = &predicate.operand
        {
            return self.search(
                node,
                field,
                predicate.operator,
                configuration.as_deref(),
                query,
            );
        }
        self.field(node, field);
        let operator = predicate.operator;
        let reader = node.reader(condition);
        match &predicate.operand {
            Operand::Is(test) => self.text.push_str(match test {
                IsTest::Null => " IS NULL",
                IsTest::NotNull => " IS NOT NULL",
                IsTest::True => " IS TRUE",
                IsTest::False => " IS FALSE",
                IsTest::Unknown => " IS UNKNOWN",
            }),
            Operand::List(items) => {
                self.text.push_str(" = ANY (");
                self.operands(items.iter().cloned(), reader);
                self.text.push(')');
            }
            Operand::Each(quantifier, items) => {
                let each = match quantifier {
                    Quantifier::Any => "ANY",
                    Quantifier::All => "ALL",
                };
                self.text
                    .push_str(&format!(" {} {each} (", sql_operator(operator)));
                self.operands(items.iter().map(|item| pattern(operator, item)), reader);
                self.text.push(')');
            }
            Operand::Text(text) => {
                self.text.push_str(&format!(" {} ", sql_operator(operator)));
                let operand = Value::Text(pattern(operator, text));
                match reader {
                    None => self.bind(operand),
                    Some(reader) => {
                        let place = self.place(operand);
                        self.text.push_str(&call(reader, &format!("{place}::text")));
                    }
                }
            }
            Operand::Search { .. } => {}
        }
    }

    /// The operands of `ANY` and `ALL`: an array, or the rows that a function makes of its items.
    fn operands(&mut self, items: impl Iterator<Item = String>, reader: Option<&FunctionName>) {
        let items = Value::Array(items.map(Value::Text).collect());
        match reader {
            None => self.bind(items),
            Some(reader) => {
                let items = self.place(items);
                let read = call(reader, &format!("unnest({items}::text[])"));
                self.text.push_str(&format!("SELECT {read}"));
            }
        }
    }

    fn search(
        &mut self,
        node: &SelectNode,
        field: &Field,
        operator: Operator,
        configuration: Option<&str>,
        query: &str,
    ) {
        let configuration = configuration.map(|name| format!("{}, ", literal(name)));
        let configuration = configuration.unwrap_or_default();
        let is_vector = field.path.is_empty()
            && match node.column(&field.name) {
                Some(column) => match &column.domain {
                    Some(domain) => domain.base == "tsvector",
                    None => column.database_type == "tsvector",
                },
                // What the catalog does not know the database may.
                None => true,
            };
        if is_vector {
            self.field(node, field);
        } else {
            self.text.push_str(&format!("to_tsvector({configuration}"));
            self.field(node, field);
            self.text.push(')');
        }
        let function = match operator {
            Operator::Plfts => "plainto_tsquery",
            Operator::Phfts => "phraseto_tsquery",
            Operator::Wfts => "websearch_to_tsquery",
            _ => "to_tsquery",
        };
        self.text
            .push_str(&format!(" @@ {function}({configuration}"));
        self.bind(Value::Text(query.to_owned()));
        self.text.push(')');
    }
}

fn pattern(operator: Operator, text: &str) -> String {
    match operator {
        Operator::Like | Operator::Ilike => text.replace('*', "%"),
        _ => text.to_owned(),
    }
}

fn sql_operator(operator: Operator) -> &'static str {
    match operator {
        Operator::Eq | Operator::In => "=",
        Operator::Neq => "<>",
        Operator::Gt => ">",
        Operator::Gte => ">=",
        Operator::Lt => "<",
        Operator::Lte => "<=",
        Operator::Like => "LIKE",
        Operator::Ilike => "ILIKE",
        Operator::Match => "~",
        Operator::Imatch => "~*",
        Operator::Is => "IS",
        Operator::Isdistinct => "IS DISTINCT FROM",
        Operator::Fts | Operator::Plfts | Operator::Phfts | Operator::Wfts => "@@",
        Operator::Cs => "@>",
        Operator::Cd => "<@",
        Operator::Ov => "&&",
        Operator::Sl => "<<",
        Operator::Sr => ">>",
        Operator::Nxr => "&<",
        Operator::Nxl => "&>",
        Operator::Adj => "-|-",
    }
}
