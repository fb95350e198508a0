//! Timestamps, dates and times in SQLite databases, read in all forms in use.
//!
//! SQLite has no types for them. Prisma's engine wrote milliseconds as INTEGER, its adapters write
//! ISO 8601, and `CURRENT_TIMESTAMP` and other programs write other forms. The functions here read
//! the text of a stored value (`CAST(… AS TEXT)`). The collations compare two texts by their
//! meaning, so that SQL compares, orders and groups by time, however it is stored.

use std::cmp::Ordering;

use super::{
    Micros, Value,
    moment_reader::{Era, MomentReader, days, days_of},
    temporal,
};
use crate::catalog::Type;

pub(super) const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_MILLI: i64 = 1_000;
const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;

/// A comparison of two stored texts.
pub type Compare = fn(&str, &str) -> Ordering;

/// The collations that every connection to SQLite needs, by the names that SQL uses.
pub const COLLATIONS: [(&str, Compare); 3] = [
    ("refract_moment", compare_moments),
    ("refract_day", compare_days),
    ("refract_time", compare_times),
];

/// The collation that compares a type's stored texts. `None` compares the stored values.
pub fn collation(data_type: &Type) -> Option<&'static str> {
    match data_type {
        Type::Timestamp | Type::TimestampTz => Some(COLLATIONS[0].0),
        Type::Date => Some(COLLATIONS[1].0),
        Type::Time => Some(COLLATIONS[2].0),
        _ => None,
    }
}

fn compare_moments(left: &str, right: &str) -> Ordering {
    compare(left, right, stored_moment)
}

fn compare_days(left: &str, right: &str) -> Ordering {
    compare(left, right, stored_day)
}

fn compare_times(left: &str, right: &str) -> Ordering {
    compare(left, right, stored_time)
}

/// Unreadable texts come after all others, in the order of their bytes.
fn compare(left: &str, right: &str, read: impl Fn(&str) -> Option<i64>) -> Ordering {
    if left == right {
        return Ordering::Equal;
    }
    match (read(left), read(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => left.cmp(right),
    }
}

/// Whether two values of such a type are equal. `None` for other types.
pub(super) fn same(data_type: &Type, left: &Value, right: &Value) -> Option<bool> {
    let name = collation(data_type)?;
    let (_, compare) = COLLATIONS.iter().find(|(known, _)| *known == name)?;
    Some(match (text(left), text(right)) {
        (Some(left), Some(right)) => compare(&left, &right).is_eq(),
        _ => left == right,
    })
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Int(millis) => Some(millis.to_string()),
        Value::Float(millis) => Some(millis.to_string()),
        Value::Timestamp(micros) => Some(temporal::timestamp(*micros)),
        _ => None,
    }
}

/// Reads a stored moment: milliseconds since 1970, or what [`written_moment`] reads.
pub(super) fn stored_moment(text: &str) -> Option<Micros> {
    usual_moment(text.as_bytes()).or_else(|| millis(text).unwrap_or_else(|| written_moment(text)))
}

