package org.ntk4j.ir.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.OpSamples;

final class RoundTripTest {
  @TestFactory
  Stream<DynamicTest> parse_of_print_is_the_program() {
    return OpSamples.all().stream()
        .map(s -> DynamicTest.dynamicTest(s.toString(), () -> assertRoundTrip(s.program())));
  }

  @Test
  void every_primitive_has_a_sample() {
    Set<String> sampled =
        OpSamples.all().stream().map(s -> s.op().mnemonic()).collect(Collectors.toSet());
    assertEquals(new TreeSet<>(Mnemonics.all()), new TreeSet<>(sampled));
  }

  @Test
  void different_samples_have_different_texts() {
    Set<String> texts = new HashSet<>();
    for (OpSamples.Sample s : OpSamples.all()) {
      assertTrue(texts.add(Printer.print(s.program())), s::toString);
    }
  }

  @Test
  void random_literals_come_back_bit_by_bit() {
    long seed = 20240607;
    Random random = new Random(seed);
    for (DType dtype : DType.values()) {
      for (int i = 0; i < 1000; i++) {
        Literal x = new Literal(Aval.of(dtype, 2), random.nextLong());
        assertEquals(x, roundTrip(x), () -> "seed " + seed);
      }
    }
  }

  @Test
  void special_literals_come_back() {
    for (double x : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1.0 / 0, -0.0, 5e-324}) {
      Literal literal = Literal.of(x, Aval.of(DType.F64));
      assertEquals(literal, roundTrip(literal));
    }
    assertNotEquals(Literal.of(0.0, Aval.of(DType.F64)), Literal.of(-0.0, Aval.of(DType.F64)));
  }

  private static Object roundTrip(Literal x) {
    Program p = new Program(List.of(), List.of(), List.of(x));
    return Parser.parse(Printer.print(p)).outputs().getFirst();
  }

  private static void assertRoundTrip(Program p) {
    String text = Printer.print(p);
    Program read = Parser.parse(text);
    assertEquals(text, Printer.print(read));
    assertEquals(p, read);
    assertEquals(p.hashCode(), read.hashCode());
    assertTrue(text.endsWith("}\n"));
    assertTrue(text.chars().allMatch(c -> c == '\n' || (c >= ' ' && c <= '~')), text);
  }
}
