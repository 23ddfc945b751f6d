//! The kernel of pages and of the API: the route table with what each route needs, who is let in,
//! how a failure is told, limits, lists; the shell around pages, the parts they are made of, how
//! figures and moments are written, charts, and the styles and scripts that the binary carries.
//!
//! The laws here: no authorised route outside the table of [`routes`]; no inline style or script in
//! any page (the CSP forbids both), colour never alone, everything whole without JavaScript.

pub mod access;
mod address;
pub mod answer;
pub mod assets;
pub mod chart;
pub mod columns;
mod complaint;
pub mod conditions;
mod cross_origin;
pub mod describe;
mod design;
mod docs;
pub mod download;
mod examples;
pub mod figures;
pub mod filters;
pub mod flash;
pub mod form;
pub mod format;
mod frame;
pub mod history;
pub mod housekeeping;
pub mod icon;
mod idempotency;
pub mod json;
pub mod later;
pub mod limits;
pub mod listing;
pub mod live;
pub mod log;
pub mod markup;
pub mod menus;
pub mod navigation;
pub mod objects;
pub mod openapi;
pub mod page;
pub mod paging;
pub mod parts;
pub mod plan_view;
pub mod problem;
pub mod qr;
pub mod routes;
pub mod sheet;
pub mod signal;
pub mod sorting;
pub mod span;
pub mod status;
mod theme;
pub mod traffic;
pub mod views;

pub use access::Access;
pub use address::{behind, client_address};
pub use form::Form;
pub use frame::RequestId;
pub use idempotency::KeepInstead;
pub use listing::Listing;
pub use problem::{Answer, Failure};
pub use routes::{Kind, Route, configure};
pub use span::Span;
