//! How long a text is, the way each platform counts it, and where it may be cut.
//!
//! Every approximation here errs upwards: a text that this module lets pass is never longer to the
//! platform than it is to us, because a platform refuses a whole reply for one character too many.

use std::borrow::Cow;

/// What a platform counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// X's weighted characters: see [`weighted`].
    Weighted,
    /// UTF-16 code units, as JavaScript counts: LINE, Meta.
    Utf16,
    /// What a reader sees as one character: see [`graphemes`].
    Graphemes,
    /// Bytes of UTF-8: Instagram's direct messages, Google's review replies.
    Bytes,
}

impl Unit {
    /// What it is called towards people.
    pub fn as_str(self) -> &'static str {
        match self {
            Unit::Weighted => "weighted characters",
            Unit::Utf16 => "UTF-16 code units",
            Unit::Graphemes => "graphemes",
            Unit::Bytes => "bytes of UTF-8",
        }
    }
}

/// The longest text a platform takes, and in which unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What is counted.
    pub unit: Unit,
    /// How many of them are allowed.
    pub max: usize,
}

impl Limit {
    /// Whether `text` may be sent.
    pub fn allows(self, text: &str) -> bool {
        measure(text, self.unit) <= self.max
    }
}

/// The length of `text` in `unit`.
pub fn measure(text: &str, unit: Unit) -> usize {
    match unit {
        Unit::Weighted => weighted(text),
        Unit::Utf16 => text.encode_utf16().count(),
        Unit::Graphemes => graphemes(text),
        Unit::Bytes => text.len(),
    }
}

/// What X counts every link as, whatever its own length (`transformedURLLength`, twitter-text v3).
const LINK: usize = 23;

/// X's weighted length, after twitter-text's configuration v3: Latin, Greek, Cyrillic, Arabic and the
/// like count 1, everything else 2, an emoji 2, a link 23.
///
/// X counts the NFC form; a decomposed letter counts here as its parts, and an emoji joined of several
/// as its parts, so the result is never below X's. A host without a scheme counts as the longer of
/// itself and a link.
pub fn weighted(text: &str) -> usize {
    let mut total = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let run = rest.find(|c| !is_link_char(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(run).unwrap_or((rest, ""));
        total += word_weight(word);
        let gap = after.find(is_link_char).unwrap_or(after.len());
        let (gap, next) = after.split_at_checked(gap).unwrap_or((after, ""));
        total += plain_weight(gap);
        rest = next;
    }
    total
}

/// The weight of a run that may be a link: a plain one counts [`LINK`] and its closing punctuation; where
/// X may or may not see one, the dearer reading counts.
fn word_weight(word: &str) -> usize {
    let plain = plain_weight(word);
    let (scheme, target) = word.split_once("://").unwrap_or(("", word));
    if !looks_like_host(target) {
        return plain;
    }
    if !word.is_ascii() {
        // A link may end inside, before the first letter that it cannot hold.
        return plain + LINK;
    }
    if !matches!(scheme, "http" | "https") || target.contains("://") {
        return plain.max(LINK);
    }
    let link = word.trim_end_matches(|c: char| c.is_ascii_punctuation() && c != '/');
    LINK + word.len() - link.len()
}

/// The weight of a run that holds no link: characters one by one, an emoji with its modifiers as one.
fn plain_weight(run: &str) -> usize {
    let mut total = 0;
    let mut chars = run.chars().peekable();
    while let Some(c) = chars.next() {
        total += weight(c);
        if is_pictograph(c) {
            while chars
                .next_if(|&c| c == '\u{fe0f}' || is_skin_tone(c))
                .is_some()
            {}
        } else if is_regional(c) {
            // A flag is two of them and counts once.
            chars.next_if(|&c| is_regional(c));
        }
    }
    total
}

/// The ranges that twitter-text v3 weighs 100 of 100; everything else weighs 200.
fn weight(c: char) -> usize {
    match u32::from(c) {
        0..=4351 | 8192..=8205 | 8208..=8223 | 8242..=8247 => 1,
        _ => 2,
    }
}

fn is_link_char(c: char) -> bool {
    c.is_alphanumeric() || c.is_ascii_graphic() && !"()<>\",[]{}^`\\|".contains(c)
}

/// Whether X might turn `word` into a link although it names no scheme: letters, a dot, letters.
fn looks_like_host(word: &str) -> bool {
    word.split('/').next().is_some_and(|host| {
        host.split('.').zip(host.split('.').skip(1)).any(|(a, b)| {
            a.ends_with(char::is_alphanumeric) && b.len() >= 2 && b.starts_with(char::is_alphabetic)
        })
    })
}

fn is_regional(c: char) -> bool {
    ('\u{1f1e6}'..='\u{1f1ff}').contains(&c)
}

fn is_skin_tone(c: char) -> bool {
    ('\u{1f3fb}'..='\u{1f3ff}').contains(&c)
}

/// Symbols and pictographs; wider than Unicode's list, which only matters for what may follow them.
pub(super) fn is_pictograph(c: char) -> bool {
    matches!(u32::from(c), 0x203c | 0x2049 | 0x2190..=0x21ff | 0x2300..=0x23ff | 0x2460..=0x27bf
        | 0x2900..=0x297f | 0x2b00..=0x2bff | 0x3030 | 0x303d | 0x3297 | 0x3299
        | 0x1f000..=0x1f1e5 | 0x1f200..=0x1f3fa | 0x1f400..=0x1faff)
}

/// What a reader sees as one character; Bluesky's unit.
///
/// Not Unicode's UAX #29 with its tables, which the Worker would carry for this alone: only the marks that
/// texts of ours could meet are joined to what they stand on, so the result is never below the real one.
pub fn graphemes(text: &str) -> usize {
    let mut count = 0;
    let mut before = None;
    for c in text.chars() {
        let joins = match before {
            Some(b) if is_regional(b) && is_regional(c) => true,
            Some(b) => is_mark(c) && (is_mark(b) || is_pictograph(b) || b.is_alphanumeric()),
            None => false,
        };
        count += usize::from(!joins);
        // The second half of a flag ends it.
        before = (!(joins && is_regional(c))).then_some(c);
    }
    count
}

/// Marks that extend what stands before them in every script.
fn is_mark(c: char) -> bool {
    is_skin_tone(c)
        || matches!(u32::from(c), 0x0300..=0x036f | 0x1ab0..=0x1acd | 0x1dc0..=0x1dff | 0x200d
            | 0x20d0..=0x20f0 | 0xfe00..=0xfe0f | 0xfe20..=0xfe2f)
}

/// The byte offsets after each grapheme, the last being the text's length.
fn borders(text: &str) -> impl Iterator<Item = usize> {
    let mut flags = 0_usize;
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        while let Some((at, c)) = chars.next() {
            let end = at + c.len_utf8();
            flags = if is_regional(c) { flags + 1 } else { 0 };
            match chars.peek() {
                None => return Some(end),
                Some(&(_, next)) if is_border(c, next, flags) => return Some(end),
                Some(_) => {}
            }
        }
        None
    })
}

