//! Mail: letters, and how they leave the house.

mod letter;
mod sender;

pub(crate) use letter::Letter;
pub(crate) use sender::{Sender, Sent};
