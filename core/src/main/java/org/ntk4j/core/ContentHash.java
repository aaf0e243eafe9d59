package org.ntk4j.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// `h ← mix(h xor w)` over the words `w` of dtype, shape and elements.
final class ContentHash {

  private ContentHash() {}

  static long of(DType dtype, Shape shape, MemorySegment elements) {
    // The text of the dtype, not its ordinal: a new dtype must not change the hashes of others.
    long hash = mix(dtype.toString().hashCode());
    for (int axis = 0; axis < shape.rank(); axis++) {
      hash = mix(hash ^ shape.dim(axis));
    }
    long words = elements.byteSize() / Long.BYTES;
    for (long i = 0; i < words; i++) {
      hash = mix(hash ^ elements.get(ValueLayout.JAVA_LONG_UNALIGNED, i * Long.BYTES));
    }
    for (long i = words * Long.BYTES; i < elements.byteSize(); i++) {
      hash = mix(hash ^ elements.get(ValueLayout.JAVA_BYTE, i));
    }
    return hash;
  }

  /// The finalizer of SplitMix64 after a step of its sequence: a bijection without fixed point 0.
  private static long mix(long word) {
    long z = word + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