/// Whether `a` and `b`, neighbours, certainly belong to two graphemes; `flags` counts the regional
/// indicators up to and with `a`.
fn is_border(a: char, b: char, flags: usize) -> bool {
    if a == '\r' && b == '\n' || is_prepended(a) {
        return false;
    }
    // White space and ASCII never join what stands before them.
    if b.is_ascii() || b.is_whitespace() {
        return true;
    }
    if a == '\u{200d}' || is_skin_tone(b) || joins_by_script(b) {
        return false;
    }
    if is_regional(a) && is_regional(b) {
        return flags.is_multiple_of(2);
    }
    // `escape_debug` escapes exactly what extends a grapheme and what does not print.
    !joins_by_script(a) && b.escape_debug().len() == 1
}

/// Scripts with spacing marks, conjuncts or jamo, inside which no border is certain.
fn joins_by_script(c: char) -> bool {
    matches!(u32::from(c), 0x0900..=0x109f | 0x1100..=0x11ff | 0x1700..=0x17ff | 0x1900..=0x1cff
    | 0xa800..=0xabff | 0xd7b0..=0xd7ff | 0x11000..=0x11fff | 0x16100..=0x16fff | 0x1d100..=0x1d1ff
    )
}

/// Signs that join what follows them (UAX #29 `Prepend`) outside of [`joins_by_script`] and inside it.
fn is_prepended(c: char) -> bool {
    matches!(u32::from(c), 0x0600..=0x0605 | 0x06dd | 0x070f | 0x0890..=0x0891 | 0x08e2 | 0x0d4e
        | 0x110bd | 0x110cd | 0x111c2..=0x111c3 | 0x113d1 | 0x1193f | 0x11941 | 0x11a3a
        | 0x11a84..=0x11a89 | 0x11d46 | 0x11f02)
}

