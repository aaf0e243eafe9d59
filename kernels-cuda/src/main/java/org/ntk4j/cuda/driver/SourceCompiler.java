package org.ntk4j.cuda.driver;

import java.util.List;
import java.util.SortedSet;

/// What makes cubins of CUDA C.
interface SourceCompiler {
  /// E.g. `13.1`.
  String version();

  /// The file that it is in.
  String place();

  /// The compute capabilities it knows, e.g. 90 for `sm_90`.
  SortedSet<Integer> architectures();

  /// The cubin of a program.
  byte[] compile(String source, List<String> options);
}
