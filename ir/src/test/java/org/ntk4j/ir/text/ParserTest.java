package org.ntk4j.ir.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.OpSamples;

final class ParserTest {
  private static DynamicTest refuses(String name, String text, String message) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          TextException e = assertThrows(TextException.class, () -> Parser.parse(text));
          assertEquals(message, e.getMessage());
        });
  }

  /// A program of one equation in line 2.
  private static String line(String equation) {
    return "program(a:f64[2], n:i32[]) {\n  " + equation + "\n  return a\n}\n";
  }

  @TestFactory
  Stream<DynamicTest> errors_say_where_and_what_was_expected() {
    return Stream.of(
        refuses("empty", "", "line 1, column 1: expected program, found the end of the text"),
        refuses(
            "other_word", "\n programm", "line 2, column 2: expected program, found 'programm'"),
        refuses("no_inputs", "program {", "line 1, column 9: expected '(', found '{'"),
        refuses("no_aval", "program(a) {", "line 1, column 10: expected ':', found ')'"),
        refuses("no_shape", "program(a:f64) {", "line 1, column 14: expected '[', found ')'"),
        refuses(
            "negative_size",
            "program(a:f64[-1]) {",
            "line 1, column 15: expected an integer from 0 to 9223372036854775807, found '-1'"),
        refuses(
            "bound_twice", "program(a:f64[], a:f64[]) {", "line 1, column 18: a is bound already"),
        refuses(
            "end_of_text",
            "program() {",
            "line 1, column 12: expected an equation or 'return', found the end of the text"),
        refuses(
            "rest",
            "program() {\n  return\n} x",
            "line 3, column 3: expected the end of the text, found 'x'"));
  }

  @TestFactory
  Stream<DynamicTest> errors_in_equations() {
    return Stream.of(
        refuses(
            "no_primitive",
            line("b:f64[2] = nag a"),
            "line 2, column 14: there is no primitive nag"),
        refuses("unbound", line("b:f64[2] = neg c"), "line 2, column 18: c is not bound"),
        refuses(
            "unbound_mark",
            line("b:f64[2] = neg ?:f64[2]"),
            "line 2, column 18: expected a variable or a literal, found '?'"),
        refuses("own_result", line("b:f64[2] = neg b"), "line 2, column 18: b is not bound"),
        refuses("rebound", line("a:f64[2] = neg a"), "line 2, column 3: a is bound already"),
        refuses(
            "constraint",
            line("b:f64[2] = add a n"),
            "line 2, column 14: add.C1: avals differ: f64[2] and i32[]; operands: [f64[2], i32[]]"),
        refuses(
            "declared_aval",
            line("b:f64[3] = neg a"),
            "line 2, column 14: neg yields [f64[2]], declared are [f64[3]]"),
        refuses(
            "declared_count",
            line("(b:f64[1]) = top_k[k=1] a"),
            "line 2, column 16: top_k yields [f64[1], i32[1]], declared are [f64[1]]"),
        refuses(
            "missing_parameters",
            line("b:f64[1] = top_k a"),
            "line 2, column 20: expected '[', found 'a'"),
        refuses(
            "other_parameter",
            line("(b:f64[1], c:i32[1]) = top_k[n=1] a"),
            "line 2, column 32: expected k, found 'n'"),
        refuses(
            "parameter_is_no_number",
            line("(b:f64[1], c:i32[1]) = top_k[k=one] a"),
            "line 2, column 34: expected an integer from -9223372036854775808 to"
                + " 9223372036854775807, found 'one'"),
        refuses(
            "int_overflow",
            line("b:f64[2] = cumsum[axis=3000000000 reverse=false] a"),
            "line 2, column 26: expected an integer from -2147483648 to 2147483647, found"
                + " '3000000000'"),
        refuses(
            "literal_of_other_dtype",
            line("b:i32[] = add n 1.5:i32[]"),
            "line 2, column 19: expected an integer from -2147483648 to 2147483647, found '1.5'"),
        refuses(
            "boolean",
            line("b:bool[] = not maybe:bool[]"),
            "line 2, column 18: expected true or false, found 'maybe'"),
        refuses(
            "too_few_elements",
            line("b:f64[999999999999] = constant[value=f64[999999999999]{1.0}]"),
            "line 2, column 40: f64[999999999999] has 999999999999 elements, given 1"));
  }

  @Test
  void layout_names_and_comments_are_free() {
    Program p =
        Parser.parse(
            """
            // after cse
            program ( x : f64 [ 2 ] ,
                      return2:f64[2]) { // inputs
              sum:f64[2]=add x return2// a sum
              NaN:f64[2] = mul NaN:f64[2] sum
              return sum,
                NaN
            }
            """);
    assertEquals(
        """
        program(a:f64[2], b:f64[2]) {
          c:f64[2] = add a b
          d:f64[2] = mul NaN:f64[2] c
          return c, d
        }
        """,
        Printer.print(p));
  }

  @Test
  void deep_nesting_is_refused() {
    String open = "{ c:f64[] = checkpoint[body=() ".repeat(100_000);
    TextException e = assertThrows(TextException.class, () -> Parser.parse("program() " + open));
    assertEquals(1, e.line());
    assertEquals("program() ".length() + 101 * 31 - 2, e.column());
  }

  @Test
  void damaged_texts_are_refused_politely_or_read() {
    long seed = 7;
    Random random = new Random(seed);
    for (OpSamples.Sample s : OpSamples.all()) {
      String text = Printer.print(s.program());
      for (int i = 0; i < 200; i++) {
        StringBuilder damaged = new StringBuilder(text);
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> damaged.deleteCharAt(at);
          case 1 -> damaged.setCharAt(at, "[]{}():=,\"\\ u-.9azN\n?".charAt(random.nextInt(21)));
          default -> damaged.setLength(at);
        }
        readOrRefuse(damaged.toString());
      }
    }
  }

  private static void readOrRefuse(String text) {
    Program p;
    try {
      p = Parser.parse(text);
    } catch (TextException e) {
      return;
    }
    assertEquals(p, Parser.parse(Printer.print(p)), text);
  }
}
