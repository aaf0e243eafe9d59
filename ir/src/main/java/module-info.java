import org.jspecify.annotations.NullMarked;
import org.ntk4j.ir.eval.Engine;
import org.ntk4j.ir.eval.LinearAlgebra;

/// Tensor programs as data: primitives, programs, tracing, passes and the reference evaluator.
@NullMarked
module org.ntk4j.ir {
  exports org.ntk4j.ir;
  exports org.ntk4j.ir.epilogue;
  exports org.ntk4j.ir.eval;
  exports org.ntk4j.ir.nest;
  exports org.ntk4j.ir.op;
  exports org.ntk4j.ir.pass;
  exports org.ntk4j.ir.schedule;
  exports org.ntk4j.ir.text;
  exports org.ntk4j.ir.trace;

  requires transitive org.ntk4j.core;
  requires static org.jspecify;

  uses Engine;
  uses LinearAlgebra;
}
