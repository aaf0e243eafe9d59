package org.ntk4j.ir.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.IrException;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;

/// Operands that break a constraint.
///
/// @param name `<mnemonic>_<cn>_<situation>`
/// @param operands avals, e.g. `f64[2] i32[]`
/// @param problem the message between the constraint and the operands
record Violation(String name, Primitive op, String operands, String problem) {
  private static final Pattern AVAL = Pattern.compile("(\\w+)\\[([\\d,]*)]");

  DynamicTest test() {
    return DynamicTest.dynamicTest(name, this::check);
  }

  private void check() {
    List<Aval> in = avals(operands);
    IrException thrown = assertThrows(IrException.class, () -> op.resultAvals(in));
    assertEquals(constraint() + ": " + problem + "; operands: " + in, thrown.getMessage());
    assertEquals(constraint(), thrown.constraint());
  }

  /// E.g. `contract.C2`, from the name.
  String constraint() {
    String rest = name.substring(op.mnemonic().length() + 1);
    return op.mnemonic() + "." + rest.substring(0, rest.indexOf('_')).toUpperCase(Locale.ROOT);
  }

  static List<Aval> avals(String text) {
    return AVAL.matcher(text).results().map(Violation::aval).toList();
  }

  private static Aval aval(MatchResult m) {
    List<Long> dims =
        Arrays.stream(m.group(2).split(",")).filter(s -> !s.isEmpty()).map(Long::valueOf).toList();
    return new Aval(DType.parse(m.group(1)), Shape.of(dims));
  }

  static List<Integer> ints(Integer... values) {
    return List.of(values);
  }

  static List<Long> longs(long... values) {
    return Arrays.stream(values).boxed().toList();
  }

  /// The program that returns its inputs.
  static Program identity(String avals) {
    List<Var> inputs = avals(avals).stream().map(Var::new).toList();
    return new Program(inputs, List.of(), inputs);
  }

  /// A program with these inputs and outputs.
  static Program returning(String inputs, String outputs) {
    List<Var> in = avals(inputs).stream().map(Var::new).toList();
    List<Atom> out = avals(outputs).stream().map(a -> (Atom) Literal.of(0, a)).toList();
    return new Program(in, List.of(), out);
  }
}
