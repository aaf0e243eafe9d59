package org.ntk4j.cpu.dot;

import java.util.List;
import java.util.Map;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.jit.KernelText;
import org.ntk4j.cpu.jit.Template;

/// What the kernels have in common that multiply matrices whose sums go along consecutive elements.
///
/// A block is `side` rows. Packed, it holds for each vector of elements in turn that of each row.
/// Of two blocks, `side · side` vectors of sums are in registers: nothing is transposed, each
/// vector that is loaded serves `side` multiplications, and lanes are added at the end.
///
/// @param lanes elements of a vector: a power of 2
/// @param side rows of a block
record DotText(DType dtype, int lanes, int side) {

  /// Vectors that hold the sums of two blocks, one after the other, row by row.
  int sumVectors() {
    return Math.ceilDiv(side * side, lanes);
  }

  KernelText kernel(String name, List<String> arguments, String body) {
    Map<String, Integer> values =
        Map.of(
            "side",
            side,
            "block",
            side * lanes,
            "sums",
            sumVectors() * lanes,
            "sumVectors",
            sumVectors());
    return new Template(dtype, lanes, values).kernel(name, arguments, body);
  }
}
