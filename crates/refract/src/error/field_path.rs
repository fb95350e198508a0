//! The place of a value in a request, as errors name it.

use std::fmt;

/// The place of a value in a body or a URL: `2.title` is a field of the third row of an array, and
/// `author.create.email` a field of a related row. The empty path is the whole body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldPath(String);

impl FieldPath {
    /// The path of the whole body.
    pub const fn root() -> Self {
        Self(String::new())
    }

    /// The path of a member of the object at this path.
    pub fn child(&self, name: impl fmt::Display) -> Self {
        if self.is_root() {
            Self(name.to_string())
        } else {
            Self(format!("{}.{name}", self.0))
        }
    }

    /// The path of an item of the array at this path. Positions start at 0.
    pub fn index(&self, position: usize) -> Self {
        self.child(position)
    }

    /// The path of the array or the object that has the value at this path.
    pub fn parent(&self) -> Self {
        let parent = self.0.rsplit_once('.');
        Self(parent.map_or_else(String::new, |(parent, _)| parent.to_owned()))
    }

    /// The same path seen from a larger body, in which this body is at `outer`.
    pub fn under(&self, outer: &Self) -> Self {
        outer.child(self)
    }

    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl From<&str> for FieldPath {
    fn from(field: &str) -> Self {
        Self(field.to_owned())
    }
}

impl From<String> for FieldPath {
    fn from(field: String) -> Self {
        Self(field)
    }
}

impl From<&Self> for FieldPath {
    fn from(path: &Self) -> Self {
        path.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::FieldPath;

    #[test]
    fn dots_stand_between_the_parts_of_a_path_only() {
        let row = FieldPath::root().index(2);
        let field = row.child("author").child("email");
        assert_eq!(field.to_string(), "2.author.email");
        assert_eq!(field.under(&"body".into()).as_str(), "body.2.author.email");
        assert_eq!(field.parent().parent(), row);
        assert_eq!(row.parent(), FieldPath::root());
        assert_eq!(field.under(&FieldPath::root()), field);
    }
}
