//! Spelling and reading of timestamps, dates and times.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

/// Microseconds since 1970-01-01T00:00:00Z.
pub type Micros = i64;

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;

/// A timestamp as `Date.prototype.toISOString` prints it (ECMA-262, 21.4.1.32), with six digits
/// only where milliseconds would lose some.
pub(super) fn timestamp(micros: Micros) -> String {
    text(|out| write_timestamp(0, micros, out))
}

/// Appends what [`timestamp`] prints, for microseconds since midnight of another day: PostgreSQL's
/// timestamps go further than an `i64` of microseconds since 1970 does.
pub(super) fn write_timestamp(epoch_days: i64, micros: i64, out: &mut Vec<u8>) {
    write_date(epoch_days + micros.div_euclid(MICROS_PER_DAY), out);
    out.push(b'T');
    let time = micros.rem_euclid(MICROS_PER_DAY);
    write_clock(time, Fraction::AtLeastMillis, out);
    out.push(b'Z');
}

/// A timestamp in UTC in PostgreSQL's input syntax for both of its timestamp types, whatever the
/// session's time zone is.
pub(super) fn postgres_timestamp(micros: Micros) -> String {
    postgres_years(&timestamp(micros))
}

/// PostgreSQL marks years before 1 with BC; ISO 8601 has a year 0 and negative ones.
fn postgres_years(text: &str) -> String {
    if let Some(rest) = text.strip_prefix("0000-") {
        return format!("0001-{rest} BC");
    }
    match text.strip_prefix('-').and_then(|rest| rest.split_once('-')) {
        Some((year, rest)) => format!("{:04}-{rest} BC", year.parse::<i64>().unwrap_or(0) + 1),
        None => text.trim_start_matches('+').to_owned(),
    }
}

/// A timestamp as Prisma's SQLite adapter stores it: `2024-01-31T12:00:00.000+00:00`.
pub fn iso_utc(micros: Micros) -> String {
    format!("{}+00:00", timestamp(micros).trim_end_matches('Z'))
}

/// Appends days since 1970-01-01 as `YYYY-MM-DD`, expanded years as ECMA-262 prints them.
pub(super) fn write_date(days: i64, out: &mut Vec<u8>) {
    let (year, month, day) = civil(days);
    match year {
        0..=9999 => write_digits(year, 4, out),
        _ => {
            out.push(if year < 0 { b'-' } else { b'+' });
            write_digits(year.abs(), 6, out);
        }
    }
    out.push(b'-');
    write_digits(month, 2, out);
    out.push(b'-');
    write_digits(day, 2, out);
}

/// What [`write_date`] appends.
pub(super) fn date(days: i64) -> String {
    text(|out| write_date(days, out))
}

/// Appends microseconds since midnight as `HH:MM:SS[.fff[fff]]`.
pub(super) fn write_time(micros: i64, out: &mut Vec<u8>) {
    write_clock(micros, Fraction::IfAny, out);
}

/// What [`write_time`] appends.
pub(super) fn time(micros: i64) -> String {
    text(|out| write_time(micros, out))
}

#[derive(Clone, Copy, PartialEq)]
enum Fraction {
    AtLeastMillis,
    IfAny,
}

fn write_clock(micros: i64, fraction: Fraction, out: &mut Vec<u8>) {
    let (seconds, part) = (micros / MICROS_PER_SECOND, micros % MICROS_PER_SECOND);
    write_digits(seconds / 3600, 2, out);
    out.push(b':');
    write_digits(seconds / 60 % 60, 2, out);
    out.push(b':');
    write_digits(seconds % 60, 2, out);
    if part == 0 && fraction == Fraction::IfAny {
        return;
    }
    out.push(b'.');
    if part % 1000 == 0 {
        write_digits(part / 1000, 3, out);
    } else {
        write_digits(part, 6, out);
    }
}

/// Appends a number, which is not negative, with leading zeros up to `width`.
fn write_digits(number: i64, width: usize, out: &mut Vec<u8>) {
    let start = out.len();
    let (mut rest, mut missing) = (number, width);
    while missing > 0 || rest > 0 {
        out.push(b'0' + (rest % 10) as u8);
        rest /= 10;
        missing = missing.saturating_sub(1);
    }
    out[start..].reverse();
}

fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::with_capacity(32);
    write(&mut out);
    String::from_utf8(out).expect("digits and punctuation are ASCII")
}

/// Year, month and day of a day number (Howard Hinnant, "chrono-compatible low-level date
/// algorithms": `civil_from_days`). chrono's own dates end before PostgreSQL's do.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// Whether a text is one of PostgreSQL's infinite timestamps, which are printed with these names.
pub(super) fn is_infinity(text: &str) -> bool {
    matches!(text, "infinity" | "-infinity")
}

/// Reads RFC 3339 with any offset, or a date (midnight UTC); also with a year of ECMA-262's
/// expanded form.
pub(super) fn parse_timestamp(text: &str) -> Option<Micros> {
    if let Some((text, cycles)) = four_digit_year(text) {
        let shift = (cycles * DAYS_PER_CYCLE).checked_mul(MICROS_PER_DAY)?;
        return parse_timestamp(&text)?.checked_add(shift);
    }
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.timestamp_micros());
    }
    let midnight = parse_date_only(text)?.and_hms_opt(0, 0, 0)?;
    Some(midnight.and_utc().timestamp_micros())
}

