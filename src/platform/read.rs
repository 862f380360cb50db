//! Tolerant reading of what platforms send: nothing is required, ids may be text or numbers, times
//! come in five forms.

use super::Unreadable;
use crate::post::{ID_BYTES, Media, MediaKind, NAME_BYTES, TEXT_BYTES, cut_to};
use chrono::DateTime;
use serde_json::Value;
use std::ops::Range;

/// 9999-12-31: later than any date a post can have, and far from where arithmetic ends.
const LAST_MS: i64 = 253_402_300_799_000;

/// The byte-order mark that some senders put before UTF-8; a reader may pass over it (RFC 8259,
/// section 8.1). UTF-16 is no JSON on a wire, and unreadable.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A body without the byte-order mark before it.
pub fn unmarked(body: &[u8]) -> &[u8] {
    body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body)
}

/// The body as JSON.
///
/// A platform that cuts a text between two halves of a surrogate pair, or a sender with a wrong
/// encoding, makes one string unreadable and would lose the whole delivery with it; so a body that
/// does not parse is tried once more with such places replaced by U+FFFD; and with `null` in the place
/// of what is nested too deep, so that the rest of the delivery is read.
pub fn document(body: &[u8]) -> Result<Value, Unreadable> {
    let body = unmarked(body);
    match serde_json::from_slice(body) {
        Ok(value) => Ok(value),
        Err(_) => serde_json::from_str(&shallow(&mended(body))).map_err(|_| Unreadable),
    }
}

/// The body as UTF-8 without lone surrogate escapes.
fn mended(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        match surrogate(after) {
            Some(0xD800..=0xDBFF) => {
                let (high, behind) = after.split_at_checked(5).unwrap_or((after, ""));
                let low = behind.strip_prefix('\\').and_then(surrogate);
                if let Some(0xDC00..=0xDFFF) = low {
                    let (pair, behind) = after.split_at_checked(11).unwrap_or((after, ""));
                    out.push('\\');
                    out.push_str(pair);
                    rest = behind;
                } else {
                    debug_assert_eq!(high.len(), 5);
                    out.push('\u{FFFD}');
                    rest = behind;
                }
            }
            Some(0xDC00..=0xDFFF) => {
                out.push('\u{FFFD}');
                rest = after.split_at_checked(5).map_or("", |(_, behind)| behind);
            }
            _ => {
                // Any other escape stays, with the character after the backslash, so that an
                // escaped backslash is not read as the start of the next escape.
                out.push('\\');
                let mut chars = after.chars();
                if let Some(c) = chars.next() {
                    out.push(c);
                }
                rest = chars.as_str();
            }
        }
    }
    out.push_str(rest);
    out
}

/// How deep lists and objects may stand in each other: no platform's do as deep as this, and `serde_json`
/// reads 128 levels.
const MAX_DEPTH: usize = 100;

/// JSON with `null` in the place of each list and object that stands deeper than [`MAX_DEPTH`].
fn shallow(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut depth = 0_usize;
    let (mut in_text, mut escaped) = (false, false);
    for c in json.chars() {
        let opens = !in_text && matches!(c, '{' | '[');
        let closes = !in_text && matches!(c, '}' | ']');
        depth += usize::from(opens);
        match depth > MAX_DEPTH {
            false => out.push(c),
            true if opens && depth == MAX_DEPTH + 1 => out.push_str("null"),
            true => {}
        }
        depth = depth.saturating_sub(usize::from(closes));
        in_text ^= c == '"' && !escaped;
        escaped = in_text && c == '\\' && !escaped;
    }
    out
}

/// The UTF-16 unit of an escape whose backslash is already read: `uXXXX`.
fn surrogate(escape: &str) -> Option<u16> {
    let hex = escape.strip_prefix('u')?.get(..4)?;
    let plain = hex.bytes().all(|b| b.is_ascii_hexdigit());
    plain.then(|| u16::from_str_radix(hex, 16).ok()).flatten()
}

/// The value under a path of keys.
pub fn at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, key| value.get(key))
}

/// A text under a path; `None` where it is missing or no text.
pub fn text<'v>(value: &'v Value, path: &[&str]) -> Option<&'v str> {
    at(value, path)?.as_str()
}

/// A list under a key; empty where it is missing or no list.
pub fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Whether something under a path is `true`, or the text `"true"`.
pub fn truth(value: &Value, path: &[&str]) -> bool {
    match at(value, path) {
        Some(Value::Bool(truth)) => *truth,
        Some(Value::String(text)) => text == "true",
        _ => false,
    }
}

/// An id: a text, or a whole number as the text of its digits. `None` where it is missing, empty,
/// longer than [`ID_BYTES`], or holds control characters.
pub fn id(value: &Value, path: &[&str]) -> Option<String> {
    let id = match at(value, path)? {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_u64() || number.is_i64() => number.to_string(),
        _ => return None,
    };
    let fits = !id.is_empty() && id.len() <= ID_BYTES && !id.chars().any(char::is_control);
    fits.then_some(id)
}

