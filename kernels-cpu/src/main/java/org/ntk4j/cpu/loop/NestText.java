package org.ntk4j.cpu.loop;

import java.util.List;
import java.util.function.Supplier;
import org.ntk4j.cpu.loop.LoopPlan.Loop;
import org.ntk4j.ir.nest.Dependence;
import org.ntk4j.ir.nest.Hoist;
import org.ntk4j.ir.schedule.LoopNest;

/// The body of the function that runs pieces `%begin` to `%end` of a nest, whose slots are `%s0`,
/// `%s1`, …
final class NestText {
  private final LoopNest nest;
  private final LoopPlan plan;
  private final LoopHints hints;
  private final Dependence dependence;
  private final FunctionText code = new FunctionText();
  private final Levels levels;
  private final StagedLoads staged;
  private final Values values;
  private final Stores stores;

  NestText(LoopPlan plan, Functions functions, LoopHints hints) {
    this.hints = hints;
    this.nest = plan.nest();
    this.plan = plan;
    this.levels = new Levels(plan);
    this.dependence = new Dependence(nest);
    Scalars scalars = new Scalars(code, functions);
    this.staged = new StagedLoads(plan, code, functions, levels);
    this.values = new Values(nest, code, scalars, dependence, levels, staged);
    this.stores = new Stores(nest, code, scalars, values, dependence, levels);
  }

  String text() {
    code.label("entry");
    staged.allocate();
    code.line("%any = icmp slt i64 %begin, %end");
    code.line("br i1 %any, label %piece, label %done");
    plan.ranged().ifPresentOrElse(this::range, this::pieces);
    code.label("done");
    code.line("ret void");
    return code.toString();
  }

  /// Iterations `%begin` to `%end` of loop `d`.
  private void range(int d) {
    code.label("piece");
    levels.range(d, "%begin", "%end");
    values.within(this::level);
    code.line("br label %done");
  }

  private void pieces() {
    String body =
        code.captured(() -> {
          code.label("piece");
          code.line("%p = phi i64 [ %begin, %entry ], [ %pNext, %pLatch ]");
          values.within(this::piece);
          code.line("br label %pLatch");
        });
    code.append(body);
    code.label("pLatch");
    code.line("%pNext = add nuw nsw i64 %p, 1");
    code.line("%more = icmp slt i64 %pNext, %end");
    code.line("br i1 %more, label %piece, label %done");
  }

  private void piece() {
    String rest = "%p";
    List<Loop> cut = plan.loops().stream().filter(l -> l.tiles() > 1).toList();
    for (Loop loop : cut.reversed()) {
      String tile = rest;
      if (loop != cut.getFirst()) {
        tile = code.define("urem i64 " + rest + ", " + loop.tiles());
        rest = code.define("udiv i64 " + rest + ", " + loop.tiles());
      }
      place(loop, tile);
    }
    level();
  }

  /// Sets the range of a loop to its tile of this number.
  private void place(Loop loop, String tile) {
    if (loop.tile() == 1) {
      levels.variable(loop.dimension(), tile);
      return;
    }
    String from = code.define("mul nuw nsw i64 " + tile + ", " + loop.tile());
    String to = code.define("add nuw nsw i64 " + from + ", " + loop.tile());
    if (loop.extent() % loop.tile() != 0) {
      String fits = code.define("icmp slt i64 " + to + ", " + loop.extent());
      to = code.define("select i1 " + fits + ", i64 " + to + ", i64 " + loop.extent());
    }
    levels.range(loop.dimension(), from, to);
  }

  /// What is done in one iteration of the loops outside of here.
  private void level() {
    if (levels.depth() == levels.count()) {
      stores.body();
      return;
    }
    Hoist.to(values, nest, dependence);
    if (staged.isHere()) {
      staged.transpose(values);
      if (staged.isDirect()) {
        return;
      }
    }
    stores.before();
    loop(levels.loop(levels.depth() + 1));
    stores.after();
  }

  private String hint(Loop loop) {
    if (loop.unrolled()) {
      return hints.unrolled();
    }
    int within = levels.depth() + 2;
    boolean innermost = within > levels.count() || levels.loop(within).unrolled();
    return innermost ? hints.innermost(loop.tile()) : "";
  }

  /// The body comes at least once, so the condition is at the end.
  private void loop(Loop loop) {
    String from = levels.lower(loop.dimension());
    String to = levels.upper(loop.dimension());
    String head = code.fresh("head");
    String latch = code.fresh("latch");
    String i = "%" + code.fresh("i");
    String next = i + "next";
    String before = code.block();
    levels.variable(loop.dimension(), i);
    levels.enter();
    Supplier<List<String>> carried = stores.enter(before, latch);
    String body =
        code.captured(() -> {
          code.startIn(head);
          values.within(this::level);
        });
    levels.leave();
    code.line("br label %" + head);
    code.label(head);
    code.line(FunctionText.phi(i, "i64", from, before, next, latch));
    carried.get().forEach(code::line);
    code.append(body);
    code.line("br label %" + latch);
    code.label(latch);
    code.line(next + " = add nuw nsw i64 " + i + ", 1");
    String more = code.define("icmp slt i64 " + next + ", " + to);
    String exit = code.fresh("exit");
    code.line("br i1 " + more + ", label %" + head + ", label %" + exit + hint(loop));
    code.label(exit);
  }
}
