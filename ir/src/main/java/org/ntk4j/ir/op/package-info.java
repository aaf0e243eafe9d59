/// The primitives, one small record each: mnemonic, parameters, shape rule with numbered
/// constraints, and the algebraic class from which derivatives follow.
@NullMarked
package org.ntk4j.ir.op;

import org.jspecify.annotations.NullMarked;
