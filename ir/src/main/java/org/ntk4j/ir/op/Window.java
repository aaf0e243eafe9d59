package org.ntk4j.ir.op;

import java.util.List;

/// Sliding windows over every axis of an operand; each list has one entry per axis.
///
/// Window position `p`, element `t` reads `(strides * p + windowDilation * t - padLo) / baseDilation`
/// where that is an integer within the operand.
///
/// @param size window size, 1 where the axis is not windowed
/// @param padLo elements added before (negative: cut)
/// @param padHi elements added after (negative: cut)
/// @param baseDilation spacing of the operand's elements
/// @param windowDilation spacing of the window's elements
public record Window(
    List<Long> size,
    List<Long> strides,
    List<Long> padLo,
    List<Long> padHi,
    List<Long> baseDilation,
    List<Long> windowDilation) {}