/// A whole number, or a text of its digits.
pub fn number(value: &Value, path: &[&str]) -> Option<i64> {
    match at(value, path)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A name to show: trimmed, cut at [`NAME_BYTES`]; `None` where nothing is left.
pub fn name(value: &Value, path: &[&str]) -> Option<String> {
    let mut name = text(value, path)?.trim().to_owned();
    cut_to(&mut name, NAME_BYTES);
    (!name.is_empty()).then_some(name)
}

/// A link to show: `https` or `http`, no longer than a browser takes.
pub fn link(value: &Value, path: &[&str]) -> Option<String> {
    let link = text(value, path)?;
    let web = link.starts_with("https://") || link.starts_with("http://");
    let plain = link.len() <= 2_048 && link.bytes().all(|b| b.is_ascii_graphic());
    (web && plain).then(|| link.to_owned())
}

/// A language tag (BCP 47); `None` for the codes that mean "not known".
pub fn lang(value: &Value, path: &[&str]) -> Option<String> {
    let tag = text(value, path)?;
    let tag_like = (2..=35).contains(&tag.len())
        && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    // `qaa` to `qtz` are for private use: X writes `qme`, `qst` ... for posts without words.
    let unknown =
        matches!(tag, "und" | "zxx" | "mul" | "mis") || (tag.len() == 3 && tag.starts_with('q'));
    (tag_like && !unknown).then(|| tag.to_owned())
}

/// The bytes of `text` that `length` UTF-16 units from the unit `offset` on take up; `None` where they
/// leave the text or part a character.
pub fn utf16(text: &str, offset: i64, length: i64) -> Option<Range<usize>> {
    let (start, end) = (offset, offset.checked_add(length)?);
    let at = |unit: i64| {
        let mut units = 0;
        let mut ends = text.char_indices().map(|(byte, c)| {
            let before = (units, byte);
            units += i64::try_from(c.len_utf16()).unwrap_or_default();
            before
        });
        let found = ends.find(|(units, _)| *units >= unit);
        let (units, byte) = found.unwrap_or((units, text.len()));
        (units == unit).then_some(byte)
    };
    Some(at(start)?..at(end)?).filter(|range| range.start <= range.end)
}

/// A post's text, cut at [`TEXT_BYTES`], and whether it was cut; empty where there is none.
pub fn words(text: Option<&str>) -> (String, bool) {
    let mut text = text.unwrap_or_default();
    // Cut before the copy, with room for the border search.
    if let Some((head, _)) = text.split_at_checked(text.floor_char_boundary(TEXT_BYTES + 4)) {
        text = head;
    }
    let mut text = text.to_owned();
    let cut = cut_to(&mut text, TEXT_BYTES);
    (text, cut)
}

/// What a post carries besides its text: where to look at it, or its id; a caption is cut at
/// [`NAME_BYTES`].
pub fn media(
    kind: MediaKind,
    caption: Option<&str>,
    url: Option<String>,
    id: Option<String>,
) -> Media {
    let caption = caption.map(str::trim).filter(|caption| !caption.is_empty());
    Media {
        kind,
        caption: caption.map(|caption| {
            let mut caption = words(Some(caption)).0;
            cut_to(&mut caption, NAME_BYTES);
            caption
        }),
        url,
        id,
    }
}

/// The kind of a file by its MIME type.
pub fn media_kind(mime: &str) -> MediaKind {
    match mime.split('/').next() {
        Some("image") => MediaKind::Image,
        Some("video") => MediaKind::Video,
        Some("audio") => MediaKind::Audio,
        _ => MediaKind::File,
    }
}

/// The most things of a post that are kept; no platform allows more in one post.
pub const MAX_MEDIA: usize = 32;

/// The text of a piece of HTML: tags left out, line breaks for `<br>` and the ends of paragraphs,
/// the usual entities decoded. What a reader of the page would read, not what a browser draws; parted
/// into the author's own words and those in a quotation (`<blockquote>`, Discourse's `<aside>`).
pub fn parts(html: &str) -> (String, Option<String>) {
    let mut own = String::with_capacity(html.len());
    let mut quoted = String::new();
    let mut depth = 0_usize;
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        let side = if depth > 0 { &mut quoted } else { &mut own };
        side.push_str(before);
        let (tag, behind) = after.split_once('>').unwrap_or((after, ""));
        let name = tag.split([' ', '/', '\n']).find(|part| !part.is_empty());
        let ends = tag.starts_with('/');
        match name {
            Some("br") => side.push('\n'),
            Some("p" | "div" | "li" | "blockquote") if ends => side.push('\n'),
            _ => {}
        }
        if matches!(name, Some("blockquote" | "aside")) {
            depth = if ends {
                depth.saturating_sub(1)
            } else {
                depth + 1
            };
        }
        rest = behind;
    }
    let side = if depth > 0 { &mut quoted } else { &mut own };
    side.push_str(rest);
    let quoted = unescaped(quoted.trim());
    (
        unescaped(own.trim()),
        (!quoted.is_empty()).then_some(quoted),
    )
}

