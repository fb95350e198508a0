//! Reads `.env` as Next.js does (`@next/env`, which contains dotenv and dotenv-expand).
//!
//! One file serves the app and Refract, so both must find the same values in it. A variable may refer
//! to a variable that is defined further down, or in a file that comes before, in quotes of any kind
//! too. The process environment
//! takes precedence, and its values are not expanded. A line that is not an assignment is ignored.

mod assignments;

use std::{
    collections::{BTreeMap, HashSet},
    fs, io,
    path::Path,
};

use assignments::{Assignment, assignments};

/// Most references that are followed for one value.
const MAX_REFERENCES: usize = 1000;

/// Longest value in bytes.
const MAX_VALUE_BYTES: usize = 64 * 1024;

/// Expanded values, or why there is none, by the names of the variables.
type Values = BTreeMap<String, Result<String, DotEnvError>>;

/// The content of a `.env`. [`DotEnv::get`] expands values.
#[derive(Default)]
pub struct DotEnv {
    assignments: BTreeMap<String, Assignment>,
    environment: BTreeMap<String, String>,
    /// Those of the files that come before this one.
    earlier: Values,
}

/// Why `.env` gives no value. Never contains one.
#[derive(Debug, thiserror::Error)]
pub enum DotEnvError {
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// dotenv would silently cut the value off.
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
    variables_of(&[file], names)
}

/// As [`variables`], from the first of several files that has the variable. As in `@next/env`, a file
/// may refer to variables of itself and of the files before it, and those before it take precedence.
///
/// # Errors
/// As [`variables`].
pub fn variables_of<'a>(
    files: &[impl AsRef<Path>],
    names: impl IntoIterator<Item = &'a str>,
) -> Result<BTreeMap<String, String>, DotEnvError> {
    let mut earlier = Values::new();
    for file in files {
        earlier = DotEnv::load(file.as_ref())?.after(earlier).values();
    }
    let mut variables = BTreeMap::new();
    for name in names {
        let value = match std::env::var_os(name) {
            // A value that is not UTF-8 counts as not set.
            Some(value) => value.into_string().ok(),
            None => earlier.get(name).map(again).transpose()?,
        };
        variables.extend(value.map(|value| (name.to_owned(), value)));
    }
    Ok(variables)
}

impl DotEnv {
    /// Reads a file. A missing file counts as empty. References are looked up in the process
    /// environment first.
    ///
    /// # Errors
    /// The file exists and cannot be read, or it is not UTF-8.
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
            earlier: Values::new(),
        }
    }

    /// The same file, behind others with these values.
    fn after(self, earlier: Values) -> Self {
        Self { earlier, ..self }
    }

    /// The values of the files before this one, and of this one where those have none.
    fn values(mut self) -> Values {
        let mut own = Values::new();
        for name in self.assignments.keys() {
            if let Some(value) = self.get(name).transpose() {
                own.insert(name.clone(), value);
            }
        }
        own.append(&mut self.earlier);
        own
    }

    /// The variable's value in the file. The process environment does not override it.
    ///
    /// # Errors
    /// The value is cut off by a comment, or its references do not end.
    pub fn get(&self, name: &str) -> Result<Option<String>, DotEnvError> {
        let Some(assignment) = self.assignments.get(name) else {
            return Ok(None);
        };
        let endless = || DotEnvError::Endless {
            name: name.to_owned(),
        };
        let mut value = whole(name, assignment)?.to_owned();
        // Every intermediate value, to detect circular references.
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

    /// Looks in the environment and in the files before, then takes the default, then looks in the file,
    /// as dotenv-expand does.
    fn resolve(&self, reference: &Reference) -> Result<String, DotEnvError> {
        let environment = match self.environment.get(&reference.name) {
            Some(value) => Some(value.clone()),
            None => self.earlier.get(&reference.name).map(again).transpose()?,
        };
        let mut given = environment.iter().chain(&reference.default);
        if let Some(value) = given.find(|value| !value.is_empty()) {
            return Ok(value.clone());
        }
        match self.assignments.get(&reference.name) {
            Some(assignment) => Ok(whole(&reference.name, assignment)?.to_owned()),
            None => Ok(String::new()),
        }
    }
}

/// A value for another reader. An error of a value names the variable only.
fn again(value: &Result<String, DotEnvError>) -> Result<String, DotEnvError> {
    match value {
        Ok(value) => Ok(value.clone()),
        Err(DotEnvError::Cut { name }) => Err(DotEnvError::Cut { name: name.clone() }),
        Err(DotEnvError::Endless { name }) => Err(DotEnvError::Endless { name: name.clone() }),
        Err(DotEnvError::Unreadable(error)) => Err(io::Error::from(error.kind()).into()),
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
    /// The reference at the last `$` without a backslash before it. `None` where no name follows that
    /// `$`; earlier ones are not tried.
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
