package org.ntk4j.autodiff.structure;

import java.util.List;
import java.util.Optional;
import org.ntk4j.core.Shape;

/// How the terms of one parameter are computed.
///
/// @param parameter its name
/// @param shape its shape; absent for a row of all parameters
/// @param uses how many uses of it there are, stacked ones counted once
/// @param structure the structure found, e.g. `in: block, out: constant block`
/// @param order the order of contraction chosen, e.g. `inside-out`
/// @param operations multiply-adds of its contractions, twice
/// @param bytes bytes its contractions read and write
/// @param fallbacks names of equations that had no structure and were pulled back, empty if none
public record TermPlan(
    String parameter,
    Optional<Shape> shape,
    int uses,
    String structure,
    String order,
    long operations,
    long bytes,
    List<String> fallbacks) {
  public TermPlan {
    fallbacks = List.copyOf(fallbacks);
  }
}
