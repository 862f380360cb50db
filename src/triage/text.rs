//! A post's characters, read once into tokens.
//!
//! Everything later looks at tokens, so whatever people (and those who wish to hide from us) do to
//! spelling is undone here: case, accents, full-width and mathematical letters, look-alike letters of
//! other alphabets, zero-width and direction marks, HTML entities, elongation, `#HashTags`, digits for
//! letters. Each token remembers the bytes of the post that it came from, so that a reason can quote them.

/// What sort of thing a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A word, folded to plain lower-case letters; in Japanese a single character.
    Word,
    /// A number.
    Number,
    /// `@somebody`.
    Mention,
    /// A web address.
    Link,
    /// One emoji.
    Emoji,
    /// `?`, `!` or a currency sign.
    Mark,
}

/// A piece of a post.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// What it is.
    pub shape: Shape,
    /// The hash of its folded text: tokens are compared by it.
    pub hash: u32,
    /// Where its folded text begins in [`Text::folded`].
    pub start: u32,
    /// Where its folded text ends.
    pub end: u32,
    /// Where it begins in the post, in bytes.
    pub from: u32,
    /// Where it ends in the post.
    pub to: u32,
    /// Which clause it stands in: commas, stops and line ends divide clauses.
    pub clause: u16,
    /// Whether it was written in capitals (two letters or more).
    pub loud: bool,
}

/// A post, read.
#[derive(Debug, Default)]
pub struct Text {
    /// The folded text of all tokens, one after another, each followed by a space.
    pub folded: String,
    /// The tokens in order.
    pub tokens: Vec<Token>,
    /// How many characters hint at a language: see [`super::lang`].
    pub hints: Hints,
}

/// Counts of characters that only some languages write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// Hiragana and katakana.
    pub kana: u32,
    /// Han characters.
    pub han: u32,
    /// Letters of alphabets we do not read (Cyrillic, Greek, Arabic, Hangul ...).
    pub foreign: u32,
    /// Plain Latin letters.
    pub latin: u32,
    /// `ä ö ü ß`.
    pub german: u32,
    /// `ñ ¿ ¡`.
    pub spanish: u32,
    /// `ã õ`.
    pub portuguese: u32,
    /// `ê è ç œ û î`.
    pub french: u32,
    /// `ò ì ù`, and `è` too.
    pub italian: u32,
}

/// The hash of a token's folded text (FNV-1a with a final mix: short words differ in few bits).
#[inline]
pub fn hash(text: &str) -> u32 {
    finish(text.bytes().fold(SEED, step))
}

/// Where [`hash`] starts.
pub const SEED: u32 = 0x811c_9dc5;

/// One byte of [`hash`].
#[inline]
pub fn step(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

/// The end of [`hash`].
#[inline]
pub fn finish(mut hash: u32) -> u32 {
    hash ^= hash >> 15;
    hash = hash.wrapping_mul(0x2c1b_3c6d);
    hash ^ (hash >> 13)
}

impl Text {
    /// The folded text of a token.
    #[inline]
    pub fn word(&self, token: &Token) -> &str {
        self.folded
            .get(token.start as usize..token.end as usize)
            .unwrap_or_default()
    }

    /// The bytes of the folded text of a token.
    #[inline]
    pub fn bytes(&self, token: &Token) -> &[u8] {
        self.folded
            .as_bytes()
            .get(token.start as usize..token.end as usize)
            .unwrap_or_default()
    }

    /// Reads a post. Linear in its length.
    pub fn read(post: &str) -> Text {
        let mut reader = Reader {
            post,
            text: Text {
                folded: String::with_capacity(post.len() + 16),
                tokens: Vec::with_capacity(post.len() / 5 + 8),
                hints: Hints::default(),
            },
            open: None,
            clause: 0,
        };
        reader.run();
        reader.text
    }
}

/// How many stars a word hides letters behind, at most: looking further ahead from each of 64 Ki stars would take
/// for ever.
const STARS: usize = 8;

/// A word that is being read.
struct Open {
    shape: Shape,
    start: usize,
    from: usize,
    /// Letters so far, and how many of them were capitals.
    letters: u32,
    capitals: u32,
    /// Whether digits stand among the letters: perhaps a word in disguise.
    mixed: bool,
    /// The last folded character and how often it came in a row.
    last: char,
    run: u32,
    /// In a hashtag, a capital after a small letter begins a new word.
    tag: bool,
}

struct Reader<'a> {
    post: &'a str,
    text: Text,
    open: Option<Open>,
    clause: u16,
}

