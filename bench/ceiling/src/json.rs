//! JSON written by hand.

use std::{fmt::Display, io::Write};

use crate::cells::{Numeric, Timestamp};

/// Days from 0000-03-01, where the calendar's arithmetic begins, to 2000-01-01.
const EPOCH_DAYS: i64 = 730_425;
const MICROS_PER_DAY: i64 = 86_400_000_000;

pub fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut plain = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&bytes[plain..at]);
        plain = at + 1;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => write!(out, "\\u{byte:04x}").expect("a Vec takes all bytes"),
        }
    }
    out.extend_from_slice(&bytes[plain..]);
    out.push(b'"');
}

pub fn integer(number: impl Display, out: &mut Vec<u8>) {
    write!(out, "{number}").expect("a Vec takes all bytes");
}

/// The text of `value`, or `null`.
pub fn optional<T>(value: Option<T>, out: &mut Vec<u8>, write: impl FnOnce(T, &mut Vec<u8>)) {
    match value {
        Some(value) => write(value, out),
        None => out.extend_from_slice(b"null"),
    }
}

/// `"2024-01-31T12:00:00.000Z"`: the columns hold milliseconds, and years of four digits.
pub fn timestamp(Timestamp(micros): Timestamp, out: &mut Vec<u8>) {
    let (year, month, day) = civil(EPOCH_DAYS + micros.div_euclid(MICROS_PER_DAY));
    let millis = micros.rem_euclid(MICROS_PER_DAY) / 1000;
    let mut text = *b"\"0000-00-00T00:00:00.000Z\"";
    digits(&mut text[1..5], year);
    digits(&mut text[6..8], month);
    digits(&mut text[9..11], day);
    digits(&mut text[12..14], millis / 3_600_000);
    digits(&mut text[15..17], millis / 60_000 % 60);
    digits(&mut text[18..20], millis / 1000 % 60);
    digits(&mut text[21..24], millis % 1000);
    out.extend_from_slice(&text);
}

fn digits(out: &mut [u8], mut number: i64) {
    for place in out.iter_mut().rev() {
        *place = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// Howard Hinnant, "chrono-compatible low-level date algorithms": `civil_from_days`.
fn civil(days: i64) -> (i64, i64, i64) {
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// A positive decimal of one group of digits on either side of its point, as `"4.25"`.
pub fn numeric(Numeric(cell): Numeric<'_>, out: &mut Vec<u8>) {
    let field = |at: usize| -> i64 {
        cell.get(at * 2..at * 2 + 2)
            .map_or(0, |pair| i16::from_be_bytes([pair[0], pair[1]]).into())
    };
    // Count of groups, weight of the first, sign, scale, groups.
    let (whole, fraction) = match (field(0), field(1)) {
        (0, _) => (0, 0),
        (_, 0) => (field(4), field(5)),
        _ => (0, field(4)),
    };
    let mut text = *b".0000";
    digits(&mut text[1..], fraction);
    let end = text
        .iter()
        .rposition(|digit| *digit != b'0')
        .expect("the point is no zero");
    let text = if end == 0 { &[][..] } else { &text[..=end] };
    write!(out, "\"{whole}").expect("a Vec takes all bytes");
    out.extend_from_slice(text);
    out.push(b'"');
}
