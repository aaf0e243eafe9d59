package org.ntk4j.ir.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.ntk4j.ir.trace.Traced.assertTensor;
import static org.ntk4j.ir.trace.Traced.dims;
import static org.ntk4j.ir.trace.Traced.vector;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.IrException;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.TopK;

class TraceTest {
  private static final Aval VECTOR = Aval.of(DType.F64, 2);

  @Test
  void inputs_and_outputs_keep_their_order() {
    Program p =
        Trace.program(
            List.of(VECTOR, Aval.of(DType.F64)),
            in -> List.of(in.get(1), in.get(0).mul(in.get(1)), in.get(0)));
    List<Tensor> out = Evaluator.run(p, List.of(vector(1, 2), Tensor.scalar(3)));
    assertTensor(out.get(0), dims(), 3);
    assertTensor(out.get(1), dims(2), 3, 6);
    assertTensor(out.get(2), dims(2), 1, 2);
  }

  @Test
  void trees_keep_their_structure() {
    Tree<Aval> inputs = Tree.map("x", Tree.of(VECTOR), "y", Tree.list(Tree.of(VECTOR)));
    Trace.TreeProgram p =
        Trace.program(
            inputs,
            in ->
                Tree.map(
                    "sum",
                    Tree.of(in.get("x").value().sum()),
                    "both",
                    Tree.list(in.get("y").get(0), in.get("x"))));
    assertEquals(List.of("sum", "both[0]", "both[1]"), p.outputs().paths());
    assertEquals(List.of(Aval.of(DType.F64), VECTOR, VECTOR), p.outputs().leaves());
    assertEquals(inputs, p.inputs());
    List<Tensor> out = Evaluator.run(p.program(), List.of(vector(1, 2), vector(3, 4)));
    assertTensor(out.get(0), dims(), 3);
    assertTensor(out.get(1), dims(2), 3, 4);
  }

  @Test
  void parameters_come_before_data() {
    Trace.TreeProgram p =
        Trace.program(
            Tree.of(VECTOR),
            Tree.of(Aval.of(DType.F64)),
            (params, x) -> Tree.of(params.value().mul(x.value())));
    assertEquals(List.of(VECTOR, Aval.of(DType.F64)), p.program().inputAvals());
  }

  @Test
  void constants_belong_to_the_trace() {
    Program p =
        Traced.program(
            in -> {
              Value x = in.getFirst();
              return x.add(x.constant(vector(10, 20)))
                  .add(x.full(DType.F64, Shape.of(2), 100))
                  .add(x.arange(DType.F64, 2))
                  .add(x.iota(DType.F64, Shape.of(2, 2), 0).get(0, 1))
                  .add(x.like(0.5));
            },
            VECTOR);
    assertTensor(Evaluator.run(p, List.of(vector(1, 2))).getFirst(), dims(2), 112.5, 124.5);
  }

  @Test
  void a_program_can_be_inlined() {
    Program square = Traced.program(in -> in.getFirst().square(), VECTOR);
    Program p =
        Trace.program(List.of(VECTOR), in -> Trace.inline(square, List.of(in.getFirst().add(1))));
    assertTensor(Evaluator.run(p, List.of(vector(1, 2))).getFirst(), dims(2), 4, 9);
    assertThrows(
        IllegalArgumentException.class,
        () -> Traced.program(in -> Trace.inline(square, in).getFirst(), Aval.of(DType.F64)));
  }

  @Test
  void any_primitive_can_be_recorded() {
    Program p =
        Trace.program(
            List.of(VECTOR),
            in -> Value.emitAll(new TopK(1), List.of(Value.emit(new Add(), in.get(0), in.get(0)))));
    List<Tensor> out = Evaluator.run(p, List.of(vector(1, 2)));
    assertTensor(out.get(0), dims(1), 4);
    assertTensor(out.get(1), dims(1), 1);
  }

  @Test
  void constraints_of_primitives_are_reported_while_recording() {
    IrException e =
        assertThrows(
            IrException.class, () -> Traced.program(in -> in.getFirst().slice(0, 1, 5), VECTOR));
    assertEquals("slice", e.constraint().substring(0, 5));
  }

  @Test
  void values_of_different_traces_do_not_mix() {
    List<Value> other = new ArrayList<>();
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Traced.program(
                    in -> {
                      Traced.program(
                          inner -> {
                            other.add(inner.getFirst());
                            return inner.getFirst().add(in.getFirst());
                          },
                          VECTOR);
                      return in.getFirst();
                    },
                    VECTOR));
    assertEquals("add: values of different traces are mixed", e.getMessage());
    Exception late = assertThrows(IllegalArgumentException.class, () -> other.getFirst().neg());
    assertEquals("a value was used after its trace had ended", late.getMessage());
  }

  @Test
  void describes_itself() {
    List<String> text = new ArrayList<>();
    Traced.program(
        in -> {
          text.add(in.getFirst().toString());
          assertEquals(2, in.getFirst().dim(-1));
          assertEquals(2, in.getFirst().size());
          return in.getFirst().stopGradient();
        },
        VECTOR);
    assertEquals(List.of("Value(f64[2])"), text);
  }
}
