package org.ntk4j.ir.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// `"nti,io->nto"` read: labels are letters, `...` stands for any number of leading, broadcast
/// axes.
///
/// The axes of an ellipsis have negative labels, -1 being the last of them.
record EinsumSpec(List<List<Integer>> operands, List<Integer> out) {

  static EinsumSpec parse(String spec, List<Value> operands) {
    String text = spec.replace(" ", "");
    int arrow = text.indexOf("->");
    String left = arrow < 0 ? text : text.substring(0, arrow);
    List<String> terms = Arrays.asList(left.split(",", -1));
    if (terms.size() != operands.size()) {
      throw new IllegalArgumentException(
          "einsum: '%s' describes %d operands, %d are given"
              .formatted(spec, terms.size(), operands.size()));
    }
    List<List<Integer>> labels = new ArrayList<>();
    int widest = 0;
    for (int k = 0; k < terms.size(); k++) {
      String term = terms.get(k);
      int rest = operands.get(k).rank() - term.replace("...", "").length();
      boolean ellipsis = term.contains("...");
      if (rest < 0 || (rest > 0 && !ellipsis)) {
        throw new IllegalArgumentException(
            "einsum: '%s' names %d axes of operand %d, which is %s"
                .formatted(spec, term.replace("...", "").length(), k, operands.get(k).aval()));
      }
      labels.add(labels(spec, term, rest));
      widest = Math.max(widest, ellipsis ? rest : 0);
    }
    List<Integer> out =
        arrow < 0 ? implicit(labels, widest) : labels(spec, text.substring(arrow + 2), widest);
    checkOut(spec, labels, out);
    return new EinsumSpec(labels, out);
  }

  private static List<Integer> labels(String spec, String term, int ellipsis) {
    List<Integer> result = new ArrayList<>();
    int at = 0;
    while (at < term.length()) {
      char c = term.charAt(at);
      if (term.startsWith("...", at) && !result.contains(-1)) {
        for (int i = ellipsis; i >= 1; i--) {
          result.add(-i);
        }
        at += 3;
      } else if (Character.isLetter(c)) {
        result.add((int) c);
        at++;
      } else {
        throw new IllegalArgumentException(
            "einsum: unexpected '%c' in '%s'; labels are letters".formatted(c, spec));
      }
    }
    return result;
  }

  /// Without an arrow: the ellipsis, then the labels that occur once, in alphabetic order.
  private static List<Integer> implicit(List<List<Integer>> labels, int widest) {
    Map<Integer, Integer> counts = new HashMap<>();
    labels.forEach(term -> term.forEach(l -> counts.merge(l, 1, Integer::sum)));
    List<Integer> out = new ArrayList<>();
    for (int i = widest; i >= 1; i--) {
      out.add(-i);
    }
    new TreeSet<>(counts.keySet())
        .stream().filter(l -> l >= 0 && counts.getOrDefault(l, 0) == 1).forEach(out::add);
    return out;
  }

  private static void checkOut(String spec, List<List<Integer>> labels, List<Integer> out) {
    for (int label : out) {
      boolean known = labels.stream().anyMatch(term -> term.contains(label));
      if (!known || out.indexOf(label) != out.lastIndexOf(label)) {
        throw new IllegalArgumentException(
            "einsum: output label '%s' of '%s' %s"
                .formatted(
                    label < 0 ? "..." : Character.toString(label),
                    spec,
                    known ? "occurs twice" : "occurs in no operand"));
      }
    }
  }
}
