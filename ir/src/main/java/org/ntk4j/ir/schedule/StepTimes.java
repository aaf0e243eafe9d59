package org.ntk4j.ir.schedule;

import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.Unary;
import org.ntk4j.ir.op.UnaryFn;

/// How long steps take, predicted.
public final class StepTimes {
  /// Simple operations that a transcendental function counts for.
  private static final double TRANSCENDENTAL = 12;

  /// What the reference evaluator does in a second.
  private static final double EVALUATED_ELEMENTS = 1e8;

  /// A loop whose end is not known is taken to run so often.
  private static final double UNKNOWN_TRIPS = 16;

  private final Rates rates;

  /// Predictions for a machine of these rates.
  public StepTimes(Rates rates) {
    this.rates = rates;
  }

  /// Seconds of all steps of `s`.
  public double seconds(Schedule s) {
    return s.steps().stream().mapToDouble(step -> seconds(step, s)).sum();
  }

  /// Seconds of `step` of `s`.
  public double seconds(Step step, Schedule s) {
    return rates.step()
        + switch (step) {
          case Step.Fill(int buffer, _, _) -> rates.movement(s.buffers().get(buffer).bytes());
          case Step.Loops(var nest, _) -> loops(nest);
          case Step.Rows rows -> rows(rows);
          case Step.Product(var product, _, _, _) -> product(product);
          case Step.Fused fused -> product(fused.product()) + epilogue(fused.epilogue().nest());
          case Step.Convolution c -> convolution(c);
          case Step.Evaluate e -> evaluated(e);
          case Step.Scan scan -> scan.length() * seconds(scan.body());
          case Step.While loop ->
              UNKNOWN_TRIPS * (seconds(loop.condition()) + seconds(loop.body()));
          case Step.Branch branch ->
              branch.branches().stream().mapToDouble(this::seconds).max().orElse(0);
        };
  }

  /// Seconds of `step` if nothing but the rate of its kind limited it: multiplications, of a
  /// symmetric product half of them; bytes that loops move. Of other kinds what is predicted.
  public double least(Step step, Schedule s) {
    return switch (step) {
      case Step.Fill(int buffer, _, _) -> rates.movement(s.buffers().get(buffer).bytes());
      case Step.Loops(var nest, _) -> rates.movement(moved(nest));
      case Step.Rows rows -> rates.movement(moved(rows));
      case Step.Product(var product, _, _, _) -> least(product);
      case Step.Fused fused -> least(fused.product());
      case Step.Convolution c -> 2 * multiplications(c) / rate(c);
      case Step.Evaluate _, Step.Scan _, Step.While _, Step.Branch _ -> seconds(step, s);
    };
  }

  private double least(MatrixProduct p) {
    double results = (double) p.rows() * (p.symmetric() ? 0.5 * (p.rows() + 1) : p.columns());
    double matrices = p.batch().stream().mapToDouble(n -> n).reduce(1, (a, b) -> a * b);
    double rate = p.dtype() == DType.F64 ? rates.productF64() : rates.product();
    return 2 * matrices * results * p.inner() / rate;
  }

  private double product(MatrixProduct p) {
    double batch = p.batch().stream().mapToDouble(n -> n).reduce(1, (a, b) -> a * b);
    return p.symmetric()
        ? rates.symmetricProduct(p.dtype(), batch, p.rows(), p.inner())
        : rates.product(p.dtype(), batch, p.rows(), p.columns(), p.inner());
  }

  private double convolution(Step.Convolution c) {
    double bytes = (double) (size(c.x()) + size(c.w()) + size(c.y())) * c.y().dtype().sizeBytes();
    return Math.max(2 * multiplications(c) / rate(c), rates.movement(bytes));
  }

  private static double multiplications(Step.Convolution c) {
    return ConvForms.of(c.op(), c.x(), c.w(), c.y())
        .map(form -> form.problem().multiplications())
        .orElseGet(() -> (double) size(c.y()) * size(c.w()) / Math.max(1, size(c.x())));
  }

  private double rate(Step.Convolution c) {
    return rates.convolution() * (c.y().dtype() == DType.F64 ? 0.5 : 1);
  }

  private static long size(View v) {
    long size = 1;
    for (int k = 0; k < v.rank(); k++) {
      size *= v.dim(k);
    }
    return size;
  }

  private static double evaluated(Step.Evaluate e) {
    double elements = 0;
    for (Aval aval : e.operands()) {
      elements += aval.size();
    }
    for (Aval aval : e.results()) {
      elements += aval.size();
    }
    return elements / EVALUATED_ELEMENTS;
  }

  private double loops(LoopNest nest) {
    return loops(nest, moved(nest));
  }

  /// The element is not moved.
  private double epilogue(LoopNest nest) {
    return loops(nest, moved(nest) - used(nest.slots().getFirst(), nest));
  }

  private double loops(LoopNest nest, double bytes) {
    return Math.max(nest.iterations() * work(nest) / rates.operations(), rates.movement(bytes));
  }

  private static double moved(LoopNest nest) {
    return nest.slots().stream().mapToDouble(slot -> used(slot, nest)).sum();
  }

  private static double used(LoopNest.Slot slot, LoopNest nest) {
    return Math.min(slot.elements(), (double) nest.iterations()) * slot.dtype().sizeBytes();
  }

  private double rows(Step.Rows rows) {
    double operations = 0;
    for (Step.Loops loops : rows.loops()) {
      operations += loops.nest().iterations() * work(loops.nest());
    }
    return Math.max(operations / rates.operations(), rates.movement(moved(rows)));
  }

  /// Every buffer is moved once, and what is local not at all.
  private static double moved(Step.Rows rows) {
    Map<Integer, Double> bytes = new HashMap<>();
    for (Step.Loops loops : rows.loops()) {
      LoopNest nest = loops.nest();
      for (int s = 0; s < nest.slots().size(); s++) {
        bytes.merge(loops.buffers().get(s), used(nest.slots().get(s), nest), Math::max);
      }
    }
    rows.local().forEach(bytes::remove);
    return bytes.values().stream().mapToDouble(b -> b).sum();
  }

  /// Simple operations of one iteration of `nest`, about.
  public static double work(LoopNest nest) {
    Set<Expr> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    double work = 0;
    for (LoopNest.Store store : nest.stores()) {
      work += 1 + work(store.value(), seen);
    }
    return work;
  }

  private static double work(Expr e, Set<Expr> seen) {
    if (!seen.add(e)) {
      return 0;
    }
    return switch (e) {
      case Expr.Load _, Expr.Position _ -> 1;
      case Expr.Constant _ -> 0;
      case Expr.Quotient _ -> TRANSCENDENTAL;
      case Expr.Apply(var op, _, var operands) ->
          cost(op) + operands.stream().mapToDouble(x -> work(x, seen)).sum();
      case Expr.Guarded(var bounds, var inside, var outside) ->
          bounds.size() + work(inside, seen) + work(outside, seen);
    };
  }

  private static double cost(Primitive op) {
    boolean simple = !(op instanceof Elementwise) || op.equals(new Unary(UnaryFn.ABS));
    return simple ? 1 : TRANSCENDENTAL;
  }
}