/// A text with HTML's five escapes and numeric ones decoded.
pub fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let entity = after
            .split_once(';')
            .filter(|(name, _)| name.len() <= 8)
            .and_then(|(name, behind)| Some((entity(name)?, behind)));
        match entity {
            Some((c, behind)) => {
                out.push(c);
                rest = behind;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control() || *c == '\n')?
        }
    })
}

/// A time in epoch milliseconds: a number or its digits, in seconds or milliseconds (whatever is
/// past 10^11 can only be the latter), or a date as RFC 3339, as `2025-08-04T10:33:16+0000`, or as
/// `Mon May 19 14:01:46 +0000 2025`. `None` outside the years 1970 to 9999.
pub fn time_ms(value: &Value, path: &[&str]) -> Option<i64> {
    let ms = match number(value, path) {
        Some(number) if number > 100_000_000_000 => number,
        Some(number) => number.checked_mul(1_000)?,
        None => {
            let date = text(value, path)?;
            if date.len() > 64 {
                return None;
            }
            date_ms(date)?
        }
    };
    (1..=LAST_MS).contains(&ms).then_some(ms)
}

/// A date in epoch milliseconds. The two forms that are no standard's are put into one that is:
/// reading them by pattern would bring chrono's whole pattern language into the Wasm.
fn date_ms(date: &str) -> Option<i64> {
    let read = DateTime::parse_from_rfc3339(date).or_else(|bad| {
        let words: Vec<&str> = date.split_whitespace().collect();
        match (
            words.as_slice(),
            date.split_at_checked(date.len().saturating_sub(2)),
        ) {
            ([day, month, number, time, zone, year], _) => DateTime::parse_from_rfc2822(&format!(
                "{day}, {number} {month} {year} {time} {zone}"
            )),
            (_, Some((head, minutes))) => {
                DateTime::parse_from_rfc3339(&format!("{head}:{minutes}"))
            }
            _ => Err(bad),
        }
    });
    read.ok().map(|date| date.timestamp_millis())
}

/// A path segment of a URL, [`encoded`].
/// `None` for a segment that a URL parser would take for a direction (`.`, `..`) or that is empty.
pub fn segment(id: &str) -> Option<String> {
    if id.is_empty() || id.chars().all(|c| c == '.') {
        return None;
    }
    Some(encoded(id))
}

