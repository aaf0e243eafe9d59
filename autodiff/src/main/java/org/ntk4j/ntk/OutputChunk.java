package org.ntk4j.ntk;

/// Some consecutive elements of an axis of an output.
///
/// @param output number of the output
/// @param axis the axis; not 0, which counts examples
/// @param size how many elements
record OutputChunk(int output, int axis, long size) {}