impl Reader<'_> {
    #[inline]
    fn rest(&self, at: usize) -> &str {
        self.post.get(at..).unwrap_or_default()
    }

    fn run(&mut self) {
        let mut at = 0;
        let mut tag = false;
        while let Some(c) = self.rest(at).chars().next() {
            // Most of most posts: a plain word, and nothing open.
            if c.is_ascii_alphabetic() && self.open.is_none() && !tag {
                let length = self.plain_word(at);
                if length > 0 {
                    at += length;
                    continue;
                }
            }
            let mut next = at + c.len_utf8();
            let mut c = c;
            if c == '&'
                && let Some((decoded, length)) = entity(self.rest(at))
            {
                c = decoded;
                next = at + length;
            }
            let kind = classify(c);
            match kind {
                Class::Skip => {
                    // A mark inside a word belongs to it: the quoted part keeps it.
                }
                Class::Letter => self.letter(c, at, tag),
                Class::Digit => self.digit(c, at),
                Class::Ideograph => {
                    self.close(at);
                    if is_kana(c) {
                        self.text.hints.kana += 1;
                    } else {
                        self.text.hints.han += 1;
                    }
                    self.single(Shape::Word, c, at, next);
                }
                Class::Emoji => {
                    self.close(at);
                    self.single(Shape::Emoji, c, at, next);
                }
                Class::Apostrophe => {
                    if self.open.is_some() && !joins(self.rest(next)) {
                        self.close(at);
                    }
                }
                Class::Star => {
                    // `f**k`: a star between letters is one of them.
                    let inside = self.open.as_ref().is_some_and(|o| o.shape == Shape::Word)
                        && self
                            .rest(next)
                            .chars()
                            .take(STARS)
                            .find(|c| *c != '*')
                            .is_some_and(char::is_alphabetic);
                    if inside {
                        self.push('*');
                    } else {
                        self.close(at);
                    }
                }
                Class::At => {
                    let name = run_of(self.rest(next), |c| c.is_alphanumeric() || c == '_');
                    self.close(at);
                    if name > 0 {
                        self.special(Shape::Mention, "@", at, next + name);
                        next += name;
                    }
                }
                Class::Hash => {
                    self.close(at);
                    tag = self.rest(next).starts_with(|c: char| c.is_alphabetic());
                    at = next;
                    continue;
                }
                Class::Mark => {
                    self.close(at);
                    self.single(Shape::Mark, c, at, next);
                    if matches!(c, '?' | '!') {
                        self.clause = self.clause.saturating_add(1);
                    }
                }
                Class::Border => {
                    let within = matches!(c, '.' | ',' | ':')
                        && self.open.as_ref().is_some_and(|o| o.shape == Shape::Number)
                        && self.rest(next).starts_with(|c: char| c.is_ascii_digit());
                    if within {
                        self.push(if c == ',' { '.' } else { c });
                    } else {
                        self.close(at);
                        self.clause = self.clause.saturating_add(1);
                    }
                }
                Class::Space => self.close(at),
            }
            if self.open.is_none() {
                tag = false;
            }
            let word = self.open.as_ref().is_some_and(|o| o.from == at);
            if word && !tag && matches!(c, 'h' | 'H' | 'w' | 'W') {
                let link = link_length(self.rest(at));
                if link > 0 {
                    self.drop_open();
                    self.special(Shape::Link, "://", at, at + link);
                    next = at + link;
                }
            }
            at = next;
        }
        self.close(self.post.len());
    }

    /// Takes a word of plain letters at `at`, followed by what cannot belong to it; how long it is. 0 where
    /// it takes a closer look: marks and digits inside, elongation, web addresses.
    fn plain_word(&mut self, at: usize) -> usize {
        let bytes = self.post.as_bytes().get(at..).unwrap_or_default();
        let (mut length, mut capitals, mut key) = (0, 0, SEED);
        let (mut last, mut before) = (0, 0);
        let mut follower = b' ';
        for byte in bytes {
            if !byte.is_ascii_alphabetic() {
                follower = *byte;
                break;
            }
            let small = byte | 0x20;
            if small == last && small == before {
                return 0;
            }
            capitals += usize::from(*byte != small);
            key = step(key, small);
            (before, last) = (last, small);
            length += 1;
        }
        let ends = matches!(
            follower,
            b' ' | b'\n'
                | b'\t'
                | b'\r'
                | b'.'
                | b','
                | b';'
                | b':'
                | b'('
                | b')'
                | b'"'
                | b'?'
                | b'!'
                | b'$'
                | b'@'
                | b'#'
                | b'['
                | b']'
                | b'|'
                | b'/'
                | b'-'
                | b'+'
                | b'='
        );
        let first = bytes.first().map_or(0, |byte| byte | 0x20);
        if !ends || (matches!(first, b'h' | b'w') && link_length(self.rest(at)) > 0) {
            return 0;
        }
        let start = self.text.folded.len();
        self.text
            .folded
            .push_str(self.post.get(at..at + length).unwrap_or_default());
        if capitals > 0
            && let Some(word) = self.text.folded.get_mut(start..)
        {
            word.make_ascii_lowercase();
        }
        self.text.hints.latin += length as u32;
        self.text.tokens.push(Token {
            shape: Shape::Word,
            hash: finish(key),
            start: start as u32,
            end: (start + length) as u32,
            from: at as u32,
            to: (at + length) as u32,
            clause: self.clause,
            loud: length >= 2 && capitals == length,
        });
        self.text.folded.push(' ');
        // The space after it says nothing more.
        length + usize::from(follower == b' ' && bytes.len() > length)
    }

    fn letter(&mut self, c: char, at: usize, tag: bool) {
        let upper = c.is_uppercase();
        let splits = match &self.open {
            Some(open) => {
                open.shape == Shape::Number || (open.tag && upper && open.letters > open.capitals)
            }
            None => false,
        };
        if splits {
            self.close(at);
        }
        if self.open.is_none() {
            self.begin(Shape::Word, at, tag);
        }
        if let Some(open) = self.open.as_mut() {
            open.letters += 1;
            open.capitals += u32::from(upper);
        }
        self.fold(c);
    }

    fn digit(&mut self, c: char, at: usize) {
        match &mut self.open {
            Some(open) if open.shape == Shape::Word => {
                if open.tag {
                    self.close(at);
                    self.begin(Shape::Number, at, true);
                } else {
                    open.mixed = true;
                }
            }
            Some(_) => {}
            None => self.begin(Shape::Number, at, false),
        }
        let digit = c.to_digit(10).or_else(|| wide(c).to_digit(10));
        self.push(digit.and_then(|d| char::from_digit(d, 10)).unwrap_or('0'));
    }

    fn begin(&mut self, shape: Shape, at: usize, tag: bool) {
        self.open = Some(Open {
            shape,
            start: self.text.folded.len(),
            from: at,
            letters: 0,
            capitals: 0,
            mixed: false,
            last: '\0',
            run: 0,
            tag,
        });
    }

    /// Folds one letter to plain lower case and appends it.
    fn fold(&mut self, c: char) {
        if c.is_ascii() {
            self.text.hints.latin += 1;
            self.push(c.to_ascii_lowercase());
            return;
        }
        let c = wide(c);
        if c.is_ascii() {
            self.text.hints.latin += 1;
            self.push(c.to_ascii_lowercase());
            return;
        }
        let lower = c.to_lowercase().next().unwrap_or(c);
        let hints = &mut self.text.hints;
        match lower {
            'ä' | 'ö' | 'ü' | 'ß' => hints.german += 1,
            'ñ' => hints.spanish += 1,
            'ã' | 'õ' => hints.portuguese += 1,
            'ê' | 'ç' | 'œ' | 'û' | 'î' | 'ë' => hints.french += 1,
            'ò' | 'ì' | 'ù' => hints.italian += 1,
            _ => {}
        }
        let plain = plain(lower);
        if plain.is_empty() {
            let looks = lookalike(lower);
            if let Some(latin) = looks {
                self.push(latin);
            } else {
                self.push(lower);
            }
            self.text.hints.foreign += 1;
        } else {
            self.text.hints.latin += 1;
            for c in plain.chars() {
                self.push(c);
            }
        }
    }

    #[inline]
    fn push(&mut self, c: char) {
        let Some(open) = self.open.as_mut() else {
            return;
        };
        if c == open.last {
            open.run += 1;
        } else {
            open.last = c;
            open.run = 1;
        }
        // `sooooo`: three or more of a letter are an elongation of one. Two stay two.
        if open.shape == Shape::Word && c.is_alphabetic() {
            if open.run == 3 {
                self.text.folded.pop();
                return;
            }
            if open.run > 3 {
                return;
            }
        }
        self.text.folded.push(c);
    }

    fn drop_open(&mut self) {
        if let Some(open) = self.open.take() {
            self.text.folded.truncate(open.start);
        }
    }

    fn close(&mut self, at: usize) {
        let Some(open) = self.open.take() else {
            return;
        };
        if open.shape == Shape::Word && open.mixed {
            self.unmask(open.start);
        }
        let end = self.text.folded.len();
        let loud = open.letters >= 2 && open.capitals == open.letters;
        self.emit(open.shape, open.start, end, open.from, at, loud);
    }

    /// `sh1t` is a word in disguise when digits stand between its letters and it ends in a letter.
    fn unmask(&mut self, start: usize) {
        let Some(word) = self.text.folded.get(start..) else {
            return;
        };
        let disguised = word.len() >= 3
            && word.ends_with(|c: char| c.is_ascii_lowercase())
            && word.bytes().filter(u8::is_ascii_digit).count() * 2 <= word.len();
        if !disguised {
            return;
        }
        let clear: String = word
            .chars()
            .map(|c| match c {
                '0' => 'o',
                '1' => 'i',
                '3' => 'e',
                '4' => 'a',
                '5' => 's',
                '7' => 't',
                other => other,
            })
            .collect();
        self.text.folded.truncate(start);
        self.text.folded.push_str(&clear);
    }

    fn single(&mut self, shape: Shape, c: char, from: usize, to: usize) {
        let start = self.text.folded.len();
        self.text.folded.push(c);
        let end = self.text.folded.len();
        self.emit(shape, start, end, from, to, false);
    }

    fn special(&mut self, shape: Shape, folded: &str, from: usize, to: usize) {
        let start = self.text.folded.len();
        self.text.folded.push_str(folded);
        let end = self.text.folded.len();
        self.emit(shape, start, end, from, to, false);
    }

    fn emit(&mut self, shape: Shape, start: usize, end: usize, from: usize, to: usize, loud: bool) {
        let folded = self.text.folded.get(start..end).unwrap_or_default();
        let token = Token {
            shape,
            hash: hash(folded),
            start: start as u32,
            end: end as u32,
            from: from as u32,
            to: to as u32,
            clause: self.clause,
            loud,
        };
        self.text.tokens.push(token);
        self.text.folded.push(' ');
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Ideograph,
    Emoji,
    Apostrophe,
    Star,
    At,
    Hash,
    Mark,
    Border,
    Space,
    Skip,
}

