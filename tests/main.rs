//! The tests of the whole program, on its public interfaces; one binary, so that it is linked once.

mod signals;
