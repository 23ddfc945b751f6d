//! The product from outside: a file a room.

mod chart;
mod web;
