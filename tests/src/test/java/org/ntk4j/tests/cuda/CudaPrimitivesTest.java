package org.ntk4j.tests.cuda;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.tests.PrimitiveSamples;
import org.ntk4j.tests.Sample;

/// Every primitive's samples on a card, in the dtype they have and, where the primitive takes it,
/// in `f32`.
@Tag("standin")
@Tag("gpu")
class CudaPrimitivesTest {
  private static final long SEED = Long.getLong("ntk.seed", 7);

  /// A sample in one dtype.
  record Subject(String name, Program program, List<Tensor> values) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Subject> samples() {
    List<Subject> all = new ArrayList<>();
    for (Sample s : PrimitiveSamples.all()) {
      List<Tensor> values = s.values(SEED);
      all.add(new Subject(s.name(), s.program(), values));
      if (s.avals().stream().anyMatch(a -> a.dtype() == DType.F64)) {
        inSingle(s, values, all);
      }
    }
    return all;
  }

  private static void inSingle(Sample s, List<Tensor> values, List<Subject> all) {
    Builder b = new Builder();
    List<Var> in = s.avals().stream().map(a -> new Var(single(a))).toList();
    Program p;
    try {
      p = b.build(in, b.emitAll(s.op(), in));
    } catch (IllegalArgumentException e) {
      return; // The primitive holds a program or a constant of its own dtype.
    }
    List<Tensor> converted =
        values.stream().map(x -> x.dtype() == DType.F64 ? x.to(DType.F32) : x).toList();
    all.add(new Subject(s.name() + " in f32", p, converted));
  }

  private static Aval single(Aval a) {
    return a.dtype() == DType.F64 ? new Aval(DType.F32, a.shape()) : a;
  }

  @ParameterizedTest
  @MethodSource("samples")
  void the_primitive_on_a_card_is_the_evaluators(Subject s) {
    OnCard.assertEqualsEvaluator(s.program(), s.values());
  }

  @AfterAll
  static void nothing_is_left() {
    OnCard.assertNothingLeft();
  }
}
