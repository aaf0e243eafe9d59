package org.ntk4j.tests;

import static org.ntk4j.tests.PrimitiveSamples.sample;
import static org.ntk4j.tests.Values.distinct;
import static org.ntk4j.tests.Values.f64;
import static org.ntk4j.tests.Values.ids;
import static org.ntk4j.tests.Values.positiveDefinite;
import static org.ntk4j.tests.Values.triangular;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.op.Cholesky;
import org.ntk4j.ir.op.CumExtremum;
import org.ntk4j.ir.op.CumProd;
import org.ntk4j.ir.op.Extremum;
import org.ntk4j.ir.op.ReduceExtremum;
import org.ntk4j.ir.op.ReduceProd;
import org.ntk4j.ir.op.Sort;
import org.ntk4j.ir.op.TopK;
import org.ntk4j.ir.op.TriangularSolve;
import org.ntk4j.ir.op.WindowExtremum;

/// Samples of the nonlinear primitives, away from ties.
final class NonlinearSamples {
  private NonlinearSamples() {}

  static List<Sample> all() {
    List<Sample> all = new ArrayList<>();
    for (Extremum kind : Extremum.values()) {
      extrema(all, kind);
    }
    products(all);
    orders(all);
    matrices(all);
    return all;
  }

  private static void extrema(List<Sample> all, Extremum kind) {
    all.add(sample("one axis", new ReduceExtremum(kind, List.of(1)), distinct(2, 3, 4)));
    all.add(sample("two axes", new ReduceExtremum(kind, List.of(0, 2)), distinct(2, 3, 4)));
    all.add(sample("none", new ReduceExtremum(kind, List.of()), distinct(2, 3)));
    all.add(sample("", new CumExtremum(kind, 0, false), distinct(4, 2)));
    all.add(sample("reverse", new CumExtremum(kind, 1, true), distinct(2, 4, 2)));
    all.add(sample("", new WindowExtremum(kind, LinearSamples.plain()), distinct(2, 5)));
    all.add(
        sample(
            "strided, padded", new WindowExtremum(kind, LinearSamples.padded()), distinct(5, 6)));
    all.add(sample("dilated", new WindowExtremum(kind, LinearSamples.dilated()), distinct(4, 5)));
  }

  private static void products(List<Sample> all) {
    all.add(sample("one axis", new ReduceProd(List.of(1)), f64(2, 3, 4)));
    all.add(sample("two axes", new ReduceProd(List.of(0, 2)), f64(2, 3, 2)));
    all.add(sample("empty", new ReduceProd(List.of(1)), f64(2, 0)));
    all.add(sample("", new CumProd(0, false), f64(4, 2)));
    all.add(sample("reverse", new CumProd(1, true), f64(2, 4, 2)));
  }

  private static void orders(List<Sample> all) {
    all.add(sample("", new Sort(1, 1, false), distinct(2, 5)));
    all.add(sample("descending", new Sort(0, 1, true), distinct(4, 2)));
    all.add(sample("with values", new Sort(0, 1, false), distinct(4, 2), f64(4, 2), f64(4, 2)));
    all.add(
        sample(
            "two keys",
            new Sort(1, 2, false),
            ids(DType.I32, 0, 2, 2, 5),
            distinct(2, 5),
            f64(2, 5)));
    all.add(sample("", new TopK(2), distinct(3, 5)));
    all.add(sample("line", new TopK(4), distinct(4)));
  }

  private static void matrices(List<Sample> all) {
    all.add(sample("", new Cholesky(), positiveDefinite(3, 3)));
    all.add(sample("batch", new Cholesky(), positiveDefinite(2, 2, 2)));
    for (boolean lower : new boolean[] {false, true}) {
      for (boolean transpose : new boolean[] {false, true}) {
        String situation = (lower ? "lower" : "upper") + (transpose ? ", transposed" : "");
        all.add(
            sample(
                situation,
                new TriangularSolve(lower, transpose, false),
                triangular(3, 3),
                f64(3, 2)));
      }
    }
    all.add(
        sample(
            "unit diagonal",
            new TriangularSolve(true, true, true),
            triangular(2, 3, 3),
            f64(2, 3, 1)));
  }
}
