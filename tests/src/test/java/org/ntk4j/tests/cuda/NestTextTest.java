package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.Tensor;
import org.ntk4j.cuda.text.KernelText;
import org.ntk4j.cuda.text.NestText;
import org.ntk4j.cuda.text.NestTuning;
import org.ntk4j.cuda.text.StepCode;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.nests.NestInterpreter;
import org.ntk4j.nests.RandomNest;

/// Kernels of loop nests do what the nests mean.
@Tag("standin")
@Tag("gpu")
final class NestTextTest {
  private static final int NESTS = Integer.getInteger("nests", 160);
  private static final int BATCH = 80;
  private static final long FIRST_SEED = Long.getLong("seed", 1);

  /// Bytes by which buffers miss the alignment of what is read at once.
  private static final long MISALIGNED = 8;

  /// Cards so small that every way to use their threads is worth it for small nests, and others.
  private static final List<NestTuning> TUNINGS =
      List.of(
          new NestTuning(64, Integer.MAX_VALUE),
          new NestTuning(1024, 3),
          NestTuning.CARD,
          new NestTuning(16_384, 1000));

  private record Case(
      String name, LoopNest nest, List<Tensor> contents, boolean deterministic, StepCode code) {
    static Case of(
        String name, NestCase c, String symbol, boolean deterministic, NestTuning tuning) {
      StepCode code = NestText.of(c.nest(), symbol, deterministic, tuning);
      return new Case(name, c.nest(), c.contents(), deterministic, code);
    }

    static Case random(long seed) {
      RandomNest random = new RandomNest(seed);
      LoopNest nest = random.nest();
      NestCase c = new NestCase("nest" + seed, nest, random.contents());
      NestTuning tuning = TUNINGS.get((int) (seed % TUNINGS.size()));
      return of("seed " + seed, c, c.name(), seed / 4 % 2 == 0, tuning);
    }
  }

  @BeforeEach
  void start() {
    OnCard.start(0);
  }

  @Test
  void kernels_of_random_nests_equal_their_meaning() {
    for (long from = FIRST_SEED; from < FIRST_SEED + NESTS; from += BATCH) {
      run(LongStream.range(from, from + BATCH).mapToObj(Case::random).toList());
    }
  }

  @Test
  void kernels_of_nests_of_every_kind_equal_their_meaning() {
    List<Case> cases = new ArrayList<>();
    for (NestCase c : NestCase.all()) {
      Set<List<String>> texts = new HashSet<>();
      for (int t = 0; t < 2 * TUNINGS.size(); t++) {
        String symbol = c.name() + "_" + t;
        Case each = Case.of(symbol, c, symbol, t % 2 == 0, TUNINGS.get(t / 2));
        if (texts.add(each.code.kernels().stream().map(KernelText::structure).toList())) {
          cases.add(each);
        }
      }
    }
    run(cases);
  }

  @Test
  void every_mapping_is_among_those_that_are_tried() {
    List<String> texts = new ArrayList<>();
    for (NestCase c : NestCase.all()) {
      for (NestTuning tuning : TUNINGS) {
        NestText.of(c.nest(), "k", true, tuning).kernels().forEach(k -> texts.add(k.text()));
      }
    }
    for (String what :
        List.of(
            ", for 4 at once",
            "tiles of",
            "32 lanes",
            "512 lanes",
            " threads for each",
            "in pieces",
            "one thread",
            "for (unsigned t = ",
            "const long long i0 = ")) {
      assertTrue(texts.stream().anyMatch(t -> t.contains(what)), what);
    }
  }

  private static void run(List<Case> cases) {
    try (TextRun run = new TextRun(cases.stream().map(Case::code).toList())) {
      for (Case c : cases) {
        check(c, run);
      }
    }
  }

  private static void check(Case c, TextRun run) {
    List<Tensor> expected = copies(c.contents);
    NestInterpreter.run(c.nest, expected);
    List<Tensor> found = copies(c.contents);
    run.run(c.code, found, 0);
    List<Tensor> again = copies(c.contents);
    OnCard.order(c.name.hashCode());
    run.run(c.code, again, MISALIGNED);
    OnCard.order(0);
    for (int s = 0; s < found.size(); s++) {
      String slot = c.name + ", slot " + s;
      assertClose(expected.get(s), found.get(s), slot, c);
      assertClose(expected.get(s), again.get(s), slot, c);
      assertTrue(!c.deterministic || found.get(s).sameAs(again.get(s)), slot);
    }
  }

  private static List<Tensor> copies(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::copy).toList();
  }

  private static String text(Case c) {
    List<String> texts = c.code.kernels().stream().map(k -> k.text() + k.launch()).toList();
    return String.join("\n", texts);
  }

  private static void assertClose(Tensor expected, Tensor found, String slot, Case c) {
    for (long i = 0; i < expected.size(); i++) {
      String at = slot + ", element " + i;
      if (expected.dtype().isFloating()) {
        double x = expected.getDouble(i);
        double y = found.getDouble(i);
        double tolerance = 1e-5 * Math.max(1, Math.abs(x));
        boolean close = Math.abs(x - y) <= tolerance || Double.compare(x, y) == 0;
        assertTrue(close, () -> at + ": " + x + " " + y + "\n" + text(c));
      } else {
        assertEquals(expected.getLong(i), found.getLong(i), () -> at + "\n" + text(c));
      }
    }
  }
}
