//! What rows become: the body of an answer.

use super::Writer;

/// What the rows become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    Array {
        strip_nulls: bool,
    },
    /// The only row.
    Object {
        strip_nulls: bool,
    },
    Csv,
    /// A JSON object on each line.
    Lines,
    /// A collection of features, by PostGIS.
    GeoJson,
    /// Nothing but their number.
    None,
}

/// How a statement is explained instead of run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explain {
    pub json: bool,
    pub analyze: bool,
    pub verbose: bool,
    pub settings: bool,
    pub buffers: bool,
    pub wal: bool,
}

impl Explain {
    /// The options by their names.
    pub fn options(self) -> impl Iterator<Item = &'static str> {
        [
            (self.analyze, "analyze"),
            (self.verbose, "verbose"),
            (self.settings, "settings"),
            (self.buffers, "buffers"),
            (self.wal, "wal"),
        ]
        .into_iter()
        .filter_map(|(asked, name)| asked.then_some(name))
    }

    /// What explains a statement.
    pub fn of(self, statement: Writer) -> Writer {
        let options: String = self.options().map(|name| format!("{name}, ")).collect();
        let format = if self.json { "JSON" } else { "TEXT" };
        Writer {
            text: format!("EXPLAIN ({options}FORMAT {format}) {}", statement.text),
            values: statement.values,
        }
    }
}

impl Writer {
    /// One row, where rows come one by one.
    pub fn row(&mut self, body: Body) {
        self.text.push_str(match body {
            Body::Csv => "ROW(_row.*)::text",
            Body::Array { strip_nulls: true } | Body::Object { strip_nulls: true } => {
                "json_strip_nulls(row_to_json(_row.*))::text"
            }
            _ => "row_to_json(_row.*)::text",
        });
    }

    pub fn body(&mut self, body: Body) {
        let strip = |strip_nulls: bool, rows: &str| {
            if strip_nulls {
                format!("json_strip_nulls({rows})")
            } else {
                rows.to_owned()
            }
        };
        let text = match body {
            Body::Array { strip_nulls } => {
                format!(
                    "coalesce({}, '[]')::text",
                    strip(strip_nulls, "json_agg(_row.*)")
                )
            }
            Body::Object { strip_nulls } => {
                format!("({}->0)::text", strip(strip_nulls, "json_agg(_row.*)"))
            }
            Body::Csv => "(SELECT string_agg(keys.key, ',') FROM \
                 json_object_keys((array_agg(row_to_json(_row.*)))[1]) AS keys(key)) || E'\\n' || \
                 string_agg(substring(ROW(_row.*)::text, 2, length(ROW(_row.*)::text) - 2), E'\\n')"
                .to_owned(),
            Body::Lines => "coalesce(string_agg(translate(row_to_json(_row.*)::text, \
                 E'\\n\\r', '  ') || E'\\n', ''), '')"
                .to_owned(),
            Body::GeoJson => "json_build_object('type', 'FeatureCollection', 'features', \
                 coalesce(json_agg(ST_AsGeoJSON(_row.*)::json), '[]'))::text"
                .to_owned(),
            Body::None => "''".to_owned(),
        };
        self.text.push_str(&text);
    }
}
