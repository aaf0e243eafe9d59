/// Tensor programs in SSA form, and the closed set of primitives they are made of.
///
/// A [org.ntk4j.ir.Program] is inputs, equations and outputs; an [org.ntk4j.ir.Equation] is a
/// [org.ntk4j.ir.Primitive] with its operands and results; every value has a dtype and a static
/// shape, its [org.ntk4j.ir.Aval]. Programs are pure and immutable.
@NullMarked
package org.ntk4j.ir;

import org.jspecify.annotations.NullMarked;
