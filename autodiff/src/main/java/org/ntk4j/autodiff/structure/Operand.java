package org.ntk4j.autodiff.structure;

import java.util.List;
import org.ntk4j.ir.Builder;

/// Something a contraction can take in: an array with named indices, formed when it is asked for.
sealed interface Operand permits Factor, WeightGradient {

  /// The indices of the array; distinct.
  List<Index> indices();

  /// The array with one axis per index.
  Dense dense(Builder b);

  /// What forming it costs.
  ContractionCost preparation(int elementBytes);
}
