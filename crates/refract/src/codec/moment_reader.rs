//! Reads dates, times and offsets from a text.

use super::stored_moment::MICROS_PER_SECOND;

pub(super) enum Era {
    Common,
    /// The year 1 is ISO 8601's year 0.
    BeforeChrist,
}

/// The rest of a text.
pub(super) struct MomentReader<'text> {
    rest: &'text [u8],
}

impl<'text> MomentReader<'text> {
    pub(super) fn new(text: &'text str) -> Self {
        Self {
            rest: text.as_bytes(),
        }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Consumes one of these bytes, if it comes next.
    pub(super) fn takes(&mut self, any_of: &[u8]) -> bool {
        match self.rest {
            [first, rest @ ..] if any_of.contains(first) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// A number with all digits that follow, between `least` and `most` of them.
    fn number(&mut self, least: usize, most: usize) -> Option<i64> {
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit());
        let count = digits.count();
        if !(least..=most).contains(&count) {
            return None;
        }
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        Some(
            digits
                .iter()
                .fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')),
        )
    }

    /// Days since 1970-01-01. `most` limits the digits of a year without a sign.
    pub(super) fn date(&mut self, most: usize, era: Era) -> Option<i64> {
        let is_negative = self.rest.first() == Some(&b'-');
        let (least, most) = if self.takes(b"+-") { (6, 6) } else { (4, most) };
        let mut year = self.number(least, most)?;
        if is_negative {
            year = -year;
        }
        if matches!(era, Era::BeforeChrist) {
            year = 1 - year;
        }
        let month = self.takes(b"-").then(|| self.number(2, 2)).flatten()?;
        let day = self.takes(b"-").then(|| self.number(2, 2)).flatten()?;
        let is_day = (1..=12).contains(&month) && (1..=days_of(year, month)).contains(&day);
        is_day.then(|| days(year, month, day))
    }

    /// Microseconds since midnight.
    pub(super) fn clock(&mut self) -> Option<i64> {
        let hour = self.number(2, 2)?;
        let minute = self.takes(b":").then(|| self.number(2, 2)).flatten()?;
        let (mut second, mut micros) = (0, 0);
        if self.takes(b":") {
            second = self.number(2, 2)?;
            if self.takes(b".,") {
                micros = self.fraction()?;
            }
        }
        // A leap second is the first of the next minute, as in PostgreSQL.
        let is_time = hour < 24 && minute < 60 && second <= 60;
        let is_midnight = hour == 24 && minute + second + micros == 0;
        (is_time || is_midnight)
            .then_some(((hour * 60 + minute) * 60 + second) * MICROS_PER_SECOND + micros)
    }

    /// Microseconds of a fraction with any number of digits. Further digits are cut off.
    fn fraction(&mut self) -> Option<i64> {
        let (mut micros, mut unit) = (0, MICROS_PER_SECOND / 10);
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit());
        let mut count = 0;
        for digit in digits {
            micros += i64::from(digit - b'0') * unit;
            unit /= 10;
            count += 1;
        }
        self.rest = &self.rest[count..];
        (count > 0).then_some(micros)
    }

    /// Microseconds by which an offset is ahead of UTC.
    pub(super) fn offset(&mut self) -> Option<i64> {
        if self.is_at_end() || self.takes(b"Zz") {
            return Some(0);
        }
        let is_behind = self.rest.first() == Some(&b'-');
        if !self.takes(b"+-") {
            return None;
        }
        let hours = self.number_of_two()?;
        let minutes = if self.is_at_end() {
            0
        } else {
            self.takes(b":");
            self.number_of_two()?
        };
        if hours > 23 || minutes > 59 {
            return None;
        }
        let ahead = (hours * 60 + minutes) * 60 * MICROS_PER_SECOND;
        Some(if is_behind { -ahead } else { ahead })
    }

    /// The next two digits. More may follow.
    fn number_of_two(&mut self) -> Option<i64> {
        let (two, rest) = self.rest.split_at_checked(2)?;
        let number = Self { rest: two }.number(2, 2)?;
        self.rest = rest;
        Some(number)
    }
}

/// Days since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms":
/// `days_from_civil`).
pub(super) fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = (month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

pub(super) fn days_of(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
