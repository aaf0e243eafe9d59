package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.Transpose;

/// Makes every contraction a matrix product: where the strides of an operand do not fit, it is
/// copied; finds out which values must be in memory.
final class Products {
  /// From so many rows on a copy takes less time than the half of a product of a matrix with itself
  /// that is not computed where it is seen to be symmetric: 0.4 ns for an element, and 5 ps for
  /// each multiplication that is left out, on two cores.
  private static final long SYMMETRIC_ROWS = 128;

  private final Graph graph;
  private final List<Equation> equations = new ArrayList<>();
  private final Set<Var> stored = new HashSet<>();
  private final Map<Copy, Var> copied = new HashMap<>();

  private record Copy(Var of, List<Integer> order) {}

  /// A program whose contractions are matrix products of `stored` values seen through strides.
  record Prepared(Program program, Set<Var> stored) {}

  private Products(Graph graph) {
    this.graph = graph;
  }

  static Prepared prepare(Program p) {
    Products products = new Products(new Graph(p));
    p.equations().forEach(products::visit);
    return new Prepared(
        new Program(p.inputs(), products.equations, p.outputs()), Set.copyOf(products.stored));
  }

  private void visit(Equation e) {
    switch (Role.of(e)) {
      case PRODUCT -> equations.add(product(e));
      case CONVOLUTION -> equations.add(convolution(e));
      case POINTWISE, REDUCTION, WHOLE -> equations.add(e);
    }
  }

  private Equation convolution(Equation e) {
    Conv op = (Conv) e.op();
    Var x = variable(e.in().get(0));
    Var w = variable(e.in().get(1));
    Views.Seen image = Views.of(graph, x, stored);
    stored.add(ConvForms.isReversedBeyond(image.view(), List.of()) ? x : image.base());
    if (ConvForms.isReversedBeyond(Views.of(graph, w, stored).view(), op.dims().wSpatial())) {
      stored.add(w);
    }
    Views.Seen seen = Views.of(graph, w, stored);
    boolean unit = op.strides().stream().allMatch(s -> s == 1);
    boolean dilated = op.lhsDilation().stream().anyMatch(d -> d > 1);
    boolean reversed = ConvForms.isReversed(op, seen.view());
    if (reversed && !unit) {
      stored.add(w);
    } else if (dilated && !reversed) {
      w = reversedInMemory(w, op.dims().wSpatial());
    } else {
      stored.add(seen.base());
    }
    return new Equation(op, List.of(x, w), e.out());
  }

  /// The value of `w`, stored with `axes` the other way round: gradients read filters so.
  private Var reversedInMemory(Var w, List<Integer> axes) {
    Var copy = new Var(w.aval());
    equations.add(new Equation(new Reverse(axes), List.of(w), List.of(copy)));
    stored.add(copy);
    Var again = new Var(w.aval());
    equations.add(new Equation(new Reverse(axes), List.of(copy), List.of(again)));
    return again;
  }

  private Equation product(Equation e) {
    Contract op = (Contract) e.op();
    Var x = variable(e.in().get(0));
    Var y = variable(e.in().get(1));
    boolean same = e.in().get(0) == e.in().get(1);
    Optional<Equation> fitting =
        same
            ? fitting(op, x, x, e.result(), hidesSymmetry(op, x, e) ? List.of(3, 0) : List.of(0, 3))
            : fitting(op, x, y, e.result(), List.of(0, 1, 2, 3));
    return fitting.orElseThrow(() -> new IllegalStateException("bug: no product: " + e));
  }

