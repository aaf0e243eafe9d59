package org.ntk4j.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.ntk4j.core.Tree.Leaf;
import org.ntk4j.core.Tree.Node;
import org.ntk4j.core.Tree.Seq;

/// Recursion over trees that carries the path along.
final class TreeWalk {

  private TreeWalk() {}

  static <T> void visit(Tree<T> tree, String path, BiConsumer<String, T> visitor) {
    switch (tree) {
      case Leaf<T>(T value) -> visitor.accept(path, value);
      case Seq<T>(List<Tree<T>> children) -> {
        for (int i = 0; i < children.size(); i++) {
          visit(children.get(i), item(path, i), visitor);
        }
      }
      case Node<T>(SequencedMap<String, Tree<T>> children) ->
          children.forEach((name, child) -> visit(child, member(path, name), visitor));
    }
  }

  static <A, B, C> Tree<C> zip(
      Tree<A> x, Tree<B> y, String path, BiFunction<? super A, ? super B, ? extends C> f) {
    if (x instanceof Leaf<A>(A a) && y instanceof Leaf<B>(B b)) {
      return new Leaf<>(f.apply(a, b));
    }
    if (x instanceof Seq<A>(List<Tree<A>> xs)
        && y instanceof Seq<B>(List<Tree<B>> ys)
        && xs.size() == ys.size()) {
      List<Tree<C>> zipped = new ArrayList<>(xs.size());
      for (int i = 0; i < xs.size(); i++) {
        zipped.add(zip(xs.get(i), ys.get(i), item(path, i), f));
      }
      return new Seq<>(zipped);
    }
    if (x instanceof Node<A>(SequencedMap<String, Tree<A>> xs)
        && y instanceof Node<B>(SequencedMap<String, Tree<B>> ys)
        && xs.keySet().equals(ys.keySet())) {
      SequencedMap<String, Tree<C>> zipped = new LinkedHashMap<>();
      for (Map.Entry<String, Tree<A>> entry : xs.entrySet()) {
        String name = entry.getKey();
        Tree<B> partner = Objects.requireNonNull(ys.get(name), "bug: names were compared");
        zipped.put(name, zip(entry.getValue(), partner, member(path, name), f));
      }
      return new Node<>(zipped);
    }
    throw new IllegalArgumentException(mismatch(x, y, path));
  }

  /// What makes the structures differ first, if anything.
  static Optional<String> difference(Tree<?> x, Tree<?> y, String path) {
    try {
      zip(x, y, path, (_, _) -> path);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /// E.g. `a map of [w, b]`.
  static String kind(Tree<?> tree) {
    return switch (tree) {
      case Leaf<?> _ -> "a leaf";
      case Seq<?> seq -> "a list of " + seq.children().size();
      case Node<?> node -> "a map of " + node.children().keySet();
    };
  }

  private static String mismatch(Tree<?> x, Tree<?> y, String path) {
    String where = path.isEmpty() ? "the root" : path;
    return "trees differ at " + where + ": " + kind(x) + " meets " + kind(y);
  }

  private static String item(String path, int index) {
    return path + "[" + index + "]";
  }

  private static String member(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
