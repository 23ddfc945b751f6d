//! The kernel of pages: the shell around them, the parts they are made of, how figures and moments
//! are written, charts, and the styles and scripts that the binary carries.
//!
//! The law here: no inline style or script in any page (the CSP forbids both), colour never alone,
//! everything whole without JavaScript.

pub mod assets;
pub mod chart;
pub mod format;
pub mod icon;
pub mod markup;
pub mod page;
pub mod parts;
pub mod signal;
