//! A value that is never printed.

use std::fmt;

use subtle::ConstantTimeEq;

/// A secret. `Debug` does not show it. The time of a comparison does not depend on the first difference.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The secret's text.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether `candidate` is this secret, in constant time for a given length.
    pub fn matches(&self, candidate: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(candidate).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("********")
    }
}
