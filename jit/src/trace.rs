//! A bytecode trace: the instructions that one thread ran, in order, with what was seen on the way.
