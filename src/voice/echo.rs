//! Whether a closing says again what its line has just said: "A person reads this. A person answers here."

/// How many letters two words have in common from their beginning on where they are taken for one: shorter ones are seldom
/// what a sentence is about, and longer ones miss "read" in "reading".
const STEM: usize = 5;

/// How a word begins.
type Stem = [char; STEM];

/// Whether a word of the one text comes again in the other.
pub fn echoes(line: &str, closing: &str) -> bool {
    let said: Vec<Stem> = stems(line).collect();
    stems(closing).any(|stem| said.contains(&stem))
}

/// How the words of a text begin, of which the letters suffice. Where there are no spaces, two signs that bear a meaning beside each other
/// are a word.
fn stems(text: &str) -> impl Iterator<Item = Stem> {
    let is_part = |sign: char| !sign.is_alphanumeric();
    let words = text.split(is_part).filter_map(|word| {
        let mut letters = word.chars().flat_map(char::to_lowercase);
        let mut stem = ['\0'; STEM];
        for place in &mut stem {
            *place = letters.next()?;
        }
        Some(stem)
    });
    let signs = text.chars().zip(text.chars().skip(1));
    let pairs = signs.filter(|(a, b)| is_ideograph(*a) && is_ideograph(*b));
    words.chain(pairs.map(|(a, b)| [a, b, '\0', '\0', '\0']))
}

fn is_ideograph(sign: char) -> bool {
    matches!(sign, '\u{4e00}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use super::echoes;

    #[test]
    fn a_word_that_comes_again_is_an_echo() {
        for (line, closing) in [
            (
                "A person here has it now.",
                "The next words are a person's.",
            ),
            ("Ein Mensch liest das.", "Hier antwortet ein Mensch."),
            ("Nous lisons ce message.", "Un message suit ici."),
            ("担当者が確認しています。", "担当者がここで返信します。"),
        ] {
            assert!(echoes(line, closing), "{line} {closing}");
        }
        for (line, closing) in [
            (
                "Sorry about the wait.",
                "Somebody from the team replies here.",
            ),
            ("Das tut uns leid.", "Das Team meldet sich hier."),
            ("ご不便をおかけします。", "担当者がここで返信します。"),
        ] {
            assert!(!echoes(line, closing), "{line} {closing}");
        }
    }
}
