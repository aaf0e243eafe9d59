package org.ntk4j.ir.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ntk4j.ir.trace.Traced.assertMessage;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;

class SampleTest {
  private static final Shape MANY = Shape.of(200, 200);

  private static Tensor key(long seed) {
    return Tensor.of(new long[] {seed});
  }

  private static double moment(Tensor x, int power) {
    return Arrays.stream(x.toDoubles()).map(v -> Math.pow(v, power)).average().orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void uniform_numbers_fill_the_unit_interval(DType dtype) {
    Tensor u = Traced.of(k -> Sample.uniform(k, dtype, MANY), key(3));
    assertEquals(dtype, u.dtype());
    assertTrue(Arrays.stream(u.toDoubles()).allMatch(v -> v >= 0 && v < 1));
    // Four standard errors of 40000 numbers.
    assertEquals(0.5, moment(u, 1), 4 * Math.sqrt(1 / 12.0) / 200);
    assertEquals(1 / 3.0, moment(u, 2), 4 * Math.sqrt(4 / 45.0) / 200);
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void normal_numbers_have_the_moments_of_the_distribution(DType dtype) {
    Tensor z = Traced.of(k -> Sample.normal(k, dtype, MANY), key(4));
    assertEquals(dtype, z.dtype());
    assertEquals(0, moment(z, 1), 4.0 / 200);
    assertEquals(1, moment(z, 2), 4 * Math.sqrt(2) / 200);
    assertEquals(0, moment(z, 3), 4 * Math.sqrt(15) / 200);
    assertEquals(3, moment(z, 4), 4 * Math.sqrt(96) / 200);
  }

  @Test
  void the_key_decides() {
    Tensor x = Traced.of(k -> Sample.normal(k, DType.F64, Shape.of(9)), key(1));
    Tensor same = Traced.of(k -> Sample.normal(k, DType.F64, Shape.of(9)), key(1));
    Tensor other = Traced.of(k -> Sample.normal(k, DType.F64, Shape.of(9)), key(2));
    assertTrue(x.sameAs(same));
    assertFalse(x.sameAs(other));
  }

  @Test
  void split_keys_differ() {
    Tensor keys = Traced.of(k -> Functions.stack(0, Sample.split(k, 100)), key(1));
    assertEquals(100, Arrays.stream(keys.toLongs()).distinct().count());
  }

  @Test
  void bernoulli_has_its_rate() {
    Tensor x = Traced.of(k -> Sample.bernoulli(k, 0.3, MANY), key(5));
    assertEquals(DType.BOOL, x.dtype());
    assertEquals(0.3, moment(x, 1), 4 * Math.sqrt(0.21) / 200);
    assertEquals(0, moment(Traced.of(k -> Sample.bernoulli(k, 0, MANY), key(5)), 1));
    assertEquals(1, moment(Traced.of(k -> Sample.bernoulli(k, 1, MANY), key(5)), 1));
    assertMessage(
        "bernoulli: the probability 1.5 is not in [0, 1]",
        in -> Sample.bernoulli(in.getFirst(), 1.5, MANY),
        key(1));
  }
}
