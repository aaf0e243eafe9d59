package org.ntk4j.ir.op;

import org.ntk4j.ir.Primitive;

/// Neither elementwise nor linear: has a linearization of its own.
public sealed interface Nonlinear extends Primitive
    permits ReduceExtremum,
        ReduceProd,
        WindowExtremum,
        CumProd,
        CumExtremum,
        Sort,
        TopK,
        Cholesky,
        TriangularSolve {}
