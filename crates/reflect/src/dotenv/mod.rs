//! `.env`, read as Next.js reads it (`@next/env`, which has dotenv and dotenv-expand in it).
//!
//! One file serves the app and Refract, so that both must find the same values in it: a variable may
//! refer to one that is defined further down, and quotes of any kind do not keep it from that. The
//! process environment comes first, and is taken as it is. A line that is no assignment is left out.

mod assignments;

use std::{
    collections::{BTreeMap, HashSet},
    fs, io,
    path::Path,
};

use assignments::{Assignment, assignments};

/// References that one value may follow: more than any file has, few enough to end at once.
const MAX_REFERENCES: usize = 1000;

/// Longest value in bytes.
const MAX_VALUE_BYTES: usize = 64 * 1024;

/// A `.env` that was read; values are expanded when they are asked for.
#[derive(Default)]
pub struct DotEnv {
    assignments: BTreeMap<String, Assignment>,
    environment: BTreeMap<String, String>,
}

/// Why `.env` gives no value. Never contains one.
#[derive(Debug, thiserror::Error)]
pub enum DotEnvError {
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// dotenv would cut the value off in silence.
    #[error(
        "a `#` in the value of {name} begins a comment, for Next.js and Prisma too: put the value \
         in quotes, or a blank before the comment"
    )]
    Cut { name: String },
    #[error("the value of {name} refers to itself, or to more than can be followed")]
    Endless { name: String },
}

/// The variables of these names, from the process environment, else from a `.env` file. An empty
/// variable of the environment hides that of the file.
///
/// # Errors
/// A file that cannot be read, and a value that [`DotEnv::get`] refuses.
pub fn variables<'a>(
    file: &Path,
    names: impl IntoIterator<Item = &'a str>,
) -> Result<BTreeMap<String, String>, DotEnvError> {
    let file = DotEnv::load(file)?;
    let mut variables = BTreeMap::new();
    for name in names {
        let value = match std::env::var_os(name) {
            // A value that is not UTF-8 is as good as none.
            Some(value) => value.into_string().ok(),
            None => file.get(name)?,
        };
        variables.extend(value.map(|value| (name.to_owned(), value)));
    }
    Ok(variables)
}

impl DotEnv {
    /// Reads a file; one that is not there is an empty one. References look in the process
    /// environment first.
    ///
    /// # Errors
    /// A file that is there and cannot be read, or is not UTF-8.
    pub fn load(path: &Path) -> Result<Self, DotEnvError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error.into()),
        };
        let environment = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Ok(Self::parse(&text, environment.collect()))
    }

    fn parse(text: &str, environment: BTreeMap<String, String>) -> Self {
        Self {
            assignments: assignments(text).into_iter().collect(),
            environment,
        }
    }

    /// The value that the file gives a variable, whatever the environment has.
    ///
    /// # Errors
    /// A value that is cut off by a comment, or whose references come to no end.
    pub fn get(&self, name: &str) -> Result<Option<String>, DotEnvError> {
        let Some(assignment) = self.assignments.get(name) else {
            return Ok(None);
        };
        let endless = || DotEnvError::Endless {
            name: name.to_owned(),
        };
        let mut value = whole(name, assignment)?.to_owned();
        // What has been replaced, so that a circle is told at once.
        let mut seen = HashSet::new();
        for _ in 0..MAX_REFERENCES {
            let Some(reference) = Reference::last(&value) else {
                return Ok(Some(value.replace("\\$", "$")));
            };
            let replacement = self.resolve(&reference)?;
            value.replace_range(reference.range.clone(), &replacement);
            if value.len() > MAX_VALUE_BYTES || !seen.insert(value.clone()) {
                return Err(endless());
            }
        }
        Err(endless())
    }

    /// As dotenv-expand has it: the environment, then the default, then the file.
    fn resolve(&self, reference: &Reference) -> Result<String, DotEnvError> {
        let environment = self.environment.get(&reference.name);
        let mut given = environment.into_iter().chain(&reference.default);
        if let Some(value) = given.find(|value| !value.is_empty()) {
            return Ok(value.clone());
        }
        match self.assignments.get(&reference.name) {
            Some(assignment) => Ok(whole(&reference.name, assignment)?.to_owned()),
            None => Ok(String::new()),
        }
    }
}

fn whole<'a>(name: &str, assignment: &'a Assignment) -> Result<&'a str, DotEnvError> {
    if assignment.cut {
        let name = name.to_owned();
        return Err(DotEnvError::Cut { name });
    }
    Ok(&assignment.value)
}

/// `$NAME`, `${NAME}` or `${NAME:-default}` in a value.
struct Reference {
    range: std::ops::Range<usize>,
    name: String,
    default: Option<String>,
}

impl Reference {
    /// The last one whose `$` has no backslash before it. Where that is no reference, none is looked
    /// for before it.
    fn last(value: &str) -> Option<Self> {
        let dollars = value.match_indices('$').map(|(at, _)| at);
        let mut unescaped = dollars.filter(|&at| !value[..at].ends_with('\\'));
        let start = unescaped.next_back()?;
        let mut rest = &value[start + 1..];
        rest = rest.strip_prefix('{').unwrap_or(rest);
        let is_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
        let end_of_name = rest.find(|character| !is_word(character));
        let (name, mut rest) = rest.split_at(end_of_name.unwrap_or(rest.len()));
        if name.is_empty() {
            return None;
        }
        let mut default = None;
        if let Some(after) = rest.strip_prefix(":-") {
            let end = after.find(['}', '\\']).unwrap_or(after.len());
            default = Some(after[..end].to_owned());
            rest = &after[end..];
        }
        rest = rest.strip_prefix('}').unwrap_or(rest);
        Some(Self {
            range: start..value.len() - rest.len(),
            name: name.to_owned(),
            default,
        })
    }
}

#[cfg(test)]
mod dotenv_tests;
