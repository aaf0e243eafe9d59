package org.ntk4j.autodiff.structure;

import java.util.List;
import java.util.function.UnaryOperator;
import org.ntk4j.ir.Builder;

/// One of the factors of an indexed linear map.
sealed interface Factor extends Operand permits Dense, Patches {

  /// This factor with every index replaced; the sizes must agree.
  Factor rename(UnaryOperator<Index> names);

  /// This factor with `index` replaced by its digits `parts`, most significant first.
  Factor split(Builder b, Index index, List<Index> parts);
}
