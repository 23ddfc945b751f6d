//! The reports room of the store.
