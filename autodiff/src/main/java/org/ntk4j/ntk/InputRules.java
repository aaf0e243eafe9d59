package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;

/// Checks of what the user hands in, made before any work.
final class InputRules {
  private InputRules() {}

  /// E.g. ``x1 `image` ``, or `x1` for a tree that is one leaf.
  static String named(String tree, String path) {
    return path.isEmpty() ? tree : tree + " `" + path + "`";
  }

  /// Avals of a tree of tensors.
  ///
  /// @param tree what it is called in messages
  /// @throws IllegalArgumentException if a tensor was released
  static Tree<Aval> avals(String tree, Tree<Tensor> tensors) {
    List<Tensor> leaves =
        Objects.requireNonNull(tensors, () -> tree + " is null; expected a tree of tensors")
            .leaves();
    for (int i = 0; i < leaves.size(); i++) {
      try {
        leaves.get(i).segment();
      } catch (IllegalStateException released) {
        throw new IllegalArgumentException(
            named(tree, tensors.paths().get(i)) + " cannot be used: " + released.getMessage(),
            released);
      }
    }
    return tensors.map(t -> new Aval(t.dtype(), t.shape()));
  }

  /// Checks that there are parameters to differentiate, and that they are floating point.
  static void parameters(Tree<Aval> params, List<Boolean> active) {
    if (params.leaves().isEmpty()) {
      throw new IllegalArgumentException("there are no parameters: the tree has no leaves");
    }
    if (active.stream().noneMatch(a -> a)) {
      throw new IllegalArgumentException("no parameter is selected; there are " + params.paths());
    }
    for (int i = 0; i < active.size(); i++) {
      Aval aval = params.leaves().get(i);
      if (active.get(i) && !aval.isFloating()) {
        throw new IllegalArgumentException(
            ("%s is %s, but a kernel differentiates floating-point parameters; leave it out of the"
                    + " selection")
                .formatted(named("parameter", params.paths().get(i)), aval));
      }
    }
  }

  /// Checks that `x1` and `x2` differ in nothing but the number of examples.
  ///
  /// @param examples the example axis of each leaf
  static void sides(Tree<Aval> x1, Tree<Aval> x2, List<OptionalInt> examples) {
    try {
      Tree.zip(x1, x2, (x, _) -> x);
    } catch (IllegalArgumentException different) {
      throw new IllegalArgumentException(
          "x1 and x2 differ in structure: " + different.getMessage(), different);
    }
    Tree<Aval> matched = Tree.zip(x1, x2, (_, y) -> y);
    for (int i = 0; i < examples.size(); i++) {
      String path = x1.paths().get(i);
      Aval x = x1.leaves().get(i);
      Aval y = matched.leaves().get(i);
      if (x.dtype() != y.dtype()) {
        throw new IllegalArgumentException(
            "%s is %s and %s is %s: their dtypes differ"
                .formatted(named("x1", path), x, named("x2", path), y));
      }
      if (!sameBut(x, y, examples.get(i))) {
        throw new IllegalArgumentException(
            "%s is %s and %s is %s: their shapes differ beyond the example axis%s"
                .formatted(
                    named("x1", path),
                    x,
                    named("x2", path),
                    y,
                    examples.get(i).isPresent()
                        ? " " + examples.get(i).getAsInt()
                        : ", of which it has none"));
      }
    }
  }

  private static boolean sameBut(Aval x, Aval y, OptionalInt axis) {
    return x.rank() == y.rank()
        && IntStream.range(0, x.rank())
            .filter(k -> axis.isEmpty() || k != axis.getAsInt())
            .allMatch(k -> x.dim(k) == y.dim(k));
  }

  /// Checks that outputs exist and are floating point.
  static void outputs(Tree<Aval> outputs) {
    if (outputs.leaves().isEmpty()) {
      throw new IllegalArgumentException("the network has no outputs");
    }
    for (int i = 0; i < outputs.leaves().size(); i++) {
      Aval aval = outputs.leaves().get(i);
      if (!aval.isFloating()) {
        throw new IllegalArgumentException(
            "%s is %s, but a kernel needs floating-point outputs"
                .formatted(AxisRules.named(outputs.paths().get(i)), aval));
      }
    }
  }

  /// Checks that the network has the same outputs, of the same ranks and dtypes, on both sides.
  static void sameOutputs(Tree<Aval> first, Tree<Aval> second) {
    try {
      Tree.zip(first, second, (y, _) -> y);
    } catch (IllegalArgumentException different) {
      throw new IllegalArgumentException(
          "the network's outputs at x1 and x2 differ in structure: " + different.getMessage(),
          different);
    }
    List<Aval> others = Tree.zip(first, second, (_, y) -> y).leaves();
    for (int i = 0; i < others.size(); i++) {
      Aval y = first.leaves().get(i);
      if (y.dtype() != others.get(i).dtype() || y.rank() != others.get(i).rank()) {
        throw new IllegalArgumentException(
            "%s is %s at x1 and %s at x2: their %s differ"
                .formatted(
                    AxisRules.named(first.paths().get(i)),
                    y,
                    others.get(i),
                    y.dtype() != others.get(i).dtype() ? "dtypes" : "ranks"));
      }
    }
  }

  /// Names of the tensors that hold a NaN or an infinity.
  static List<String> notFinite(String tree, Tree<Tensor> tensors) {
    List<String> found = new ArrayList<>();
    List<Tensor> leaves = tensors.leaves();
    for (int i = 0; i < leaves.size(); i++) {
      if (!leaves.get(i).isFinite()) {
        found.add(named(tree, tensors.paths().get(i)) + " holds values that are not finite");
      }
    }
    return found;
  }
}