fn classify(c: char) -> Class {
    match c {
        'a'..='z' | 'A'..='Z' => Class::Letter,
        '0'..='9' | '０'..='９' => Class::Digit,
        ' ' | '\t' | '\r' | '\u{a0}' | '\u{3000}' => Class::Space,
        '\'' | '’' | '‘' | '`' | '´' | 'ʼ' => Class::Apostrophe,
        '*' => Class::Star,
        '@' | '＠' => Class::At,
        '#' | '＃' => Class::Hash,
        '?' | '!' | '¿' | '¡' | '？' | '！' | '$' | '£' | '€' | '¥' | '￥' => Class::Mark,
        '.' | ',' | ';' | ':' | '\n' | '(' | ')' | '"' | '…' | '。' | '、' | '「' | '」' | '“'
        | '”' | '«' | '»' | '[' | ']' | '|' | '–' | '—' => Class::Border,
        // Zero-width and direction marks, soft hyphen, variation selectors, combining accents, skin tones, tags.
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{300}'..='\u{36f}'
        | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{e0000}'..='\u{e01ef}' => Class::Skip,
        '\u{3040}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}'
        | '\u{ff66}'..='\u{ff9f}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '々' => Class::Ideograph,
        '\u{2190}'..='\u{21ff}'
        | '\u{2300}'..='\u{23ff}'
        | '\u{2600}'..='\u{27bf}'
        | '\u{2b00}'..='\u{2bff}'
        | '\u{1f000}'..='\u{1faff}' => Class::Emoji,
        c if c.is_alphabetic() => Class::Letter,
        _ => Class::Space,
    }
}

