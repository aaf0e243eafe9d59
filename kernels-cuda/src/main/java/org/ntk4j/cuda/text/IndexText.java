package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.ntk4j.ir.schedule.View.Digit;

/// Indices and offsets as expressions of CUDA C.
final class IndexText {
  private IndexText() {}

  static String number(long n) {
    boolean isInt = Integer.MIN_VALUE < n && n <= Integer.MAX_VALUE;
    return isInt ? Long.toString(n) : n + "LL";
  }

  static String times(String value, long factor) {
    return factor == 1 ? value : factor == 0 ? "0" : value + " * " + number(factor);
  }

  static String sum(List<String> parts) {
    List<String> others = parts.stream().filter(p -> !p.equals("0")).toList();
    return others.isEmpty() ? "0" : String.join(" + ", others).replace("+ -", "- ");
  }

  /// Says which values the axes have that are number `index` of all, row by row.
  ///
  /// @param index a variable
  static void decode(Source to, String type, List<Axis> axes, String index) {
    long inner = 1;
    List<String> lines = new ArrayList<>();
    for (int k = axes.size() - 1; k >= 0; k--) {
      Axis axis = axes.get(k);
      String high = inner == 1 ? index : index + " / " + number(inner);
      String digit = k == 0 ? high : high + " % " + number(axis.extent());
      if (!axis.name().equals(index)) {
        lines.add("const %s %s = %s;".formatted(type, axis.name(), digit));
      }
      inner *= axis.extent();
    }
    lines.reversed().forEach(to::line);
  }

  /// What some axes contribute to the offset of an element; 0 if nothing.
  static String along(Place place, Predicate<Axis> chosen) {
    List<String> parts = new ArrayList<>();
    for (Place.Along a : place.along()) {
      if (chosen.test(a.axis())) {
        parts.add(digits(a.axis().name(), a.digits()));
      }
    }
    return sum(parts);
  }

  /// What the digits of a number contribute to an offset.
  ///
  /// @param value a variable
  static String digits(String value, List<Digit> digits) {
    return sum(parts(value, digits, ""));
  }

  /// The same as a `long long`.
  static String longDigits(String value, List<Digit> digits) {
    return sum(parts(value, digits, "LL"));
  }

  private static List<String> parts(String value, List<Digit> digits, String suffix) {
    List<String> parts = new ArrayList<>();
    long inner = 1;
    for (int d = digits.size() - 1; d >= 0; d--) {
      Digit digit = digits.get(d);
      String high = inner == 1 ? value : value + " / " + number(inner);
      String low = d == 0 ? high : high + " % " + number(digit.extent());
      if (digit.stride() != 0) {
        String grouped = low.equals(value) ? value : "(" + low + ")";
        String product = times(grouped, digit.stride());
        boolean isPlain = product.equals(grouped) || product.endsWith("LL");
        parts.addFirst(isPlain ? product : product + suffix);
      }
      inner *= digit.extent();
    }
    return parts;
  }

  /// The index that a part computes from `value`, where it divides it.
  static String quotient(Place.Computed part, String value) {
    return part.divisor() == 1 ? value : "(%s / %s)".formatted(value, number(part.divisor()));
  }

  /// Clears `in` where there is no element.
  ///
  /// @param value a variable
  static void check(Source to, Place.Computed part, String value) {
    if (!part.isChecked()) {
      return;
    }
    long end = part.size() * part.divisor();
    if (part.value().min() < 0) {
      to.line("in = in && %s >= 0;", value);
    }
    if (part.value().max() >= end) {
      to.line("in = in && %s < %s;", value, number(end));
    }
    if (part.divisor() > 1) {
      to.line("in = in && %s %% %s == 0;", value, number(part.divisor()));
    }
  }

  /// All of an offset but its constant: axes are variables. What is not an element is not checked.
  static String offset(Source to, String type, String name, Place place, Predicate<Axis> chosen) {
    List<String> parts = new ArrayList<>();
    String linear = along(place, chosen);
    if (!linear.equals("0")) {
      parts.add(linear);
    }
    for (int c = 0; c < place.computed().size(); c++) {
      Place.Computed part = place.computed().get(c);
      String value = name + "Index" + c;
      to.line("const %s %s = %s;", type, value, part.value().text());
      parts.add(digits(value, part.digits()));
    }
    return sum(parts);
  }
}
