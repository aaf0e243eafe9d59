package org.ntk4j.tests;

import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;

/// A primitive with operands that it accepts.
///
/// @param name unique among the samples
/// @param operands avals, and how to make values at which the primitive is differentiable
public record Sample(String name, Primitive op, List<Operand> operands) {
  /// One operand.
  ///
  /// @param values makes a value of the aval
  public record Operand(Aval aval, BiFunction<Aval, Random, Tensor> values) {}

  public Sample {
    operands = List.copyOf(operands);
  }

  /// Avals of the operands.
  public List<Aval> avals() {
    return operands.stream().map(Operand::aval).toList();
  }

  /// The program of this one equation: all operands in, all results out.
  public Program program() {
    Builder b = new Builder();
    List<Var> in = avals().stream().map(Var::new).toList();
    return b.build(in, b.emitAll(op, in));
  }

  /// Values of the operands.
  public List<Tensor> values(long seed) {
    Random random = new Random(seed);
    return operands.stream().map(o -> o.values().apply(o.aval(), random)).toList();
  }

  @Override
  public String toString() {
    return name;
  }
}
