package org.ntk4j.ir.op;

import org.ntk4j.ir.Primitive;

/// A smooth scalar function applied element by element.
public sealed interface Elementwise extends Primitive permits Unary, Binary, IntegerPow {}
