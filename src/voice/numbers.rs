//! Whom to call: emergency numbers by country and danger.

use crate::judgement::Danger;

/// A line for each country.
const NUMBERS: &str = include_str!("numbers.txt");

/// Who comes in a danger.
fn service(danger: Danger) -> &'static str {
    match danger {
        Danger::Fire | Danger::Electric | Danger::Trapped => "fire",
        Danger::Gas => "gas",
        Danger::Collapse | Danger::Poison | Danger::Medicine | Danger::Despair => "medical",
        Danger::Child | Danger::Violence | Danger::Driving | Danger::Crowd | Danger::Theft => {
            "police"
        }
    }
}

/// Whether a country is in the table.
pub fn is_known(country: &str) -> bool {
    row(country).is_some()
}

fn row(country: &str) -> Option<&'static str> {
    let mut rows = NUMBERS.lines();
    rows.find_map(|row| row.strip_prefix(country)?.strip_prefix(' '))
}

/// The number to call in a danger where these countries are served: only where all of them have the same.
pub fn number(danger: Danger, served: &[String]) -> Option<&'static str> {
    let mut found = None;
    for country in served {
        let row = row(country)?;
        let of = |name: &str| {
            let mut cells = row.split(' ');
            cells.find_map(|cell| cell.strip_prefix(name)?.strip_prefix('='))
        };
        // Gas is the fire brigade's where it has no number of its own.
        let own = of(service(danger));
        let fire = || (danger == Danger::Gas).then(|| of("fire")).flatten();
        let number = own.or_else(fire).or_else(|| of("any"))?;
        if found.is_some_and(|other| other != number) {
            return None;
        }
        found = Some(number);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(danger: Danger, served: &[&str]) -> Option<&'static str> {
        let served: Vec<String> = served.iter().map(|one| one.to_string()).collect();
        number(danger, &served)
    }

    #[test]
    fn a_number_is_said_where_it_is_certain() {
        assert_eq!(of(Danger::Fire, &["GB"]), Some("999"));
        assert_eq!(of(Danger::Violence, &["DE"]), Some("110"));
        assert_eq!(of(Danger::Gas, &["JP"]), Some("119"));
        assert_eq!(of(Danger::Collapse, &["BR"]), Some("192"));
        assert_eq!(of(Danger::Fire, &["DE", "FR", "NL"]), Some("112"));
        assert_eq!(of(Danger::Fire, &["DE", "GB"]), None);
        assert_eq!(of(Danger::Fire, &["XX"]), None);
        assert_eq!(of(Danger::Fire, &[]), None);
    }

    #[test]
    fn every_row_is_as_rows_are() {
        let rows = NUMBERS.lines().filter(|row| !row.starts_with('#'));
        for row in rows {
            let (country, cells) = row.split_once(' ').unwrap();
            assert!(country.len() == 2 && country.chars().all(|c| c.is_ascii_uppercase()));
            assert!(cells.starts_with("any="), "{row}");
            for cell in cells.split(' ') {
                let (name, number) = cell.split_once('=').unwrap();
                assert!(["any", "police", "fire", "medical", "gas"].contains(&name));
                assert!(number.chars().all(|c| c.is_ascii_digit()), "{row}");
                assert!((3..=4).contains(&number.len()), "{row}");
            }
        }
    }
}