fn is_kana(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}')
}

/// The plain letter behind full-width and mathematical letters.
fn wide(c: char) -> char {
    let code = u32::from(c);
    let plain = match code {
        0xff01..=0xff5e => code - 0xff01 + 0x21,
        0x1d400..=0x1d6a3 => {
            let letter = (code - 0x1d400) % 52;
            if letter < 26 {
                u32::from('A') + letter
            } else {
                u32::from('a') + letter - 26
            }
        }
        0x1d7ce..=0x1d7ff => u32::from('0') + (code - 0x1d7ce) % 10,
        0x24b6..=0x24cf => u32::from('A') + code - 0x24b6,
        0x24d0..=0x24e9 => u32::from('a') + code - 0x24d0,
        0x1f130..=0x1f149 => u32::from('A') + code - 0x1f130,
        _ => code,
    };
    char::from_u32(plain).unwrap_or(c)
}

/// A Latin letter without its accents; empty for other alphabets.
fn plain(lower: char) -> &'static str {
    match lower {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' | 'ª' => "a",
        'ç' | 'ć' | 'č' | 'ĉ' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' | 'ė' => "e",
        'ğ' | 'ģ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' | 'į' => "i",
        'ł' | 'ľ' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' | 'º' => "o",
        'ř' => "r",
        'š' | 'ś' | 'ş' | 'ș' => "s",
        'ť' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ž' | 'ź' | 'ż' => "z",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        _ => "",
    }
}

