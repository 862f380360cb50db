//! The acknowledgment: whether to send one, and what it says.

pub mod length;
pub mod lint;
pub mod voice;
