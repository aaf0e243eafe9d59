package org.ntk4j.ir.nest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.nests.Nests.apply;
import static org.ntk4j.nests.Nests.below;
import static org.ntk4j.nests.Nests.computed;
import static org.ntk4j.nests.Nests.constant;
import static org.ntk4j.nests.Nests.extents;
import static org.ntk4j.nests.Nests.index;
import static org.ntk4j.nests.Nests.load;
import static org.ntk4j.nests.Nests.nest;
import static org.ntk4j.nests.Nests.slots;
import static org.ntk4j.nests.Nests.store;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Unary;
import org.ntk4j.ir.op.UnaryFn;
import org.ntk4j.ir.schedule.Expr;
import org.ntk4j.ir.schedule.Expr.Bound;
import org.ntk4j.ir.schedule.Expr.Guarded;
import org.ntk4j.ir.schedule.Expr.Load;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Combine;

/// What is moved in front of the second loop of a nest of two.
class HoistTest {
  /// Before the second loop; keeps what is to be done there.
  private record BeforeSecond(boolean speculates, List<Expr> computed, List<Bound> decided)
      implements Hoist.Place {
    @Override
    public boolean knows(BitSet loops) {
      return !loops.get(1);
    }

    @Override
    public void compute(Expr e) {
      computed.add(e);
    }

    @Override
    public void decide(Bound bound) {
      decided.add(bound);
    }

    @Override
    public void begin(Index index) {}
  }

  private static BeforeSecond hoisted(boolean speculates, Expr value) {
    LoopNest nest =
        nest(extents(8L, 16L), slots(8, 8, 128, 128), store(Combine.SET, 3, value, 16, 1));
    BeforeSecond place = new BeforeSecond(speculates, new ArrayList<>(), new ArrayList<>());
    Hoist.to(place, nest, new Dependence(nest));
    return place;
  }

  @Test
  void what_depends_on_the_first_loop_alone_is_computed_once() {
    Expr row = apply(new Unary(UnaryFn.EXP), load(0, 1, 0));
    Expr value = apply(new Add(), apply(new Mul(), row, load(2, 16, 1)), row);
    assertEquals(List.of(row), hoisted(true, value).computed());
    assertEquals(List.of(row), hoisted(false, value).computed());
  }

  @Test
  void what_may_not_be_needed_is_computed_by_those_who_speculate() {
    Expr row = apply(new Unary(UnaryFn.EXP), load(0, 1, 0));
    Bound first = new Bound(index(1, 0), 0, 3, 1);
    Expr value = new Guarded(List.of(first), apply(new Mul(), row, load(2, 16, 1)), constant(0));
    assertEquals(List.of(row, constant(0)), hoisted(true, value).computed());
    assertEquals(List.of(), hoisted(false, value).computed());
    assertEquals(List.of(first), hoisted(true, value).decided());
    assertEquals(List.of(first), hoisted(false, value).decided());
  }

  @Test
  void what_may_be_needed_and_is_needed_elsewhere_is_computed() {
    Expr row = apply(new Unary(UnaryFn.EXP), load(0, 1, 0));
    Bound second = new Bound(index(0, 1), 0, 3, 1);
    Expr guarded = new Guarded(List.of(second), row, constant(0));
    assertEquals(List.of(row), hoisted(false, apply(new Add(), guarded, row)).computed());
  }

  @Test
  void a_load_that_may_be_outside_of_its_buffer_is_not_done_ahead() {
    Expr id = new Load(0, DType.F32, index(1, 0));
    Expr row = new Load(1, DType.F32, computed(id, 1, index(0, 0)));
    Expr value = new Guarded(List.of(below(id, 2, 8)), row, load(2, 16, 1));
    assertEquals(List.of(id), hoisted(true, value).computed());
    assertEquals(1, hoisted(true, value).decided().size());
  }
}