/// Cuts `text` to at most `max` of `unit`: at a word where the last third holds a space, never inside
/// a grapheme, with an ellipsis where one fits.
pub fn fit(text: &str, unit: Unit, max: usize) -> Cow<'_, str> {
    if measure(text, unit) <= max {
        return Cow::Borrowed(text);
    }
    const ELLIPSIS: &str = "…";
    let ellipsis = measure(ELLIPSIS, unit);
    let (room, tail) = if max > ellipsis {
        (max - ellipsis, ELLIPSIS)
    } else {
        (max, "")
    };
    let prefix = |end: usize| text.get(..end).unwrap_or("");
    let ends: Vec<usize> = borders(text).collect();
    // The measure grows with the prefix, but for links, whose last characters may make or unmake one.
    let mut keep = ends.partition_point(|&end| measure(prefix(end), unit) <= room);
    let mut cut = "";
    while keep > 0 {
        keep -= 1;
        let shorter = prefix(ends.get(keep).copied().unwrap_or(0));
        if measure(shorter, unit) <= room {
            cut = shorter;
            break;
        }
    }
    let whole_word = text
        .get(cut.len()..)
        .is_some_and(|rest| rest.starts_with(char::is_whitespace));
    if !whole_word
        && let Some((words, _)) = cut.rsplit_once(char::is_whitespace)
        && words.len() * 3 >= cut.len() * 2
    {
        cut = words;
    }
    let cut = cut.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':'));
    let mut out = String::with_capacity(cut.len() + tail.len());
    out.push_str(cut);
    out.push_str(tail);
    // Trimming may have taken the border that a link's length hung on.
    if measure(&out, unit) > max {
        out = String::new();
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    #[test]
    fn counts_as_x_counts() {
        // The published conformance cases' kinds, in texts of our own.
        for (text, length) in [
            ("", 0),
            ("late again", 10),
            ("Zug fällt aus – äöüß", 20),
            ("опоздание", 9),
            ("電車が遅れ", 10),
            ("한국어", 6),
            ("😀", 2),
            ("❤\u{fe0f}", 2),
            ("👍🏽", 2),
            ("🇬🇧", 2),
            ("so late…", 9),
            (
                "see https://example.com/a/very/long/path?with=a&query=too now",
                31,
            ),
            ("see http://t.co", 27),
            ("see example.com", 27),
            ("end.Next", 23),
            ("a.b", 3),
            ("“quoted”", 8),
        ] {
            assert_eq!(weighted(text), length, "{text}");
        }
    }

    #[test]
    fn counts_other_units() {
        assert_eq!(measure("a😀", Unit::Utf16), 3);
        assert_eq!(measure("a😀", Unit::Bytes), 5);
        assert_eq!(measure("e\u{301}🇬🇧👍🏽", Unit::Graphemes), 3);
    }

    #[test]
    fn cuts_at_a_word_with_an_ellipsis() {
        assert_eq!(
            fit("nobody tells us anything", Unit::Utf16, 20),
            "nobody tells us…"
        );
        assert_eq!(
            fit("nobody tells us anything", Unit::Utf16, 24),
            "nobody tells us anything"
        );
        assert_eq!(fit("nobody", Unit::Utf16, 4), "nob…");
        assert_eq!(fit("nobody", Unit::Bytes, 2), "no");
        assert_eq!(fit("👩‍👧👩‍👧", Unit::Utf16, 7), "👩‍👧…");
        assert_eq!(fit("👩‍👧", Unit::Utf16, 4), "…");
        assert_eq!(fit("anything", Unit::Utf16, 0), "");
    }

    fn unit() -> impl Strategy<Value = Unit> {
        prop_oneof![
            Just(Unit::Weighted),
            Just(Unit::Utf16),
            Just(Unit::Graphemes),
            Just(Unit::Bytes)
        ]
    }

    /// Text of the awkward kinds: joiners, flags, marks, jamo, Indic signs, links, and anything else.
    fn awkward() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            any::<char>().prop_map(String::from),
            "[ -~]{0,6}",
            "[\u{300}-\u{36f}\u{200d}\u{fe0f}\u{20e3}]",
            "[\u{1f1e6}-\u{1f1ff}\u{1f3fb}-\u{1f3ff}\u{1f468}-\u{1f469}]{1,3}",
            "[\u{900}-\u{9ff}\u{e00}-\u{eff}\u{1100}-\u{11ff}\u{ac00}-\u{ac20}]{1,4}",
            "[\u{600}-\u{6ff}\u{110bd}\u{11f02}]{1,2}",
            Just("https://example.com/x ".to_owned()),
            Just("shop.example ".to_owned()),
        ];
        proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn every_border_is_one_of_unicodes(text in awkward()) {
            let real: Vec<usize> = text
                .grapheme_indices(true)
                .map(|(at, g)| at + g.len())
                .collect();
            for end in borders(&text) {
                prop_assert!(real.contains(&end), "{:?} at {end}", text);
            }
        }

        #[test]
        fn graphemes_are_never_undercounted(text in awkward()) {
            prop_assert!(graphemes(&text) >= text.graphemes(true).count(), "{:?}", text);
        }

        #[test]
        fn what_fits_fits_and_is_the_beginning(text in awkward(), unit in unit(), max in 0_usize..120) {
            let cut = fit(&text, unit, max);
            prop_assert!(measure(&cut, unit) <= max);
            let body = cut.strip_suffix('…').unwrap_or(&cut);
            prop_assert!(text.starts_with(body) || text.starts_with(&*cut));
            prop_assert_eq!(measure(&text, unit) <= max, *cut == *text);
        }
    }
}
