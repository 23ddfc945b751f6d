//! The conversions room of the store.
