package org.ntk4j.ir.schedule;

import java.util.List;
import java.util.stream.Collectors;

/// Steps in a few words.
public final class StepText {
  private StepText() {}

  /// E.g. `product 8x10 times (256 x 64 x 1024)` or `loops 8x64x256, 3 read, 2 written`.
  public static String of(Step step) {
    return switch (step) {
      case Step.Fill(int buffer, var dtype, _) -> "fill of buffer " + buffer + ", " + dtype;
      case Step.Loops(var nest, _) -> loops(nest);
      case Step.Rows rows -> rows(rows);
      case Step.Product(var product, _, _, _) -> product(product);
      case Step.Fused(var product, _, _, var epilogue, _) ->
          product(product) + ", then " + loops(epilogue.nest());
      case Step.Convolution c -> convolution(c);
      case Step.Evaluate e -> e.op().mnemonic() + " as a step of its own";
      case Step.Scan scan ->
          "scan of %d, %d steps each".formatted(scan.length(), scan.body().steps().size());
      case Step.While loop -> "while, %d steps each time".formatted(loop.body().steps().size());
      case Step.Branch branch -> "one of %d branches".formatted(branch.branches().size());
    };
  }

  private static String loops(LoopNest nest) {
    long written = nest.slots().stream().filter(LoopNest.Slot::written).count();
    return "loops %s, %d read, %d written"
        .formatted(sizes(nest.extents()), nest.slots().size() - written, written);
  }

  private static String rows(Step.Rows rows) {
    long within = rows.reads().stream().filter(rows.writes()::contains).count();
    return "%d rows by %d loop nests, %d read, %d written, %d in between"
        .formatted(
            rows.rows(),
            rows.loops().size(),
            rows.reads().size() - within,
            rows.writes().size() - within,
            within);
  }

  private static String product(MatrixProduct p) {
    String batch = p.batch().isEmpty() ? "" : sizes(p.batch()) + " times ";
    return "%s %s(%d x %d x %d)"
        .formatted(
            p.symmetric() ? "symmetric product" : "product",
            batch,
            p.rows(),
            p.columns(),
            p.inner());
  }

  private static String convolution(Step.Convolution c) {
    return ConvForms.of(c.op(), c.x(), c.w(), c.y())
        .map(form -> convolution(form.problem()))
        .orElse("convolution by the reference evaluator");
  }

  private static String convolution(ConvProblem p) {
    String kind =
        switch (p.kind()) {
          case FORWARD -> "convolution";
          case DATA_GRADIENT -> "gradient of a convolution's image";
          case WEIGHT_GRADIENT -> "gradient of a convolution's filter";
        };
    return "%s %s, %d to %d channels of %s, batch %d%s"
        .formatted(
            kind,
            sizes(p.kernel()),
            p.in() * p.groups(),
            p.out() * p.groups(),
            sizes(p.inSpatial()),
            p.batch(),
            p.pieces().isEmpty() ? "" : ", " + sizes(p.pieces()) + " times");
  }

  private static String sizes(List<Long> sizes) {
    return sizes.isEmpty()
        ? "1"
        : sizes.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }
}
