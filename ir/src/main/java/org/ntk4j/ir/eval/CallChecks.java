package org.ntk4j.ir.eval;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;

/// Whether tensors are those that a compiled program expects.
public final class CallChecks {
  private CallChecks() {}

  /// Checks tensors against their avals.
  ///
  /// @param what e.g. `argument`
  /// @throws IllegalArgumentException if they are not those that the program expects
  public static void check(String what, List<Aval> expected, List<Tensor> given) {
    if (given.size() != expected.size()) {
      throw new IllegalArgumentException(
          "the program has %d %ss, but %d were given; expected %s"
              .formatted(expected.size(), what, given.size(), expected));
    }
    for (int i = 0; i < given.size(); i++) {
      Aval aval = expected.get(i);
      Tensor x = given.get(i);
      if (x.dtype() != aval.dtype() || !x.shape().equals(aval.shape())) {
        throw new IllegalArgumentException(
            "%s %d of the program is %s; expected %s".formatted(what, i, x, aval));
      }
    }
  }

  /// Checks that no result shares memory with an argument or with another result.
  ///
  /// @throws IllegalArgumentException if one does
  public static void checkApart(List<MemorySegment> results, List<MemorySegment> arguments) {
    for (int i = 0; i < results.size(); i++) {
      for (int k = 0; k < arguments.size(); k++) {
        if (overlap(results.get(i), arguments.get(k))) {
          throw new IllegalArgumentException(
              "result %d shares memory with argument %d".formatted(i, k));
        }
      }
      for (int k = 0; k < i; k++) {
        if (overlap(results.get(i), results.get(k))) {
          throw new IllegalArgumentException(
              "result %d shares memory with result %d".formatted(i, k));
        }
      }
    }
  }

  private static boolean overlap(MemorySegment a, MemorySegment b) {
    return a.address() < b.address() + b.byteSize() && b.address() < a.address() + a.byteSize();
  }
}
