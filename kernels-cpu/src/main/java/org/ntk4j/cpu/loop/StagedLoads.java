package org.ntk4j.cpu.loop;

import java.util.IdentityHashMap;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.ir.schedule.Expr.Load;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// The buffers of staged loads, and the calls that fill them.
final class StagedLoads {
  private final LoopPlan plan;
  private final FunctionText code;
  private final Functions functions;
  private final Levels levels;
  private final IdentityHashMap<Load, String> buffers = new IdentityHashMap<>();

  StagedLoads(LoopPlan plan, FunctionText code, Functions functions, Levels levels) {
    this.plan = plan;
    this.code = code;
    this.functions = functions;
    this.levels = levels;
  }

  /// At the start of the function.
  void allocate() {
    if (plan.staging().isEmpty() || isDirect()) {
      return;
    }
    Staging staging = plan.staging().get();
    long size = staging.tile() * staging.tile();
    for (Load load : staging.loads()) {
      String type = Types.memory(load.dtype());
      buffers.put(load, code.define("alloca [" + size + " x " + type + "], align 64"));
    }
  }

  /// Whether the next two loops are those of a tile.
  boolean isHere() {
    return plan.staging().filter(s -> levels.of(s.across()) == levels.depth() + 1).isPresent();
  }

  /// Whether transposing is all there is to do.
  boolean isDirect() {
    return plan.staging().filter(s -> s.isAll(plan.nest())).isPresent();
  }

  /// Transposes the current tile.
  void transpose(Values values) {
    Staging staging = plan.staging().orElseThrow();
    if (isDirect()) {
      Store store = plan.nest().stores().getFirst();
      String target = corner(store.slot(), store.at(), values);
      String stride = Long.toString(store.at().coefficient(staging.across()));
      call(staging.loads().getFirst(), target, stride, values);
      return;
    }
    for (Load load : staging.loads()) {
      call(load, buffer(load).orElseThrow(), Long.toString(staging.tile()), values);
    }
  }

  private void call(Load load, String target, String stride, Values values) {
    Staging staging = plan.staging().orElseThrow();
    DType dtype = load.dtype();
    String name = Transposition.name(dtype);
    functions.define(name, Transposition.text(dtype));
    String source = corner(load.slot(), load.at(), values);
    String rows = length(staging.along());
    String columns = length(staging.across());
    code.line(
        "call void @"
            + name
            + "(ptr "
            + source
            + ", i64 "
            + load.at().coefficient(staging.along())
            + ", ptr "
            + target
            + ", i64 "
            + String.join(", i64 ", stride, rows, columns)
            + ")");
  }

  private String length(int loop) {
    return code.define("sub nsw i64 " + levels.upper(loop) + ", " + levels.lower(loop));
  }

  /// Address of the first element of the current tile.
  private String corner(int slot, Index at, Values values) {
    Staging staging = plan.staging().orElseThrow();
    String index = values.outer(at);
    for (int loop : new int[] {staging.across(), staging.along()}) {
      String product =
          code.define("mul nsw i64 " + levels.lower(loop) + ", " + at.coefficient(loop));
      index = code.define("add nsw i64 " + index + ", " + product);
    }
    return values.pointer(slot, index);
  }

  /// The buffer of a staged load.
  Optional<String> buffer(Load load) {
    return Optional.ofNullable(buffers.get(load));
  }

  /// Address of the current element of `load` in `buffer`.
  String address(Load load, String buffer) {
    Staging staging = plan.staging().orElseThrow();
    String row =
        code.define(
            "sub nsw i64 "
                + levels.variable(staging.across())
                + ", "
                + levels.lower(staging.across()));
    String start = code.define("mul nsw i64 " + row + ", " + staging.tile());
    String column =
        code.define(
            "sub nsw i64 "
                + levels.variable(staging.along())
                + ", "
                + levels.lower(staging.along()));
    String index = code.define("add nsw i64 " + start + ", " + column);
    return code.define(
        "getelementptr inbounds "
            + Types.memory(load.dtype())
            + ", ptr "
            + buffer
            + ", i64 "
            + index);
  }
}