/// The Latin letter that a Cyrillic or Greek one passes for.
fn lookalike(lower: char) -> Option<char> {
    Some(match lower {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ё' | 'ε' => 'e',
        'ɡ' => 'g',
        'һ' | 'н' => 'h',
        'і' | 'ї' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ӏ' => 'l',
        'м' => 'm',
        'о' | 'ο' | 'σ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' => 'u',
        'ν' => 'v',
        'ԝ' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        _ => return None,
    })
}

/// Whether an apostrophe joins what follows to the word: English contractions do, French elisions do not.
fn joins(rest: &str) -> bool {
    let length = run_of(rest, char::is_alphabetic);
    let Some(tail) = rest.get(..length) else {
        return false;
    };
    ["t", "s", "re", "ve", "ll", "m", "d"]
        .iter()
        .any(|suffix| tail.eq_ignore_ascii_case(suffix))
}

/// How many bytes of `text` are characters that `keep` keeps, from its beginning; 64 at most, so that
/// looking ahead stays cheap.
fn run_of(text: &str, keep: impl Fn(char) -> bool) -> usize {
    text.chars()
        .take(64)
        .take_while(|c| keep(*c))
        .map(char::len_utf8)
        .sum()
}

/// How long a web address at the beginning of `text` is; 0 if there is none.
fn link_length(text: &str) -> usize {
    let is_link = ["http://", "https://", "www."].iter().any(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    });
    if is_link {
        text.find(char::is_whitespace).unwrap_or(text.len())
    } else {
        0
    }
}

