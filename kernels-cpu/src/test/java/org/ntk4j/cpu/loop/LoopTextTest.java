package org.ntk4j.cpu.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.Tensor;
import org.ntk4j.cpu.jit.CompiledModule;
import org.ntk4j.cpu.jit.Jit;
import org.ntk4j.cpu.jit.Kernel;
import org.ntk4j.cpu.jit.KernelText;
import org.ntk4j.ir.nest.Separable;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.nests.NestInterpreter;
import org.ntk4j.nests.RandomNest;

/// Compiled loop nests do what the nests mean.
final class LoopTextTest {
  private static final int NESTS = Integer.getInteger("nests", 200);
  private static final int BATCH = 100;
  private static final long FIRST_SEED = Long.getLong("seed", 1);

  private record Case(long seed, LoopNest nest, List<Tensor> contents, LoopCode code) {
    static Case of(long seed) {
      RandomNest random = new RandomNest(seed);
      LoopNest nest = random.nest();
      long piece = seed % 2 == 0 ? 4096 : 1 + seed % 60;
      LoopCode code = LoopText.of(nest, "nest" + seed, piece);
      return new Case(seed, nest, random.contents(), code);
    }

    /// The same with rows as pieces, counted by as many loops as can be cut; empty if none can be.
    static Optional<Case> ofRows(long seed) {
      RandomNest random = new RandomNest(seed);
      LoopNest nest = random.nest();
      List<Integer> separable = Separable.loops(nest);
      int rowLoops = 0;
      while (separable.contains(rowLoops)) {
        rowLoops++;
      }
      long rows = nest.extents().subList(0, rowLoops).stream().reduce(1L, (a, b) -> a * b);
      if (nest.iterations() == 0 || rows == 1 || !LoopText.hasRows(nest, rowLoops)) {
        return Optional.empty();
      }
      LoopCode code = LoopText.rows(nest, rowLoops, "rows" + seed);
      assertEquals(rows, code.pieces());
      return Optional.of(new Case(seed, nest, random.contents(), code));
    }
  }

  @Test
  void compiled_nests_equal_their_meaning() {
    for (long from = FIRST_SEED; from < FIRST_SEED + NESTS; from += BATCH) {
      check(LongStream.range(from, from + BATCH).mapToObj(Case::of).toList());
    }
  }

  @Test
  void nests_cut_into_rows_equal_their_meaning() {
    List<Case> cases =
        LongStream.range(FIRST_SEED, FIRST_SEED + NESTS)
            .mapToObj(Case::ofRows)
            .flatMap(Optional::stream)
            .toList();
    assertTrue(cases.size() > NESTS / 10, () -> cases.size() + " nests with rows");
    check(cases);
  }

  private static void check(List<Case> cases) {
    List<KernelText> texts =
        cases.stream().map(c -> new KernelText(c.code.name(), c.code.text())).toList();
    try (CompiledModule module = Jit.find().orElseThrow().compile(texts)) {
      cases.forEach(c -> check(c, module.kernel(c.code.name())));
    }
  }

  private static void check(Case c, Kernel kernel) {
    List<Tensor> whole = copies(c.contents);
    call(kernel, whole, List.of(0L, c.code.pieces()));
    List<Tensor> expected = copies(c.contents);
    NestInterpreter.run(c.nest, expected);
    for (int s = 0; s < whole.size(); s++) {
      assertClose(expected.get(s), whole.get(s), "seed " + c.seed + ", slot " + s);
    }
    List<Tensor> cut = copies(c.contents);
    call(kernel, cut, cuts(c.code.pieces(), new Random(c.seed)));
    for (int s = 0; s < whole.size(); s++) {
      assertTrue(whole.get(s).sameAs(cut.get(s)), "cut: seed " + c.seed + ", slot " + s);
    }
  }

  private static List<Long> cuts(long pieces, Random random) {
    List<List<Long>> ranges = new ArrayList<>();
    for (long from = 0; from < pieces; ) {
      long to = Math.min(pieces, from + 1 + random.nextInt(4));
      ranges.add(List.of(from, to));
      from = to;
    }
    Collections.shuffle(ranges, random);
    return ranges.stream().flatMap(List::stream).toList();
  }

  private static List<Tensor> copies(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::copy).toList();
  }

  private static void call(Kernel kernel, List<Tensor> slots, List<Long> ranges) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment args = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, slots.size()));
      for (int s = 0; s < slots.size(); s++) {
        args.setAtIndex(ValueLayout.JAVA_LONG, s, slots.get(s).segment().address());
      }
      for (int r = 0; r < ranges.size(); r += 2) {
        kernel.call(args, ranges.get(r), ranges.get(r + 1));
      }
    }
  }

  private static void assertClose(Tensor expected, Tensor found, String where) {
    for (long i = 0; i < expected.size(); i++) {
      if (expected.dtype().isFloating()) {
        double x = expected.getDouble(i);
        double tolerance = 1e-5 * Math.max(1, Math.abs(x));
        boolean close = Math.abs(x - found.getDouble(i)) <= tolerance;
        boolean same = Double.compare(x, found.getDouble(i)) == 0;
        String at = where + ", element " + i + ": " + x + " " + found.getDouble(i);
        assertTrue(close || same, at);
      } else {
        assertEquals(expected.getLong(i), found.getLong(i), where + ", element " + i);
      }
    }
  }
}
