//! The notifications room of the store.