/// Reads the usual forms, which a sort of many rows reads many times: what Prisma's adapters write,
/// `Date.prototype.toISOString` and `CURRENT_TIMESTAMP`. `None` is left to [`written_moment`].
fn usual_moment(text: &[u8]) -> Option<Micros> {
    let has_millis = match text.len() {
        29 if text.ends_with(b"+00:00") => true,
        24 if text.ends_with(b"Z") => true,
        19 => false,
        _ => return None,
    };
    let is_marked = text[4] == b'-'
        && text[7] == b'-'
        && matches!(text[10], b'T' | b' ')
        && text[13] == b':'
        && text[16] == b':'
        && (!has_millis || text[19] == b'.');
    let mut are_digits = is_marked;
    let mut number = |from: usize, to: usize| {
        text[from..to].iter().fold(0, |sum, byte| {
            let digit = byte.wrapping_sub(b'0');
            are_digits &= digit < 10;
            sum * 10 + i64::from(digit)
        })
    };
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let (hour, minute, second) = (number(11, 13), number(14, 16), number(17, 19));
    let millis = if has_millis { number(20, 23) } else { 0 };
    let is_moment = are_digits
        && (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    let seconds = (hour * 60 + minute) * 60 + second;
    is_moment.then(|| {
        days(year, month, day) * MICROS_PER_DAY
            + seconds * MICROS_PER_SECOND
            + millis * MICROS_PER_MILLI
    })
}

/// Reads a stored day, as days since 1970-01-01: what [`stored_moment`] reads, in UTC, or a date
/// of PostgreSQL's with `BC`.
pub(super) fn stored_day(text: &str) -> Option<i64> {
    let (date, era) = match text.strip_suffix(" BC") {
        Some(before) => (before, Era::BeforeChrist),
        None => (text, Era::Common),
    };
    let mut reader = MomentReader::new(date);
    // As `parse_date` spells them, with more digits where a year has them.
    if let Some(day) = reader.date(6, era)
        && reader.is_at_end()
    {
        return Some(day);
    }
    stored_moment(text).map(|micros| micros.div_euclid(MICROS_PER_DAY))
}

/// Reads a stored time of day, as microseconds since midnight: a time, or the time in UTC of what
/// [`stored_moment`] reads. `24:00:00` is PostgreSQL's end of a day.
pub(super) fn stored_time(text: &str) -> Option<i64> {
    let mut reader = MomentReader::new(text.trim());
    if let Some(time) = reader.clock()
        && reader.is_at_end()
    {
        return Some(time);
    }
    stored_moment(text).map(|micros| micros.rem_euclid(MICROS_PER_DAY))
}

/// Reads a number of milliseconds. `None` is no number, and `Some(None)` is out of range.
fn millis(text: &str) -> Option<Option<Micros>> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = text.parse::<i64>().ok();
        return Some(number.and_then(|millis| millis.checked_mul(MICROS_PER_MILLI)));
    }
    // `1.0e-05` is a number, `2024-` begins a date.
    let year = digits.split_once('-').map(|(year, _)| year);
    if year.is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let micros = text.parse::<f64>().ok()? * MICROS_PER_MILLI as f64;
    let in_range = micros.abs() < i64::MAX as f64;
    Some(in_range.then_some(micros.round() as i64))
}

/// Reads a moment that is written as a date, or as a date with a time: years of four digits or of
/// ECMA-262's expanded form, `T` or a blank before the time, no seconds or any number of digits
/// after them, `Z`, an offset, or none, which is UTC.
pub(super) fn written_moment(text: &str) -> Option<Micros> {
    let mut reader = MomentReader::new(text.trim());
    let day = reader.date(4, Era::Common)?;
    let mut micros = 0;
    if !reader.is_at_end() {
        if !reader.takes(b"Tt ") {
            return None;
        }
        micros = reader.clock()?;
        while reader.takes(b" ") {}
        micros -= reader.offset()?;
    }
    if !reader.is_at_end() {
        return None;
    }
    day.checked_mul(MICROS_PER_DAY)?.checked_add(micros)
}

/// Inclusive bounds of the values that may be stored for a timestamp.
pub struct Around {
    /// Bounds of numbers, in milliseconds.
    pub millis: (i64, i64),
    /// Bounds of texts whose year has four digits and no sign.
    pub texts: (String, String),
}

