/// Loop nests as LLVM IR text.
@NullMarked
package org.ntk4j.cpu.loop;

import org.jspecify.annotations.NullMarked;
