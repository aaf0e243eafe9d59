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
final class NestTextTest {
  private static final int NESTS = Integer.getInteger("nests", 160);
  private static final int BATCH = 80;
  private static final long FIRST_SEED = Long.getLong("seed", 1);

  /// Cards so small that every way to use their threads is worth it for small nests, and others.
  private static final List<NestTuning> TUNINGS =
      List.of(
          new NestTuning(64, Integer.MAX_VALUE),
          new NestTuning(1024, 3),
          NestTuning.CARD,
          new NestTuning(16_384, 1000));

  private record Case(String name, LoopNest nest, List<Tensor> contents, StepCode code) {
    static Case random(long seed) {
      RandomNest random = new RandomNest(seed);
      LoopNest nest = random.nest();
      NestTuning tuning = TUNINGS.get((int) (seed % TUNINGS.size()));
      StepCode code = NestText.of(nest, "nest" + seed, seed / 4 % 2 == 0, tuning);
      return new Case("seed " + seed, nest, random.contents(), code);
    }
  }

  @BeforeEach
  void findStandIn() {
    StandIn.require().reset();
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
        StepCode code = NestText.of(c.nest(), symbol, t % 2 == 0, TUNINGS.get(t / 2));
        if (texts.add(code.kernels().stream().map(KernelText::structure).toList())) {
          cases.add(new Case(symbol, c.nest(), c.contents(), code));
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
    for (long shift : List.of(0L, 8L)) {
      List<Tensor> found = copies(c.contents);
      run.run(c.code, found, shift);
      for (int s = 0; s < found.size(); s++) {
        assertClose(expected.get(s), found.get(s), c, s);
      }
    }
  }

  private static List<Tensor> copies(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::copy).toList();
  }

  private static String text(Case c) {
    List<String> texts = c.code.kernels().stream().map(k -> k.text() + k.launch()).toList();
    return String.join("\n", texts);
  }

  private static void assertClose(Tensor expected, Tensor found, Case c, int slot) {
    for (long i = 0; i < expected.size(); i++) {
      String at = c.name + ", slot " + slot + ", element " + i;
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
