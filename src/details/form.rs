//! What comes from the details page's form: read strictly, everything bounded.

use serde::{Deserialize, Serialize};

/// The largest body of a submission, in bytes: the fields at their longest, each byte escaped as three.
pub const BODY_BYTES: usize = 12 * 1024;

/// The longest reference, in characters.
pub const REFERENCE_CHARS: usize = 120;

/// The longest link to a photo, in characters: as browsers take them.
pub const PHOTO_CHARS: usize = 2_000;

/// The longest phone number, in characters: fifteen digits (E.164), with room for how people write them.
pub const PHONE_CHARS: usize = 40;

/// The least digits of a phone number.
const PHONE_DIGITS: usize = 5;

/// How a customer wants to hear from us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wish {
    /// By a call.
    Call,
    /// In writing.
    Write,
}

impl Wish {
    /// Both.
    pub const ALL: [Wish; 2] = [Wish::Call, Wish::Write];

    /// Its name in the form, the storage and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Wish::Call => "call",
            Wish::Write => "write",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// What a customer left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// A reference, a booking, an order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// A link to a photo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<String>,
    /// A phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// How they want to hear from us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wish: Option<Wish>,
}

/// What is wrong with a field, by the key of what its page says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is filled in.
    Empty,
    /// The reference.
    Reference,
    /// The link.
    Photo,
    /// The phone number.
    Phone,
    /// A call is wished for, and there is no number.
    Call,
}

impl Fault {
    /// The key of its text.
    pub(super) fn key(self) -> &'static str {
        match self {
            Fault::Empty => "err_empty",
            Fault::Reference => "err_reference",
            Fault::Photo => "err_photo",
            Fault::Phone => "err_phone",
            Fault::Call => "err_call",
        }
    }
}

/// A form as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// What was typed.
    pub left: Left,
    /// By what a repetition of the same submission is known.
    pub once: String,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

/// Reads `application/x-www-form-urlencoded`; `None` if our form did not send it: a field that we do not know, or
/// one twice.
pub fn read(body: &[u8]) -> Option<Form> {
    let (mut reference, mut photo, mut phone, mut wish, mut once) = (None, None, None, None, None);
    for (name, value) in form_urlencoded::parse(body) {
        let field = match name.as_ref() {
            "reference" => &mut reference,
            "photo" => &mut photo,
            "phone" => &mut phone,
            "wish" => &mut wish,
            "once" => &mut once,
            _ => return None,
        };
        if field.replace(value.into_owned()).is_some() {
            return None;
        }
    }
    let once = once.filter(|once| is_once(once))?;
    let typed = |field: Option<String>| {
        let text = field.unwrap_or_default().trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    let wish = match typed(wish) {
        None => None,
        Some(name) => Some(Wish::named(&name)?),
    };
    let left = Left {
        reference: typed(reference),
        photo: typed(photo),
        phone: typed(phone),
        wish,
    };
    let faults = faults(&left);
    Some(Form { left, once, faults })
}

/// Whether it is a key as the page writes them: hex digits.
fn is_once(once: &str) -> bool {
    (16..=64).contains(&once.len()) && once.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn faults(left: &Left) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut note = |is_wrong: bool, fault| {
        if is_wrong {
            faults.push(fault);
        }
    };
    note(*left == Left::default(), Fault::Empty);
    let wrong = |field: &Option<String>, is_good: fn(&str) -> bool| {
        field.as_deref().is_some_and(|text| !is_good(text))
    };
    note(wrong(&left.reference, is_reference), Fault::Reference);
    note(wrong(&left.photo, is_photo), Fault::Photo);
    note(wrong(&left.phone, is_phone), Fault::Phone);
    note(
        left.wish == Some(Wish::Call) && left.phone.is_none(),
        Fault::Call,
    );
    faults
}

fn is_reference(text: &str) -> bool {
    text.chars().count() <= REFERENCE_CHARS && !text.chars().any(char::is_control)
}

/// An agent is going to click on it.
fn is_photo(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    let has_host = host.is_some_and(|host| host.contains('.') && !host.contains('@'));
    let plain = |c: char| {
        !c.is_control() && !c.is_whitespace() && !matches!(c, '"' | '<' | '>' | '\\' | '`')
    };
    has_host && text.chars().count() <= PHOTO_CHARS && text.chars().all(plain)
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let plain =
        |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '/' | '.');
    digits >= PHONE_DIGITS && text.chars().count() <= PHONE_CHARS && text.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONCE: &str = "once=0123456789abcdef";

    fn faults(body: &str) -> Vec<Fault> {
        read(format!("{ONCE}&{body}").as_bytes()).unwrap().faults
    }

    #[test]
    fn what_is_typed_is_read() {
        let body = format!(
            "{ONCE}&reference=+BK%2D2291+&photo=https%3A%2F%2Fimg.example%2F1&phone=%2B44+20+7946+0000&wish=call"
        );
        let form = read(body.as_bytes()).unwrap();
        assert_eq!(form.faults, []);
        assert_eq!(form.once, "0123456789abcdef");
        assert_eq!(
            form.left,
            Left {
                reference: Some("BK-2291".into()),
                photo: Some("https://img.example/1".into()),
                phone: Some("+44 20 7946 0000".into()),
                wish: Some(Wish::Call),
            }
        );
    }

    #[test]
    fn each_field_is_held_to_its_form() {
        assert_eq!(faults("reference=&photo=&phone=&wish="), [Fault::Empty]);
        assert_eq!(faults("wish=write"), []);
        assert_eq!(faults("wish=call"), [Fault::Call]);
        assert_eq!(
            faults(&format!("reference={}", "x".repeat(121))),
            [Fault::Reference]
        );
        assert_eq!(faults("reference=a%00b"), [Fault::Reference]);
        for photo in [
            "javascript:alert(1)",
            "img.example",
            "https://",
            "https://user@evil.example/",
            "https://a.b/%20c%22",
            "https://localhost/x",
            "data:text/html,x",
        ] {
            let photo: String = form_urlencoded::byte_serialize(photo.as_bytes()).collect();
            let good = photo.contains("%2520");
            assert_eq!(
                faults(&format!("photo={photo}")),
                if good { vec![] } else { vec![Fault::Photo] },
                "{photo}"
            );
        }
        for phone in [
            "123",
            "call me",
            "+44 20 7946 0000 0000 0000 0000 0000 00000 0",
            "０１２３４５",
        ] {
            let phone: String = form_urlencoded::byte_serialize(phone.as_bytes()).collect();
            assert_eq!(faults(&format!("phone={phone}")), [Fault::Phone], "{phone}");
        }
    }

    #[test]
    fn what_is_not_our_form_is_none() {
        for body in [
            "",
            "reference=x",
            "once=short&reference=x",
            "once=0123456789abcdeg&reference=x",
            "once=0123456789abcdef&reference=x&reference=y",
            "once=0123456789abcdef&other=x",
            "once=0123456789abcdef&wish=shout",
        ] {
            assert_eq!(read(body.as_bytes()), None, "{body}");
        }
    }
}
