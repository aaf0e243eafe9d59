package org.ntk4j.ntk;

import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Engine;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.eval.Held;
import org.ntk4j.ir.eval.ProgramCache;

/// What runs programs: the reference evaluator, or a back end.
@FunctionalInterface
public interface Runner {
  /// The outputs of `p` for these inputs.
  List<Tensor> run(Program p, List<Tensor> inputs);

  /// The outputs of `p` for these inputs, owned by `scope`: tensors of their own. Whatever else is
  /// allocated counts in `scope` and is released before this returns, which the kernels larger than
  /// memory rely on; by default the outputs of [#run] are copied, and the rest is left to the
  /// garbage collector.
  default List<Tensor> run(Program p, List<Tensor> inputs, TensorScope scope) {
    return run(p, inputs).stream().map(scope::copy).toList();
  }

  /// Promises that these tensors will not change until what is returned is closed, so that they
  /// need not be copied to where programs run at each call; see [Engine#hold].
  default Held hold(List<Tensor> tensors) {
    return Held.NOTHING;
  }

  /// In which arithmetic products of `f32` numbers are computed, e.g. `float32` or `tf32`.
  default String productPrecision() {
    return Engine.FLOAT32;
  }

  /// The back end of the process, see [org.ntk4j.ir.eval.Engine#find]; the reference evaluator
  /// where there is none. Nothing is loaded before the first run.
  static Runner standard() {
    return new Runner() {
      @Override
      public List<Tensor> run(Program p, List<Tensor> inputs) {
        return ProgramCache.standard().run(p, inputs);
      }

      @Override
      public List<Tensor> run(Program p, List<Tensor> inputs, TensorScope scope) {
        return ProgramCache.standard().run(p, inputs, scope);
      }

      @Override
      public Held hold(List<Tensor> tensors) {
        return ProgramCache.standard().hold(tensors);
      }

      @Override
      public String productPrecision() {
        return ProgramCache.standard().productPrecision();
      }
    };
  }

  /// The reference evaluator.
  static Runner evaluator() {
    return new Runner() {
      @Override
      public List<Tensor> run(Program p, List<Tensor> inputs) {
        return Evaluator.run(p, inputs);
      }

      @Override
      public List<Tensor> run(Program p, List<Tensor> inputs, TensorScope scope) {
        return Evaluator.runWithin(p, inputs, scope);
      }
    };
  }
}
