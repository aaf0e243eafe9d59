package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.List;

/// The structure of a use, in the words of the literature.
final class Structures {
  private Structures() {}

  /// One phrase per digit of the parameter.
  ///
  /// @param map the derivative of the output by the use; its last factor is the cotangent
  static String describe(IndexedMap map) {
    List<Factor> factors = map.factors();
    if (factors.isEmpty()) {
      return "delta";
    }
    Factor cotangent = factors.getLast();
    List<Factor> jacobian = factors.subList(0, factors.size() - 1);
    List<String> words = new ArrayList<>();
    for (Digit d : map.digits()) {
      words.add(word(d, cotangent, jacobian));
    }
    return words.isEmpty() ? "scalar" : String.join(" × ", words);
  }

  private static String word(Digit d, Factor cotangent, List<Factor> jacobian) {
    if (d.link().isPresent()) {
      return switch (d.link().get()) {
        case Link.Affine _, Link.Fixed _ -> "range";
        case Link.Table _ -> "table";
      };
    }
    boolean inCotangent = cotangent.indices().contains(d.index());
    boolean inJacobian = jacobian.stream().anyMatch(f -> f.indices().contains(d.index()));
    if (inCotangent) {
      return inJacobian ? "block diagonal" : "constant block";
    }
    return inJacobian ? "dense" : "input tiled";
  }
}
