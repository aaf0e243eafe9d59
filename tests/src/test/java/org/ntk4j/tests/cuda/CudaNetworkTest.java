package org.ntk4j.tests.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.ir.Program;
import org.ntk4j.tests.cpu.Programs;

/// Kernel programs of random networks on a card, in `f32` and `f64` and by every implementation.
///
/// A network is known by its seed; `-Dorg.ntk4j.tests.networks=1000` tries that many,
/// `-Dntk.seed=70` starts with another one.
@Tag("standin")
@Tag("gpu")
class CudaNetworkTest {
  private static final long SEED = Long.getLong("ntk.seed", 7);
  private static final int NETWORKS = Integer.getInteger("org.ntk4j.tests.networks", 150);
  private static final int MOST_NUMBERS = 80;

  static LongStream seeds() {
    return LongStream.range(SEED, SEED + NETWORKS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void the_kernel_on_a_card_is_the_evaluators(long seed) {
    Random random = new Random(seed);
    List<Integer> numbers = new ArrayList<>();
    random.ints(random.nextInt(MOST_NUMBERS), 0, 1000).forEach(numbers::add);
    Optional<Program> p = Programs.random(numbers);
    p.ifPresent(program -> OnCard.assertEqualsEvaluator(program, Programs.values(program, seed)));
  }

  @AfterAll
  static void nothing_is_left() {
    OnCard.assertNothingLeft();
  }
}
