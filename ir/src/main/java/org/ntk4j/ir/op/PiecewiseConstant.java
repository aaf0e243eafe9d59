package org.ntk4j.ir.op;

import org.ntk4j.ir.Primitive;

/// Constant almost everywhere: no tangent.
public sealed interface PiecewiseConstant extends Primitive
    permits Compare,
        Logic,
        Step,
        Classify,
        ArgExtremum,
        Iota,
        Constant,
        Cast,
        RandomBits,
        StopGradient {}
