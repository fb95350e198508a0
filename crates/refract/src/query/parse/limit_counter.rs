//! Counts what one request may not have any number of.

use super::invalid;
use crate::{error::Error, settings::Limits};

#[derive(Debug)]
pub(super) struct Counter {
    filters: usize,
    selected: usize,
    embeds: usize,
    parameters: usize,
    limits: Limits,
}

/// Most items of a `select`; no table has so many columns.
const MAX_SELECTED: usize = 2000;

impl Counter {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            filters: 0,
            selected: 0,
            embeds: 0,
            parameters: 0,
            limits: *limits,
        }
    }

    /// Counts one more condition.
    pub(super) fn filter(&mut self, parameter: &str) -> Result<(), Error> {
        self.filters += 1;
        let most = self.limits.filters;
        if self.filters > most {
            return Err(invalid(parameter, &format!("more than {most} filters")));
        }
        Ok(())
    }

    /// Checks the depth of a tree of conditions.
    pub(super) fn nested(&self, parameter: &str, depth: usize) -> Result<(), Error> {
        let most = self.limits.depth;
        if depth > most {
            let reason = format!("is nested more than {most} levels deep");
            return Err(invalid(parameter, &reason));
        }
        Ok(())
    }

    /// Counts one more item of a `select`.
    pub(super) fn selected(&mut self) -> Result<(), Error> {
        self.selected += 1;
        if self.selected > MAX_SELECTED {
            return Err(invalid(
                "select",
                &format!("more than {MAX_SELECTED} items"),
            ));
        }
        Ok(())
    }

    /// Counts one more embedded relation, at this depth.
    pub(super) fn embed(&mut self, depth: usize) -> Result<(), Error> {
        self.embeds += 1;
        let (most, deepest) = (self.limits.embeds, self.limits.depth);
        if self.embeds > most {
            let reason = format!("embeds more than {most} relations");
            return Err(invalid("select", &reason));
        }
        if depth > deepest {
            let reason = format!("embeds more than {deepest} levels deep");
            return Err(invalid("select", &reason));
        }
        Ok(())
    }

    /// Counts one more parameter of an embedded relation.
    pub(super) fn parameter(&mut self, name: &str) -> Result<(), Error> {
        self.parameters += 1;
        let most = self.limits.filters;
        if self.parameters > most {
            let reason = format!("more than {most} parameters of embedded relations");
            return Err(invalid(name, &reason));
        }
        Ok(())
    }
}
