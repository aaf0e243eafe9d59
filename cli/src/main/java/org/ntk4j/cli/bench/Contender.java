package org.ntk4j.cli.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/// A way to compute kernels, each in a process of its own.
///
/// @param name to read
/// @param peer whether it is another library
/// @param launch its command line
/// @param timeout after which a process is stopped
/// @param addressBytes how much address space a process may have
record Contender(
    String name, boolean peer, Launch launch, Duration timeout, OptionalLong addressBytes) {

  /// The command line of a process.
  @FunctionalInterface
  interface Launch {
    /// The process that computes this kernel.
    List<String> command(BenchmarkNetwork network, Files files, int calls);
  }

  /// What a process reads and writes.
  ///
  /// @param in parameters and examples, see [Exchange]
  /// @param kernel the kernel, `.npy`
  /// @param report see [ProcessReport]
  /// @param log what it prints
  record Files(Path in, Path kernel, Path report, Path log) {}
}
