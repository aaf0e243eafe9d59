/// The reference evaluator: says what each primitive computes, and is written to be read.
@NullMarked
package org.ntk4j.ir.eval;

import org.jspecify.annotations.NullMarked;
