/// Kernels given as LLVM IR text, compiled for the processor they run on.
package org.ntk4j.cpu.jit;
