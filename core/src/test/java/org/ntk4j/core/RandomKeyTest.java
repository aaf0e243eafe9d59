package org.ntk4j.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomKeyTest {

  private static final int COUNT = 200_000;

  /// The known answers that the authors of Philox publish (words 0 and 1).
  @Test
  void philox_gives_the_published_words() {
    assertEquals(0xE169C58D6627E8D5L, Philox.bits(0, 0, 0));
    assertEquals(0x41C83B0E408F276DL, Philox.bits(-1, -1, -1));
    assertEquals(
        0x94FDCCEBD16CFE09L,
        Philox.bits(0x299F31D0A4093822L, 0x85A308D3243F6A88L, 0x0370734413198A2EL));
    assertEquals(0xE169C58D6627E8D5L, RandomKey.bits(0, 0));
  }

  @Test
  void elements_do_not_depend_on_the_shape_or_on_what_was_drawn_before() {
    RandomKey key = RandomKey.of(7);
    double[] all = key.normal(DType.F64, Shape.of(100)).toDoubles();
    double[] some = key.normal(DType.F64, Shape.of(5, 3)).toDoubles();
    assertArrayEquals(Arrays.copyOf(all, 15), some);
    assertEquals((float) all[99], key.normal(DType.F32, Shape.of(100)).getDouble(99));
  }

  @Test
  void every_bit_is_set_half_of_the_time() {
    int[] ones = new int[64];
    for (int i = 0; i < COUNT; i++) {
      long bits = RandomKey.bits(42, i);
      for (int bit = 0; bit < 64; bit++) {
        ones[bit] += (int) (bits >>> bit & 1);
      }
    }
    for (int count : ones) {
      assertEquals(0.5, (double) count / COUNT, 5 * 0.5 / Math.sqrt(COUNT));
    }
  }

  @Test
  void neighbouring_keys_and_counters_are_uncorrelated() {
    for (long[] step : new long[][] {{1, 0}, {0, 1}, {1L << 32, 0}, {0, 1L << 32}, {1, -1}}) {
      long differing = 0;
      for (int i = 0; i < COUNT; i++) {
        differing += Long.bitCount(RandomKey.bits(3, i) ^ RandomKey.bits(3 + step[0], i + step[1]));
      }
      double mean = differing / (64.0 * COUNT);
      assertEquals(0.5, mean, 5 * 0.5 / Math.sqrt(64.0 * COUNT), Arrays.toString(step));
    }
  }

  @Test
  void uniform_numbers_fill_the_interval_evenly() {
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      Tensor x = RandomKey.of(1).uniform(dtype, Shape.of(COUNT));
      int[] cells = new int[100];
      for (long i = 0; i < COUNT; i++) {
        double value = x.getDouble(i);
        assertTrue(value >= 0 && value < 1, "drew " + value);
        cells[(int) (value * 100)]++;
      }
      double expected = COUNT / 100.0;
      double chiSquared =
          Arrays.stream(cells).mapToDouble(c -> (c - expected) * (c - expected) / expected).sum();
      // 99 degrees of freedom: the mean is 99, five standard deviations are 70.
      assertTrue(chiSquared < 170 && chiSquared > 40, "chi squared " + chiSquared);
    }
  }

  @Test
  void normal_numbers_have_the_moments_of_the_normal_distribution() {
    double[] x = RandomKey.of(2).normal(DType.F64, Shape.of(COUNT)).toDoubles();
    double tolerance = 5 / Math.sqrt(COUNT);
    assertEquals(0, moment(x, 1), tolerance);
    assertEquals(1, moment(x, 2), tolerance * Math.sqrt(2));
    assertEquals(0, moment(x, 3), tolerance * Math.sqrt(15));
    assertEquals(3, moment(x, 4), tolerance * Math.sqrt(96));
    double within = Arrays.stream(x).filter(v -> Math.abs(v) < 1.959963984540054).count();
    assertEquals(0.95, within / COUNT, 5 * Math.sqrt(0.95 * 0.05 / COUNT));
  }

  private static double moment(double[] x, int power) {
    return Arrays.stream(x).map(v -> Math.pow(v, power)).average().orElseThrow();
  }

  @Test
  void derived_keys_are_all_different() {
    RandomKey key = RandomKey.of(5);
    Set<RandomKey> keys = new HashSet<>(key.split(1000));
    for (int i = 0; i < 1000; i++) {
      keys.add(key.fold(i));
      keys.add(RandomKey.of(RandomKey.bits(5, i)));
    }
    keys.add(key);
    assertEquals(3001, keys.size());
    assertEquals(key.split(3), key.split(5).subList(0, 3));
  }

  @Test
  void mistakes_are_one_clear_sentence() {
    assertEquals(
        "random numbers of dtype i32 are not defined; expected a floating dtype",
        assertThrows(
                IllegalArgumentException.class,
                () -> RandomKey.of(1).uniform(DType.I32, Shape.of(1)))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> RandomKey.of(1).normal(DType.BOOL, Shape.of(1)));
    assertThrows(IllegalArgumentException.class, () -> RandomKey.of(1).split(-1));
  }
}
