package org.ntk4j.ntk;

import java.util.List;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.op.Cholesky;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.CustomJvp;
import org.ntk4j.ir.op.CustomVjp;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.TriangularSolve;
import org.ntk4j.ir.op.While;

/// What running a program costs, each equation for itself: the larger of the times of its operations
/// and of its bytes, and an overhead.
///
/// Scans count as often as they run, a `while` once, of a `cond` the dearest branch.
///
/// @param operations floating-point operations
/// @param bytes bytes read and written
/// @param seconds predicted time
record ProgramCost(double operations, double bytes, double seconds) {
  private static final ProgramCost FREE = new ProgramCost(0, 0, 0);

  static ProgramCost of(Program p, Rates rates) {
    ProgramCost total = FREE;
    for (Equation e : p.equations()) {
      total = total.plus(of(e, rates));
    }
    return total;
  }

  private ProgramCost plus(ProgramCost other) {
    return new ProgramCost(
        operations + other.operations, bytes + other.bytes, seconds + other.seconds);
  }

  private ProgramCost times(long count) {
    return new ProgramCost(count * operations, count * bytes, count * seconds);
  }

  private static ProgramCost of(Equation e, Rates rates) {
    return switch (e.op()) {
      case HigherOrder op -> nested(op, rates);
      case Reshape _ -> FREE;
      case Elementwise _, PiecewiseConstant _, Multilinear _, Nonlinear _ -> {
        double operations = operations(e);
        double bytes = bytes(e);
        double seconds =
            Math.max(operations / rates.operationsPerSecond(), bytes / rates.bytesPerSecond());
        yield new ProgramCost(operations, bytes, seconds + rates.secondsPerEquation());
      }
    };
  }

  private static ProgramCost nested(HigherOrder op, Rates rates) {
    return switch (op) {
      case Call(_, Program body) -> of(body, rates);
      case Checkpoint(Program body) -> of(body, rates);
      case CustomJvp(Program body, Program _) -> of(body, rates);
      case CustomVjp(Program body, Program _, Program _) -> of(body, rates);
      case While(Program condition, Program body) -> of(condition, rates).plus(of(body, rates));
      case Scan scan -> of(scan.body(), rates).times(scan.length());
      case Cond(List<Program> branches) ->
          branches.stream()
              .map(branch -> of(branch, rates))
              .max((x, y) -> Double.compare(x.seconds, y.seconds))
              .orElse(FREE);
    };
  }

  private static double bytes(Equation e) {
    double bytes = 0;
    for (Atom x : e.in()) {
      bytes += x instanceof Literal ? 0 : bytes(x.aval());
    }
    for (Atom y : e.out()) {
      bytes += bytes(y.aval());
    }
    return bytes;
  }

  private static double bytes(Aval aval) {
    return (double) aval.size() * aval.dtype().sizeBytes();
  }

  private static double operations(Equation e) {
    double results = e.out().stream().mapToDouble(y -> y.aval().size()).sum();
    double operands = e.in().stream().mapToDouble(x -> x.aval().size()).sum();
    return switch (e.op()) {
      case Contract op -> contract(op, e, results);
      case Conv op -> {
        Aval w = e.in().get(1).aval();
        yield 2 * results * w.size() / Math.max(1, w.dim(op.dims().wOut()));
      }
      case Cholesky _ -> results * e.out().getFirst().aval().dim(e.out().getFirst().aval().rank() - 1) / 3;
      case TriangularSolve _ -> results * e.in().getFirst().aval().dim(e.in().getFirst().aval().rank() - 1);
      case Elementwise _, PiecewiseConstant _, Multilinear _, Nonlinear _, HigherOrder _ ->
          Math.max(results, operands);
    };
  }

  /// A product of a value with itself computes half.
  private static double contract(Contract op, Equation e, double results) {
    Aval x = e.in().getFirst().aval();
    double summed = 1;
    for (int axis : op.lhsContract()) {
      summed *= x.dim(axis);
    }
    boolean half =
        e.in().get(0).equals(e.in().get(1))
            && op.lhsBatch().equals(op.rhsBatch())
            && op.lhsContract().equals(op.rhsContract());
    return (half ? 1 : 2) * results * summed;
  }
}
