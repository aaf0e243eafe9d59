package org.ntk4j.ir.pass;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Constant;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Mul;

/// Common subexpressions: an equation with the primitive and operands of an earlier one is replaced
/// by it. `add` and `mul` match with their operands in either order.
public record Cse() implements Pass {
  @Override
  public String name() {
    return "cse";
  }

  @Override
  public Program apply(Program program) {
    Program p = Nested.mapAll(program, this::apply);
    Map<Key, Equation> known = new HashMap<>();
    Map<Var, Integer> order = new HashMap<>();
    Map<Var, Atom> renamed = new HashMap<>();
    List<Equation> equations = new ArrayList<>(p.equations().size());
    p.inputs().forEach(v -> order.put(v, order.size()));
    for (Equation old : p.equations()) {
      Equation e = Rename.in(old, renamed);
      Equation first = known.putIfAbsent(Key.of(e, order), e);
      if (first == null) {
        equations.add(e);
        e.out().forEach(v -> order.put(v, order.size()));
      } else {
        for (int i = 0; i < e.out().size(); i++) {
          renamed.put(e.out().get(i), first.out().get(i));
        }
      }
    }
    return renamed.isEmpty()
        ? p
        : new Program(p.inputs(), equations, Rename.all(p.outputs(), renamed));
  }

  /// What two equations must share to have equal results.
  private static final class Key {
    private final Primitive op;
    private final List<Atom> in;
    private final int hash;

    private Key(Primitive op, List<Atom> in) {
      this.op = op;
      this.in = in;
      this.hash = 31 * hash(op) + in.hashCode();
    }

    static Key of(Equation e, Map<Var, Integer> order) {
      boolean commutes = e.op() instanceof Add || e.op() instanceof Mul;
      if (commutes && rank(e.in().get(0), order) > rank(e.in().get(1), order)) {
        return new Key(e.op(), e.in().reversed());
      }
      return new Key(e.op(), e.in());
    }

    /// Literals before variables, variables in the order of their binding.
    private static int rank(Atom x, Map<Var, Integer> order) {
      return x instanceof Var v
          ? Objects.requireNonNull(order.get(v), "bug: a variable is used before it is bound")
          : -1;
    }

    /// Cheap where `op.hashCode()` would print a program or read a tensor.
    private static int hash(Primitive op) {
      if (op instanceof HigherOrder) {
        return op.mnemonic().hashCode();
      }
      return op instanceof Constant(Tensor x)
          ? Objects.hash(x.dtype(), x.shape(), x.contentHash())
          : op.hashCode();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key k && hash == k.hash && in.equals(k.in) && same(op, k.op);
    }

    private static boolean same(Primitive p, Primitive q) {
      return p instanceof Constant(Tensor x) && q instanceof Constant(Tensor y)
          ? x.sameAs(y)
          : p.equals(q);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }
}
