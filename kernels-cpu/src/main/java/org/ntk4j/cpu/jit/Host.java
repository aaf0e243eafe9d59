package org.ntk4j.cpu.jit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;

/// What kernels are compiled for.
///
/// @param version of LLVM
/// @param triple architecture and system
/// @param cpu LLVM's name of the processor
/// @param features what it can do, as LLVM writes it
record Host(String version, String triple, String cpu, String features) {
  /// LLVM's name of a processor to compile for instead of this one, e.g. `x86-64-v3`: with AVX2,
  /// without AVX-512.
  static final String PROPERTY = "org.ntk4j.cpu";

  /// With AVX-512, but better off with halves of its registers: the wide ones lower their clock.
  private static final Set<String> NARROW =
      Set.of("skylake-avx512", "cascadelake", "cooperlake", "cannonlake", "knl", "knm");

  static Host of(Llvm llvm) {
    String triple = llvm.text("LLVMGetDefaultTargetTriple");
    String wanted = System.getProperty(PROPERTY, "").strip();
    return wanted.isEmpty()
        ? new Host(
            version(llvm),
            triple,
            llvm.text("LLVMGetHostCPUName"),
            llvm.text("LLVMGetHostCPUFeatures"))
        : new Host(version(llvm), triple, wanted, "");
  }

  private static String version(Llvm llvm) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment parts = arena.allocate(ValueLayout.JAVA_INT, 3);
      long at = parts.address();
      llvm.call("LLVMGetVersion", at, at + Integer.BYTES, at + 2 * Integer.BYTES);
      int[] version = parts.toArray(ValueLayout.JAVA_INT);
      return version[0] + "." + version[1] + "." + version[2];
    }
  }

  /// Bits of the vectors that loops are to use.
  int vectorBits() {
    return features.contains("+avx512f") && !NARROW.contains(cpu) ? 512 : 256;
  }
}
