/// Loop nests as LLVM IR text.
package org.ntk4j.cpu.loop;
