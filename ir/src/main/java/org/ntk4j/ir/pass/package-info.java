/// Programs to equal programs: verification, dead code, common subexpressions, folding,
/// simplification.
@NullMarked
package org.ntk4j.ir.pass;

import org.jspecify.annotations.NullMarked;
