/// Kernels given as LLVM IR text, compiled for the processor they run on.
@NullMarked
package org.ntk4j.cpu.jit;

import org.jspecify.annotations.NullMarked;