/// The bounds of a timestamp: its milliseconds, and the texts from the day before to the day after,
/// since an offset may change the day. Unbounded, if the value is no timestamp.
pub fn days_around(value: &Value) -> Around {
    let micros = match value {
        Value::Timestamp(micros) => Some(*micros),
        other => text(other).and_then(|text| stored_moment(&text)),
    };
    // SQLite takes neither for a number.
    let (first, last) = ("0-".to_owned(), "~".to_owned());
    let Some(micros) = micros else {
        return Around {
            millis: (i64::MIN, i64::MAX),
            texts: (first, last),
        };
    };
    let day = micros.div_euclid(MICROS_PER_DAY);
    let date = |day: i64| {
        let date = temporal::date(day);
        date.starts_with(|first: char| first.is_ascii_digit())
            .then_some(date)
    };
    let millis = micros.div_euclid(MICROS_PER_MILLI);
    Around {
        millis: (millis, millis + 1),
        texts: (
            // Outside of years with four digits, nothing is excluded.
            date(day - 1).unwrap_or(first),
            date(day + 1).map_or(last, |date| format!("{date}~")),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_moment_is_read() {
        const NOON: Micros = 1_706_702_400_000_000;
        for text in [
            "1706702400000",
            "1706702400000.0",
            "1.7067024e12",
            "2024-01-31T12:00:00.000+00:00",
            "2024-01-31T12:00:00Z",
            "2024-01-31t12:00:00z",
            "2024-01-31 12:00:00",
            "2024-01-31 12:00",
            "2024-01-31 12:00:00 +00:00",
            "2024-01-31 13:30:00.000000+0130",
            "2024-01-31 07:00:00-05",
            " 2024-01-31T12:00:00.000000000+00:00 ",
            "+002024-01-31T12:00:00.000Z",
        ] {
            assert_eq!(stored_moment(text), Some(NOON), "{text}");
        }
        assert_eq!(stored_moment("2024-01-31"), Some(1_706_659_200_000_000));
        assert_eq!(
            stored_moment("-62198755200000"),
            Some(-62_198_755_200_000_000)
        );
        assert_eq!(
            stored_moment("-000001-01-01T00:00:00Z"),
            Some(-62_198_755_200_000_000)
        );
        assert_eq!(
            stored_moment("+010000-01-01T00:00:00.000Z"),
            Some(253_402_300_800_000_000)
        );
        assert_eq!(
            stored_moment("2024-01-31T12:00:00.123456789Z"),
            Some(NOON + 123_456)
        );
        for text in [
            "",
            "no date",
            "inf",
            "NaN",
            "2024-02-30",
            "2024-13-01",
            "2024-01-31T25:00:00Z",
            "2024-01-31T12:00:00.Z",
            "2024-01-31T12:00:00é",
            "2024-01-31T12:00:00+24:00",
            "2024-01-31X12:00:00",
            "9223372036854775807",
        ] {
            assert_eq!(stored_moment(text), None, "{text}");
        }
    }

    #[test]
    fn moments_are_read_as_they_are_printed() {
        for micros in [
            -210_866_803_200_000_000,
            -62_198_755_200_000_001,
            -1,
            0,
            951_782_400_000_000,
            253_402_300_800_123_456,
            i64::MAX,
        ] {
            assert_eq!(stored_moment(&temporal::timestamp(micros)), Some(micros));
            assert_eq!(stored_moment(&temporal::iso_utc(micros)), Some(micros));
        }
    }

    #[test]
    fn days_and_times_are_read_in_every_form() {
        for text in ["2024-01-31", "1706702400000", "2024-01-31 12:00:00"] {
            assert_eq!(stored_day(text), Some(19_753), "{text}");
        }
        for (text, printed) in [
            ("0044-03-15 BC", "-000043-03-15"),
            ("0001-02-29 BC", "0000-02-29"),
            ("012024-02-29", "+012024-02-29"),
        ] {
            assert_eq!(
                stored_day(text).map(temporal::date).as_deref(),
                Some(printed)
            );
        }
        assert_eq!(stored_day("0001-02-30 BC"), None);
        for text in [
            "12:00",
            "12:00:00.000000",
            "1970-01-01T12:00:00Z",
            "43200000",
        ] {
            assert_eq!(
                stored_time(text),
                Some(43_200 * MICROS_PER_SECOND),
                "{text}"
            );
        }
        assert_eq!(stored_time("24:00:00"), Some(MICROS_PER_DAY));
        assert_eq!(stored_time("12:60"), None);
    }

    #[test]
    fn a_moment_is_looked_for_around_its_day() {
        let around = days_around(&Value::Timestamp(1_706_702_400_000_500));
        assert_eq!(around.millis, (1_706_702_400_000, 1_706_702_400_001));
        assert_eq!(
            around.texts,
            ("2024-01-30".to_owned(), "2024-02-01~".to_owned())
        );
        let around = days_around(&Value::Text("no moment".to_owned()));
        assert_eq!(around.millis, (i64::MIN, i64::MAX));
        for micros in [253_402_300_800_000_000, -62_198_755_200_000_000] {
            let around = days_around(&Value::Timestamp(micros));
            assert!(around.texts.0.as_str() <= "9999-12-31", "{micros}");
            assert!(around.texts.1.as_str() >= "0000-01-01", "{micros}");
        }
    }

    #[test]
    fn the_order_is_one_of_moments_and_texts_come_last() {
        let sorted = [
            "-000044-03-15T00:00:00.000Z",
            "1900-01-01 00:00:00 +00:00",
            "0",
            "2024-01-01T00:00:00.000+02:00",
            "1704067200000",
            "2024-01-01 00:00:00.001",
            "+012345-01-01T00:00:00.000Z",
            "",
            "garbage",
        ];
        for (at, left) in sorted.iter().enumerate() {
            for (other, right) in sorted.iter().enumerate() {
                assert_eq!(
                    compare_moments(left, right),
                    at.cmp(&other),
                    "{left} {right}"
                );
            }
        }
        assert!(compare_moments("1704067200000", "2024-01-01").is_eq());
    }
}
