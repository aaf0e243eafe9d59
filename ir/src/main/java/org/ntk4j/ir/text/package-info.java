/// The text form of programs: `parse(print(p))` is `p`.
@NullMarked
package org.ntk4j.ir.text;

import org.jspecify.annotations.NullMarked;