/// A text percent-encoded (RFC 3986): everything but letters, digits, `-`, `.`, `_`, `~`.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_broken_string_does_not_lose_the_document() {
        let read = |body: &[u8]| document(body).map(|v| v["a"].as_str().map(str::to_owned));
        assert_eq!(read(br#"{"a":"x\ud83dy"}"#), Ok(Some("x\u{FFFD}y".into())));
        assert_eq!(read(br#"{"a":"x\ude00"}"#), Ok(Some("x\u{FFFD}".into())));
        assert_eq!(
            read(br#"{"a":"\ud83d\ud83d\ude00"}"#),
            Ok(Some("\u{FFFD}😀".into()))
        );
        assert_eq!(
            read(br#"{"a":"\\ud83d\ud83d"}"#),
            Ok(Some("\\ud83d\u{FFFD}".into()))
        );
        assert_eq!(read(b"{\"a\":\"x\xFF\"}"), Ok(Some("x\u{FFFD}".into())));
        assert_eq!(read(b"{\"a\":"), Err(Unreadable));
        assert_eq!(read(b""), Err(Unreadable));
        assert_eq!(read(br#"{"a":"\ud83d"#), Err(Unreadable));
    }

    #[test]
    fn what_is_nested_too_deep_does_not_lose_the_rest() {
        for (open, close) in [("[", "]"), ("{\"b]\\\"\":", "}")] {
            let deep = |depth: usize| {
                let (open, close) = (open.repeat(depth), close.repeat(depth));
                format!(r#"[{{"a":{open}"]"{close}}},{{"a":"x"}}]"#)
            };
            for depth in [90, 98, 99, 130, 100_000] {
                let read = document(deep(depth).as_bytes()).expect("a document");
                assert_eq!(read[1]["a"], "x", "{depth}");
            }
            assert_eq!(
                document(deep(90).as_bytes()),
                Ok(serde_json::from_str(&deep(90)).unwrap())
            );
            assert_eq!(document(&deep(130).as_bytes()[1..]), Err(Unreadable));
        }
    }

    #[test]
    fn a_byte_order_mark_is_passed_over() {
        let marked = |body: &[u8]| [BYTE_ORDER_MARK, body].concat();
        let read = |body: &[u8]| document(body).map(|v| v["a"].as_str().map(str::to_owned));
        assert_eq!(read(&marked(br#"{"a":"x"}"#)), Ok(Some("x".into())));
        assert_eq!(
            read(&marked(br#"{"a":"\ud83d"}"#)),
            Ok(Some("\u{FFFD}".into()))
        );
        assert_eq!(read(&marked(b"")), Err(Unreadable));
        assert_eq!(read(&marked(&marked(b"{}"))), Err(Unreadable));
        let wide: Vec<u8> = "\u{FEFF}{\"a\":\"x\"}"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(read(&wide), Err(Unreadable));
    }

    #[test]
    fn ids_are_text_and_bounded() {
        let doc = json!({"t": "7", "n": 18446744073709551615u64, "i": -5, "f": 1.5, "e": "",
            "c": "a\nb", "l": "x".repeat(ID_BYTES + 1)});
        assert_eq!(id(&doc, &["t"]).as_deref(), Some("7"));
        assert_eq!(id(&doc, &["n"]).as_deref(), Some("18446744073709551615"));
        assert_eq!(id(&doc, &["i"]).as_deref(), Some("-5"));
        for none in ["f", "e", "c", "l", "missing"] {
            assert_eq!(id(&doc, &[none]), None, "{none}");
        }
    }

    #[test]
    fn times_in_all_their_forms() {
        let doc = json!({"s": 1510092431, "ms": 1458692752478i64, "text": "1784928224372",
            "rfc": "2026-07-24T21:23:23.000Z", "threads": "2025-08-04T10:33:16+0000",
            "old": "Mon May 19 14:01:46 +0000 2025", "zero": 0, "far": i64::MAX, "neg": -1});
        let ms = |key: &str| time_ms(&doc, &[key]);
        assert_eq!(ms("s"), Some(1_510_092_431_000));
        assert_eq!(ms("ms"), Some(1_458_692_752_478));
        assert_eq!(ms("text"), Some(1_784_928_224_372));
        assert_eq!(ms("rfc"), Some(1_784_928_203_000));
        assert_eq!(ms("threads"), Some(1_754_303_596_000));
        assert_eq!(ms("old"), Some(1_747_663_306_000));
        for none in ["zero", "far", "neg", "missing"] {
            assert_eq!(ms(none), None, "{none}");
        }
    }

    #[test]
    fn languages_that_say_nothing_are_none() {
        let doc = json!({"a": "en", "b": "pt-BR", "c": "und", "d": "qme", "e": "e n", "f": ""});
        let of = |key: &str| lang(&doc, &[key]);
        assert_eq!(
            (of("a"), of("b")),
            (Some("en".into()), Some("pt-BR".into()))
        );
        assert_eq!(
            (of("c"), of("d"), of("e"), of("f")),
            (None, None, None, None)
        );
    }

    #[test]
    fn html_as_its_reader_reads_it() {
        let html = "<p>A &amp; <a href=\"x\">B</a>&#39;s<br/>C &lt;3 &bogus; &</p><p>D</p>";
        let own = |html| parts(html).0;
        assert_eq!(own(html), "A & B's\nC <3 &bogus; &\nD");
        assert_eq!(own("a < b"), "a");
        assert_eq!(own(""), "");
        let quoting = "<aside class=\"quote\"><blockquote><p>no water</p></blockquote></aside><p>It was March.</p>";
        assert_eq!(
            parts(quoting),
            ("It was March.".into(), Some("no water".into()))
        );
        assert_eq!(parts("<p>own</p>"), ("own".into(), None));
    }

    #[test]
    fn utf16_units_count_off_bytes() {
        let piece = |offset, length| utf16("aä😀@b", offset, length).map(|at| &"aä😀@b"[at]);
        assert_eq!(piece(0, 2), Some("aä"));
        assert_eq!(piece(2, 2), Some("😀"));
        assert_eq!(piece(4, 2), Some("@b"));
        assert_eq!(piece(6, 0), Some(""));
        for (offset, length) in [
            (3, 1),
            (2, 1),
            (4, 3),
            (7, 0),
            (-1, 1),
            (4, -2),
            (i64::MAX, 1),
        ] {
            assert_eq!(piece(offset, length), None, "{offset} {length}");
        }
    }

    #[test]
    fn segments_can_not_leave_their_place() {
        assert_eq!(segment("1_2").as_deref(), Some("1_2"));
        assert_eq!(segment("a/../b?c#d").as_deref(), Some("a%2F..%2Fb%3Fc%23d"));
        assert_eq!((segment(".."), segment("")), (None, None));
    }
}
