//! Times for people and on the command line: UTC, so that the same is said everywhere.

/// Seconds since 1970 as `2026-01-31T02:00:00Z`.
pub fn utc(seconds: i64) -> String {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Howard Hinnant's civil_from_days: years begin in March, so that the leap day is a year's last.
    let z = days + 719_468;
    let (era, doe) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = yoe + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

/// Days since 1970 of `2026-01-31`; none where it is no day.
pub fn days(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-').map(|p| p.bytes().all(|b| b.is_ascii_digit()).then(|| p.parse::<i64>().ok()).flatten());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    // Hinnant's days_from_civil; what it does not give back is no day (30 February).
    let y = year - i64::from(month <= 2);
    let (era, yoe) = (y.div_euclid(400), y.rem_euclid(400));
    let doy = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let days = era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468;
    ((1..=12).contains(&month) && (1..=9999).contains(&year) && utc(days * 86_400).starts_with(&format!("{year:04}-{month:02}-{day:02}T"))).then_some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_people_read_them() {
        assert_eq!(utc(0), "1970-01-01T00:00:00Z");
        assert_eq!(utc(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(utc(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(utc(1_767_225_599), "2025-12-31T23:59:59Z");
        assert_eq!(utc(-1), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn days_are_read_and_what_is_none_is_not() {
        assert_eq!(days("1970-01-01"), Some(0));
        assert_eq!(days("2000-02-29"), Some(11_016));
        assert_eq!(days("2026-1-31"), Some(20_484));
        for odd in ["2026-02-30", "2025-02-29", "2026-13-01", "2026-00-10", "2026-01", "26", "", "x-1-1", "2026-01-+1", "0000-01-01"] {
            assert_eq!(days(odd), None, "{odd}");
        }
    }
}
