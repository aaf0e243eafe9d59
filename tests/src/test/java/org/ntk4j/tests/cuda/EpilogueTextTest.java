package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.cuda.text.NestText;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.cuda.text.ProductText;
import org.ntk4j.cuda.text.StepCode;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.epilogue.Epilogues;
import org.ntk4j.ir.schedule.Lowering;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Schedule.Buffer;
import org.ntk4j.ir.schedule.Step;
import org.ntk4j.ir.text.Parser;

/// Kernels of products that hand their elements on give the bits that a product and a loop nest
/// after it give.
@Tag("standin")
@Tag("gpu")
class EpilogueTextTest {
  @BeforeEach
  void start() {
    OnCard.start(17);
  }

  /// What happens to the elements is not symmetric, but the product is.
  private static String symmetric(String dtype, long n, long inner) {
    return """
    program(a:D[N,K], b:D[N,N], c:D[N]) {
      e:D[N,N] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[1]] a a
      f:D[N,N] = transpose[permutation=[1,0]] e
      g:D[N,N] = broadcast[shape=[N,N] axes=[1]] c
      h:D[N,N] = mul e b
      i:D[N,N] = sub h g
      j:D[N,N] = mul f i
      return j
    }
    """
        .replace("D", dtype)
        .replace("N", Long.toString(n))
        .replace("K", Long.toString(inner));
  }

  /// `[n,a]` by `[m,b]`, as `[n,m,a,b]`, and its derivative.
  private static String split(String dtype, long rows, long columns, long inner) {
    return """
    program(a:D[R,3,K], b:D[C,2,K], c:D[R,C]) {
      e:D[R,3,C,2] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[2] rhsContract=[2]] a b
      f:D[R,C,3,2] = transpose[permutation=[0,2,1,3]] e
      g:D[R,C,3,2] = broadcast[shape=[R,C,3,2] axes=[0,1]] c
      h:D[R,C,3,2] = mul f g
      i:D[R,C,3,2] = abs h
      return h, i
    }
    """
        .replace("D", dtype)
        .replace("R", Long.toString(rows))
        .replace("C,", columns + ",")
        .replace("C]", columns + "]")
        .replace("K", Long.toString(inner));
  }

  private static String batch(long rows, long columns) {
    return """
    program(a:f32[3,R,20], b:f32[3,20,S], c:f32[S]) {
      e:f32[3,R,S] = contract[lhsBatch=[0] rhsBatch=[0] lhsContract=[2] rhsContract=[1]] a b
      g:f32[3,R,S] = broadcast[shape=[3,R,S] axes=[2]] c
      h:f32[3,R,S] = add e g
      return h
    }
    """
        .replace("R", Long.toString(rows))
        .replace("S", Long.toString(columns));
  }

  @Test
  void symmetric_products() {
    List<Case> cases = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      for (long[] size : new long[][] {{40, 30}, {131, 17}, {30, 2000}, {9, 6}, {1, 100}}) {
        cases.add(new Case(Parser.parse(symmetric("f32", size[0], size[1])), precision));
      }
    }
    cases.add(new Case(Parser.parse(symmetric("f64", 70, 40)), Precision.FLOAT64));
    check(cases);
  }

  @Test
  void other_products() {
    List<Case> cases = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      for (long[] size : new long[][] {{11, 20, 64}, {44, 64, 20}, {1, 35, 33}, {10, 17, 3000}}) {
        cases.add(new Case(Parser.parse(split("f32", size[0], size[1], size[2])), precision));
      }
      cases.add(new Case(Parser.parse(batch(33, 40)), precision));
      cases.add(new Case(Parser.parse(batch(2, 7)), precision));
    }
    cases.add(new Case(Parser.parse(split("f64", 23, 32, 40)), Precision.FLOAT64));
    check(cases);
  }

  private record Case(Program program, Precision precision) {}

  private static void check(List<Case> cases) {
    Map<Step, StepCode> codes = new HashMap<>();
    List<Schedule> before = new ArrayList<>();
    List<Schedule> after = new ArrayList<>();
    for (Case each : cases) {
      before.add(Lowering.lower(each.program));
      after.add(Epilogues.of(before.getLast(), _ -> true));
      assertEquals(1, after.getLast().steps().size(), () -> "steps of\n" + each.program);
      before.getLast().steps().forEach(step -> print(step, each.precision, codes));
      after.getLast().steps().forEach(step -> print(step, each.precision, codes));
    }
    assertTrue(codes.values().stream().anyMatch(c -> c.scratchBytes() > 0), "a sum in parts");
    try (TextRun run = new TextRun(List.copyOf(codes.values()))) {
      for (int i = 0; i < cases.size(); i++) {
        List<Tensor> expected = run(before.get(i), cases.get(i).program, codes, run);
        List<Tensor> actual = run(after.get(i), cases.get(i).program, codes, run);
        String name = cases.get(i).toString();
        for (int k = 0; k < expected.size(); k++) {
          assertArrayEquals(expected.get(k).toDoubles(), actual.get(k).toDoubles(), name);
        }
      }
    }
  }

  private static void print(Step step, Precision precision, Map<Step, StepCode> codes) {
    String name = "step" + codes.size();
    codes.computeIfAbsent(
        step,
        _ ->
            switch (step) {
              case Step.Loops l -> NestText.of(l.nest(), name, true);
              case Step.Product p -> ProductText.of(p.product(), precision, name);
              case Step.Fused p -> ProductText.of(p.product(), p.epilogue(), precision, name);
              case Step.Fill _,
                  Step.Rows _,
                  Step.Convolution _,
                  Step.Evaluate _,
                  Step.Scan _,
                  Step.While _,
                  Step.Branch _ ->
                  throw new AssertionError(step);
            });
  }

  private static List<Tensor> run(Schedule s, Program p, Map<Step, StepCode> codes, TextRun run) {
    List<Tensor> memory = new ArrayList<>();
    for (Buffer b : s.buffers()) {
      memory.add(Tensor.zeros(b.dtype(), Shape.of(b.elements())));
      for (long e = 0; e < b.elements(); e++) {
        memory.getLast().setDouble(e, Double.NaN);
      }
    }
    for (int k = 0; k < s.inputs().size(); k++) {
      Aval aval = p.inputAvals().get(k);
      Tensor x = RandomKey.of(k).normal(aval.dtype(), aval.shape());
      memory.set(s.inputs().get(k), x.reshape(Shape.of(x.size())));
    }
    for (Step step : s.steps()) {
      StepCode code = Objects.requireNonNull(codes.get(step));
      run.run(code, slots(step).stream().map(memory::get).toList(), 0);
    }
    return s.outputs().stream().map(memory::get).toList();
  }

  private static List<Integer> slots(Step step) {
    return switch (step) {
      case Step.Loops l -> l.buffers();
      case Step.Product p -> List.of(p.left(), p.right(), p.result());
      case Step.Fused p -> {
        List<Integer> slots = new ArrayList<>(List.of(p.left(), p.right()));
        slots.addAll(p.buffers());
        yield slots;
      }
      case Step.Fill _,
          Step.Rows _,
          Step.Convolution _,
          Step.Evaluate _,
          Step.Scan _,
          Step.While _,
          Step.Branch _ ->
          throw new AssertionError(step);
    };
  }
}