/// The HTML entity at the beginning of `text`: its character and how many bytes it takes.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(10).position(|b| b == b';')?;
    let name = text.get(1..end)?;
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" | "rsquo" | "lsquo" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((c, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(post: &str) -> Vec<String> {
        let text = Text::read(post);
        text.tokens
            .iter()
            .map(|token| text.word(token).to_string())
            .collect()
    }

    #[test]
    fn undoes_what_people_do_to_spelling() {
        assert_eq!(words("I can’t SOOOO wait"), ["i", "cant", "so", "wait"]);
        assert_eq!(
            words("l'avion n'est pas là"),
            ["l", "avion", "n", "est", "pas", "la"]
        );
        assert_eq!(
            words("#StillWaiting 4hrs"),
            ["still", "waiting", "4", "hrs"]
        );
        assert_eq!(words("@NorthlineRail help"), ["@", "help"]);
        assert_eq!(words("ѕtuсk"), ["stuck"], "Cyrillic look-alikes");
        assert_eq!(words("st\u{200b}uck \u{202e}he\u{ad}lp"), ["stuck", "help"]);
        assert_eq!(words("ｓｔｕｃｋ 𝐬𝐭𝐮𝐜𝐤"), ["stuck", "stuck"]);
        assert_eq!(
            words("gas &amp; smoke &#39;now&#39;"),
            ["gas", "smoke", "now"]
        );
        assert_eq!(words("see https://a.example/b?c ok"), ["see", "://", "ok"]);
        assert_eq!(words("sh1t f**k"), ["shit", "f**k"]);
        assert_eq!(
            words("a*********b"),
            ["a", "b"],
            "stars are looked past, not for ever"
        );
        assert_eq!(
            words("Straße für 3,5 Stunden"),
            ["strasse", "fur", "3.5", "stunden"]
        );
        assert_eq!(words("電車が"), ["電", "車", "が"]);
    }

    #[test]
    fn tokens_point_at_the_bytes_they_came_from() {
        let post = "Für 4 Stunden, ＨＥＬＰ 😭!";
        let text = Text::read(post);
        let quoted: Vec<&str> = text
            .tokens
            .iter()
            .map(|t| &post[t.from as usize..t.to as usize])
            .collect();
        assert_eq!(quoted, ["Für", "4", "Stunden", "ＨＥＬＰ", "😭", "!"]);
        assert!(text.tokens[3].loud);
        assert_ne!(text.tokens[2].clause, text.tokens[3].clause);
    }

    proptest::proptest! {
        #[test]
        fn reads_anything(post in "\\PC{0,300}") {
            let text = Text::read(&post);
            for token in &text.tokens {
                proptest::prop_assert!(post.get(token.from as usize..token.to as usize).is_some());
                proptest::prop_assert_eq!(token.hash, hash(text.word(token)));
            }
        }
    }
}