/// Reads `YYYY-MM-DD`, or the date in UTC of RFC 3339; also with a year of ECMA-262's expanded
/// form, which is spelled as PostgreSQL spells it.
pub(super) fn parse_date(text: &str) -> Option<String> {
    iso_date(text).as_deref().map(postgres_years)
}

fn iso_date(text: &str) -> Option<String> {
    if let Some((text, cycles)) = four_digit_year(text) {
        let day = NaiveDate::parse_from_str(&iso_date(&text)?, "%Y-%m-%d").ok()?;
        let days = day.signed_duration_since(NaiveDate::default()).num_days();
        return Some(date(days + cycles * DAYS_PER_CYCLE));
    }
    let date = match DateTime::parse_from_rfc3339(text) {
        Ok(moment) => moment.with_timezone(&Utc).date_naive(),
        Err(_) => parse_date_only(text)?,
    };
    Some(date.format("%Y-%m-%d").to_string())
}

/// Days of 400 years, after which the calendar repeats itself.
const DAYS_PER_CYCLE: i64 = 146_097;

/// A text with an expanded year (ECMA-262, 21.4.1.32.1: a sign and six digits) with the year that
/// has the same calendar between 2000 and 2399 in its place, and the cycles of 400 years in between.
fn four_digit_year(text: &str) -> Option<(String, i64)> {
    let year = text.get(..7).filter(|year| year.starts_with(['+', '-']))?;
    let all_digits = year[1..].bytes().all(|byte| byte.is_ascii_digit());
    let rest = text[7..].starts_with('-').then_some(&text[7..])?;
    let year: i64 = all_digits.then_some(year)?.parse().ok()?;
    let cycles = (year - 2000).div_euclid(400);
    Some((format!("{}{rest}", year - cycles * 400), cycles))
}

/// Reads `HH:MM:SS[.fff]`, or the time in UTC of RFC 3339. `24:00:00` is PostgreSQL's end of a day.
pub(super) fn parse_time(text: &str) -> Option<String> {
    if text == "24:00:00" {
        return Some(text.to_owned());
    }
    let time = match DateTime::parse_from_rfc3339(text) {
        Ok(moment) => moment.with_timezone(&Utc).time(),
        Err(_) => NaiveTime::parse_from_str(text, "%H:%M:%S%.f").ok()?,
    };
    Some(time.format("%H:%M:%S%.6f").to_string())
}

fn parse_date_only(text: &str) -> Option<NaiveDate> {
    // chrono's %Y takes any number of digits; RFC 3339 has four.
    (text.len() == 10)
        .then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_print_as_to_iso_string_does() {
        assert_eq!(timestamp(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(timestamp(1_706_702_400_123_000), "2024-01-31T12:00:00.123Z");
        assert_eq!(
            timestamp(1_706_702_400_123_456),
            "2024-01-31T12:00:00.123456Z"
        );
        assert_eq!(timestamp(-1), "1969-12-31T23:59:59.999999Z");
        assert_eq!(
            timestamp(253_402_300_800_000_000),
            "+010000-01-01T00:00:00.000Z"
        );
        assert_eq!(
            timestamp(-62_198_755_200_000_000),
            "-000001-01-01T00:00:00.000Z"
        );
    }

    #[test]
    fn what_is_printed_is_read_again() {
        for micros in [
            -210_866_803_200_000_000,
            -62_198_755_200_000_001,
            -62_167_219_200_000_000,
            0,
            253_402_300_800_123_456,
            i64::MAX,
        ] {
            assert_eq!(parse_timestamp(&timestamp(micros)), Some(micros));
        }
        for (printed, read) in [
            ("2024-02-29", "2024-02-29"),
            ("0000-02-29", "0001-02-29 BC"),
            ("+012024-02-29", "012024-02-29"),
            ("-000043-03-15", "0044-03-15 BC"),
        ] {
            assert_eq!(parse_date(printed).as_deref(), Some(read));
        }
        assert_eq!(parse_timestamp("+294276-12-31T23:59:59.999999Z"), None);
        assert_eq!(parse_date("+012023-02-29"), None);
        assert_eq!(parse_date("+01202é-02-28"), None);
        assert_eq!(parse_time("24:00:00").as_deref(), Some("24:00:00"));
    }

    #[test]
    fn offsets_are_taken_to_utc() {
        assert_eq!(
            parse_timestamp("2024-01-31T14:00:00+02:00"),
            Some(1_706_702_400_000_000)
        );
        assert_eq!(parse_timestamp("2024-01-31"), Some(1_706_659_200_000_000));
        assert_eq!(parse_timestamp("2024-01-31T14:00:00"), None);
        assert_eq!(parse_timestamp("20240-01-31"), None);
    }

    #[test]
    fn postgres_gets_years_it_can_read() {
        assert_eq!(
            postgres_timestamp(253_402_300_800_000_000),
            "010000-01-01T00:00:00.000Z"
        );
        assert_eq!(
            postgres_timestamp(-62_198_755_200_000_000),
            "0002-01-01T00:00:00.000Z BC"
        );
    }
}
