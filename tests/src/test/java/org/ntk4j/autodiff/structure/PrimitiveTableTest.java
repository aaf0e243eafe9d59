package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ntk4j.autodiff.Linearize;
import org.ntk4j.autodiff.Linearized;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.CustomJvp;
import org.ntk4j.ir.op.CustomVjp;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.While;
import org.ntk4j.tests.Golden;
import org.ntk4j.tests.PrimitiveSamples;
import org.ntk4j.tests.Sample;

/// Writes the table of primitives, and fails where it is out of date.
class PrimitiveTableTest {
  private static final String HEAD =
      """
      # Primitives

      What every primitive is to the calculus, and what structured derivatives make of it. This file is
      written by `PrimitiveTableTest`, whose failure says how to write it anew.

      The class decides the derivative. *Elementwise* primitives have theirs as data; *multilinear* ones
      are their own derivative in each group of operands that they are jointly linear in; *piecewise
      constant* ones have none; *nonlinear* ones are linearized one by one; *higher order* ones hold
      programs, which are linearized.

      Structured derivatives follow a parameter through the multilinear equations of its linearization.
      `rule` means that the operand's local Jacobian is written down as index equations and small
      factors, `where it fits` that some shapes or parameters have no such form, and `pulled back` that
      there is no rule. Cotangents are pulled back through an equation without a rule: the kernel is
      slower then, and the same. Of the other classes the table says what they become.

      | primitive | class | jointly linear in operands | structure |
      |---|---|---|---|
      """;

  /// The samples of one mnemonic.
  private record Row(String mnemonic, List<Sample> samples) {
    Primitive op() {
      return samples.getFirst().op();
    }

    String line() {
      return "| `%s` | %s | %s | %s |\n".formatted(mnemonic, kind(), linear(), structure());
    }

    String kind() {
      return switch (op()) {
        case Elementwise _ -> "elementwise";
        case Multilinear _ -> "multilinear";
        case PiecewiseConstant _ -> "piecewise constant";
        case Nonlinear _ -> "nonlinear";
        case HigherOrder _ -> "higher order";
      };
    }

    String linear() {
      if (!(op() instanceof Multilinear m)) {
        return "";
      }
      Sample longest = samples.getFirst();
      return m.linearIn(longest.avals().size()).stream()
          .map(
              group -> group.stream().map(k -> "%d".formatted(k)).collect(Collectors.joining(", ")))
          .collect(Collectors.joining("; "));
    }

    String structure() {
      return switch (op()) {
        case Elementwise _, Nonlinear _ -> linearized();
        case Multilinear _ -> rules();
        case PiecewiseConstant _ -> "no derivative";
        case HigherOrder op -> nested(op);
      };
    }

    private static String nested(HigherOrder op) {
      return switch (op) {
        case Call _, Checkpoint _ -> "that of its program";
        case CustomJvp _, CustomVjp _ -> "that of its derivative";
        case Scan _ -> "that of its body, outside the loop";
        case Cond _ -> "pulled back";
        case While _ -> "no reverse mode";
      };
    }

    /// The primitives that its tangents pass through.
    private String linearized() {
      Set<String> rules = new TreeSet<>();
      Set<String> others = new TreeSet<>();
      for (Sample sample : samples) {
        List<Boolean> active = sample.avals().stream().map(Aval::isFloating).toList();
        if (active.contains(true)) {
          Linearized l = Linearize.of(sample.program(), active);
          List<Var> tangents =
              l.linear().inputs().subList(l.residuals(), l.linear().inputs().size());
          Set<Atom> linear = new HashSet<>(tangents);
          for (Equation e : l.linear().equations()) {
            if (e.in().stream().anyMatch(linear::contains)) {
              linear.addAll(e.out());
              (e.op() instanceof Multilinear ? rules : others).add(e.op().mnemonic());
            }
          }
        }
      }
      String pulled = others.isEmpty() ? "" : "; pulled back through " + names(others);
      return "linearized to " + names(rules) + pulled;
    }

    private static String names(Set<String> mnemonics) {
      return mnemonics.stream().map(m -> "`" + m + "`").collect(Collectors.joining(", "));
    }

    /// One answer for all operands, or one for each where only some have a rule.
    private String rules() {
      Map<Integer, List<Boolean>> answers = new TreeMap<>();
      for (Sample sample : samples) {
        Multilinear m = (Multilinear) sample.op();
        m.linearIn(sample.avals().size()).stream()
            .flatMap(List::stream)
            .filter(k -> sample.avals().get(k).isFloating())
            .forEach(
                k -> answers.computeIfAbsent(k, _ -> new ArrayList<>()).add(hasRule(sample, k)));
      }
      List<String> words = answers.values().stream().map(Row::word).distinct().toList();
      if (words.size() == 1 || !words.contains("pulled back")) {
        return words.contains("rule where it fits") ? "rule where it fits" : words.getFirst();
      }
      return answers.entrySet().stream()
          .map(e -> "%d: %s".formatted(e.getKey(), word(e.getValue())))
          .collect(Collectors.joining(", "));
    }

    private static String word(List<Boolean> answers) {
      if (!answers.contains(true)) {
        return "pulled back";
      }
      return answers.contains(false) ? "rule where it fits" : "rule";
    }
  }

  private static boolean hasRule(Sample sample, int k) {
    List<Var> inputs = sample.avals().stream().map(Var::new).toList();
    List<Atom> operands = List.copyOf(inputs);
    IndexedMap root = IndexedMap.identity(inputs.get(k));
    return MapRules.apply(new Builder(), (Multilinear) sample.op(), operands, k, root).isPresent();
  }

  @Test
  void the_table_of_primitives_is_up_to_date() {
    Map<String, List<Sample>> samples = new LinkedHashMap<>();
    for (Sample sample : PrimitiveSamples.all()) {
      samples.computeIfAbsent(sample.op().mnemonic(), _ -> new ArrayList<>()).add(sample);
    }
    List<Row> rows =
        samples.entrySet().stream().map(e -> new Row(e.getKey(), e.getValue())).toList();
    List<String> kinds = rows.stream().map(Row::kind).distinct().toList();
    StringBuilder text = new StringBuilder(HEAD);
    IntStream.range(0, kinds.size())
        .forEach(k ->
            rows.stream()
                .filter(r -> r.kind().equals(kinds.get(k)))
                .forEach(r -> text.append(r.line())));
    Golden.assertMatches("docs/primitives.md", PrimitiveTableTest.class, text.toString());
  }
}
