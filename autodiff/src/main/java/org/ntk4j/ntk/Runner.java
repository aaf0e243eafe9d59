package org.ntk4j.ntk;

import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Program;

/// What runs programs: the reference evaluator, or a back end.
@FunctionalInterface
public interface Runner {
  /// The outputs of `p` for these inputs.
  List<Tensor> run(Program p, List<Tensor> inputs);
}
