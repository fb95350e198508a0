//! Measurements of Refract alone, once per run.

mod fairness;
mod idle;
mod per_row;
mod seventy;

use crate::{Failure, peers::Place, report};

/// A measurement with servers of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measurement {
    /// A schema of 70 tables.
    Seventy,
    /// Many idle connections.
    Idle,
    /// The time per row.
    PerRow,
    /// Slow statements beside quick ones.
    Fairness,
}

/// The results.
#[derive(Default)]
pub struct Figures {
    /// The sections of the page, in order.
    pub sections: Vec<String>,
    /// Peak memory while lists of 70 resources are requested.
    pub seventy_peak_mb: Option<f64>,
    /// Memory with 10 000 idle connections.
    pub idle_mb: Option<f64>,
}

impl Measurement {
    pub const ALL: [Self; 4] = [Self::Seventy, Self::Idle, Self::PerRow, Self::Fairness];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Seventy => "seventy",
            Self::Idle => "idle",
            Self::PerRow => "per-row",
            Self::Fairness => "fairness",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Seventy => "70 tables",
            Self::Idle => "idle connections",
            Self::PerRow => "time per row",
            Self::Fairness => "slow statements beside quick ones",
        }
    }

    /// Measures, and adds to the figures.
    ///
    /// # Errors
    /// A server does not start, or does not answer.
    pub async fn run(self, place: &Place<'_>, figures: &mut Figures) -> Result<(), Failure> {
        let section = match self {
            Self::Seventy => seventy::measure(place, &mut figures.seventy_peak_mb).await?,
            Self::Idle => idle::measure(place, &mut figures.idle_mb).await?,
            Self::PerRow => per_row::measure(place).await?,
            Self::Fairness => fairness::measure(place).await?,
        };
        let title = report::capital(self.title());
        figures.sections.push(format!("### {title}\n\n{section}"));
        Ok(())
    }
}
