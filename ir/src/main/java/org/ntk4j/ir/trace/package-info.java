/// Programs out of Java functions: arithmetic on [org.ntk4j.ir.trace.Value] records equations.
@NullMarked
package org.ntk4j.ir.trace;

import org.jspecify.annotations.NullMarked;
