package org.ntk4j.ir.schedule;

import java.util.List;

/// What becomes of each element of a product where it is computed: one iteration of a nest.
///
/// @param nest its slot 0 is the product's result, which is not stored: every load of it is the
///   element, whatever its index says
/// @param loops for each loop which part of the element's indices it is
public record Epilogue(LoopNest nest, List<Part> loops) {
  /// Copies the list.
  public Epilogue {
    loops = List.copyOf(loops);
  }

  /// The variable of a loop that has `n` iterations is `index / divisor mod n`.
  ///
  /// @param axis of the result, whose index that is: the axes of the batch, then rows, then columns
  public record Part(int axis, long divisor) {}
}
