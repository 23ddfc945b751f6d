//! One click or impression: who comes, what is decided, what is answered, what is recorded.

pub mod signals;