  /// The first of some choices of what to copy (bit 0: `x`, bit 1: `y`) that is a product.
  private Optional<Equation> fitting(Contract op, Var x, Var y, Var z, List<Integer> choices) {
    for (int choice : choices) {
      List<Equation> copies = new ArrayList<>();
      Side left = new Side(x, op.lhsBatch(), op.lhsContract());
      Side right = new Side(y, op.rhsBatch(), op.rhsContract());
      Side one = (choice & 1) == 0 ? left : left.copied(copies);
      Side two = (choice & 2) == 0 ? right : x == y && same(op) ? one : right.copied(copies);
      Contract changed = new Contract(one.batch, two.batch, one.contracted, two.contracted);
      Views.Seen a = one.seen(copies);
      Views.Seen b = two.seen(copies);
      View result = View.rowMajor(-1, z.aval().dtype(), z.aval().shape());
      if (MatrixForm.of(changed, a.view(), b.view(), result, one.v == two.v).isPresent()) {
        keep(copies);
        stored.add(a.base());
        stored.add(b.base());
        return Optional.of(new Equation(changed, List.of(one.v, two.v), List.of(z)));
      }
    }
    return Optional.empty();
  }

  /// Whether the product of `x` with itself is symmetric, but not seen to be by the strides of `x`.
  private boolean hidesSymmetry(Contract op, Var x, Equation e) {
    Shape shape = x.aval().shape();
    long rows = 1;
    for (int k = 0; k < shape.rank(); k++) {
      rows *= op.lhsBatch().contains(k) || op.lhsContract().contains(k) ? 1 : shape.dim(k);
    }
    if (!same(op) || rows < SYMMETRIC_ROWS) {
      return false;
    }
    View seen = Views.of(graph, x, stored).view();
    View result = View.rowMajor(-1, e.result().aval().dtype(), e.result().aval().shape());
    return MatrixForm.of(op, seen, seen, result, true)
        .filter(form -> !form.product().symmetric())
        .isPresent();
  }

  private static boolean same(Contract op) {
    return op.lhsBatch().equals(op.rhsBatch()) && op.lhsContract().equals(op.rhsContract());
  }

  /// One operand with the parts its axes play.
  private final class Side {
    private final Var v;
    private final List<Integer> batch;
    private final List<Integer> contracted;

    Side(Var v, List<Integer> batch, List<Integer> contracted) {
      this.v = v;
      this.batch = batch;
      this.contracted = contracted;
    }

    /// The operand transposed to the order that always fits.
    Side copied(List<Equation> copies) {
      int rank = v.aval().rank();
      List<Integer> order = MatrixForm.order(rank, batch, contracted);
      Optional<Var> known = Optional.ofNullable(copied.get(new Copy(v, order)));
      Var copy = known.orElseGet(() -> transposed(v, order, copies));
      return new Side(
          copy,
          IntStream.range(0, batch.size()).boxed().toList(),
          IntStream.range(rank - contracted.size(), rank).boxed().toList());
    }

    Views.Seen seen(List<Equation> copies) {
      boolean isNew = copies.stream().anyMatch(e -> e.result() == v);
      return Views.of(graph, v, isNew ? Set.of(v) : stored);
    }
  }

  private static Var transposed(Var v, List<Integer> order, List<Equation> copies) {
    Primitive transpose = new Transpose(order);
    Var copy = new Var(transpose.resultAvals(List.of(v.aval())).getFirst());
    copies.add(new Equation(transpose, List.of(v), List.of(copy)));
    return copy;
  }

  private void keep(List<Equation> copies) {
    equations.addAll(copies);
    for (Equation e : copies) {
      if (e.op() instanceof Transpose(var order) && e.in().getFirst() instanceof Var v) {
        copied.put(new Copy(v, order), e.result());
      }
    }
  }

  /// `x`, which is a literal, as a variable.
  private Var variable(Atom x) {
    return switch (x) {
      case Var v -> v;
      case Literal literal -> {
        Var filled = new Var(literal.aval());
        Primitive op = new Broadcast(literal.aval().shape(), List.of());
        Literal scalar = new Literal(literal.aval().withShape(Shape.SCALAR), literal.bits());
        equations.add(new Equation(op, List.of(scalar), List.of(filled)));
        stored.add(filled);
        yield filled;
      }
    };
  }
}
