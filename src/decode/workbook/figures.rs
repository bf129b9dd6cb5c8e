//! Numbers of workbooks in digits, and as dates.

/// A number with the fifteen digits that it has in a workbook, without an exponent.
pub(super) fn figure(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    // There is no −0 in a workbook.
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}

/// Days since 1899-12-30 (or since 1904) as a date, with the time where there is one.
pub(super) fn date(days: f64, since_1904: bool) -> String {
    if !(0.0..2_958_466.0).contains(&days) {
        return "#####".to_owned();
    }
    let seconds = (days.fract() * 86_400.0).round() as i64;
    let time = format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if days < 1.0 && !since_1904 {
        return time;
    }
    // Days since 0000-03-01, by eras of 400 years.
    let day = days.trunc() as i64 + if since_1904 { 695_361 } else { 693_899 };
    let (era, of_era) = (day / 146_097, day % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    let date = format!("{year:04}-{month:02}-{day:02}");
    if seconds == 0 { date } else { format!("{date} {time}") }
}

/// The days of a date that is written in full (`2024-01-15T12:00:00.000`), as above. There was no 29th of February 1900, but
/// workbooks count it.
pub(super) fn days(text: &str) -> Option<f64> {
    let (date, time) = text.split_once('T').unwrap_or((text, ""));
    let mut parts = date.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1800..10_000).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let seconds = time.split(':').zip([3600.0, 60.0, 1.0]).try_fold(0.0, |sum, (part, length)| match part.trim_end_matches('Z') {
        "" => Some(sum),
        part => part.parse::<f64>().ok().map(|n| sum + n * length),
    })?;
    // Years begin in March, so that a leap day is their last.
    let year = if month > 2 { year } else { year - 1 };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let count = 365 * year + year / 4 - year / 100 + year / 400 + of_year - 693_899;
    Some((count - i64::from(count < 61)) as f64 + seconds / 86_400.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_show_what_a_person_sees() {
        for (value, shown) in [
            (3.0, "3"), (0.0, "0"), (-0.0, "0"), (0.1 + 0.2, "0.3"), (1234.5, "1234.5"), (1e15, "1000000000000000"), (-7.25, "-7.25"), (1.0 / 3.0, "0.333333333333333"),
            (123_456_789_012.0, "123456789012"), (1e-7, "0.0000001"),
        ] {
            assert_eq!(figure(value), shown);
        }
    }

    #[test]
    fn dates_are_dates() {
        for (days, since_1904, shown) in [
            (45_306.0, false, "2024-01-15"), (45_306.5, false, "2024-01-15 12:00:00"), (0.25, false, "6:00:00"), (61.0, false, "1900-03-01"), (36_585.0, false, "2000-02-29"),
            (43_844.0, true, "2024-01-15"), (-1.0, false, "#####"), (1e300, false, "#####"), (f64::NAN, false, "#####"),
        ] {
            assert_eq!(date(days, since_1904), shown);
        }
    }

    #[test]
    fn dates_in_full_become_days_and_dates_again() {
        for (text, shown) in [("2024-01-15T00:00:00.000", "2024-01-15"), ("2024-02-29T12:00:00", "2024-02-29 12:00:00"), ("2023-12-31", "2023-12-31"), ("1899-12-31T13:30:00.000", "13:30:00"), ("2000-03-01T00:00:00Z", "2000-03-01")] {
            assert_eq!(date(days(text).unwrap(), false), shown, "{text}");
        }
        assert_eq!(["", "2024", "2024-13-01", "2024-01-15Tx", "99999999999-01-01"].map(days), [None; 5]);
    }
}
