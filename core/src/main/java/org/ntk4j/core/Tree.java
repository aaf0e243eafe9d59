package org.ntk4j.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/// Nested named and numbered values, such as the parameters of a network.
///
/// `Tree = Leaf value | Node {name: Tree, …} | Seq [Tree, …]`. Names keep the order in which they
/// were given, and that is the order of [#leaves].
public sealed interface Tree<T> {

  /// One value.
  record Leaf<T>(T value) implements Tree<T> {
    public Leaf {
      Objects.requireNonNull(value, "the value of a leaf is null");
    }
  }

  /// Named children, in order.
  record Node<T>(SequencedMap<String, Tree<T>> children) implements Tree<T> {
    public Node {
      children = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(children));
    }
  }

  /// Numbered children.
  record Seq<T>(List<Tree<T>> children) implements Tree<T> {
    public Seq {
      children = List.copyOf(children);
    }
  }

  /// The tree that is one leaf.
  static <T> Tree<T> of(T value) {
    return new Leaf<>(value);
  }

  /// The tree with these numbered children.
  static <T> Tree<T> list(List<Tree<T>> children) {
    return new Seq<>(children);
  }

  /// The tree with these numbered children.
  @SafeVarargs
  static <T> Tree<T> list(Tree<T>... children) {
    List<Tree<T>> items = new ArrayList<>(children.length);
    for (Tree<T> child : children) {
      items.add(child);
    }
    return new Seq<>(items);
  }

  /// The tree with these numbered leaves.
  static <T> Tree<T> leaves(List<T> values) {
    return new Seq<>(values.stream().map(Tree::of).toList());
  }

  /// The tree with these named children; their order is that of the map.
  static <T> Tree<T> map(SequencedMap<String, Tree<T>> children) {
    return new Node<>(children);
  }

  /// `{name: child}`.
  static <T> Tree<T> map(String name, Tree<T> child) {
    return new Node<>(new LinkedHashMap<>(Map.of(name, child)));
  }

  /// `{name1: child1, name2: child2}`.
  static <T> Tree<T> map(String name1, Tree<T> child1, String name2, Tree<T> child2) {
    SequencedMap<String, Tree<T>> children = new LinkedHashMap<>();
    children.put(name1, child1);
    if (children.put(name2, child2) != null) {
      throw new IllegalArgumentException("the name '" + name1 + "' is given twice");
    }
    return new Node<>(children);
  }

  /// All values, in order.
  default List<T> leaves() {
    List<T> leaves = new ArrayList<>();
    TreeWalk.visit(this, "", (_, value) -> leaves.add(value));
    return Collections.unmodifiableList(leaves);
  }

  /// Where each leaf is, e.g. `layer0.w` or `[1].b`, in the order of [#leaves]; empty for a tree
  /// that is one leaf.
  default List<String> paths() {
    List<String> paths = new ArrayList<>();
    TreeWalk.visit(this, "", (path, _) -> paths.add(path));
    return Collections.unmodifiableList(paths);
  }

  /// The tree of this structure with `f(value)` at each leaf; `f` is called in the order of
  /// [#leaves].
  default <U> Tree<U> map(Function<? super T, ? extends U> f) {
    return switch (this) {
      case Leaf<T>(T value) -> new Leaf<>(f.apply(value));
      case Seq<T>(List<Tree<T>> children) -> {
        List<Tree<U>> mapped = new ArrayList<>(children.size());
        children.forEach(child -> mapped.add(child.map(f)));
        yield new Seq<>(mapped);
      }
      case Node<T>(SequencedMap<String, Tree<T>> children) -> {
        SequencedMap<String, Tree<U>> mapped = new LinkedHashMap<>();
        children.forEach((name, child) -> mapped.put(name, child.map(f)));
        yield new Node<>(mapped);
      }
    };
  }

  /// The tree with `f(x, y)` where `x` and `y` have leaves. Names are matched by name, and keep the
  /// order of `x`.
  ///
  /// @throws IllegalArgumentException if the structures differ; names the path
  static <A, B, C> Tree<C> zip(
      Tree<A> x, Tree<B> y, BiFunction<? super A, ? super B, ? extends C> f) {
    return TreeWalk.zip(x, y, "", f);
  }

  /// The tree of this structure with `values` as its leaves, in order.
  ///
  /// @throws IllegalArgumentException if their number differs from the number of leaves
  default <U> Tree<U> unflatten(List<U> values) {
    int leaves = leaves().size();
    if (values.size() != leaves) {
      throw new IllegalArgumentException(
          "a tree of " + leaves + " leaves cannot hold " + values.size() + " values");
    }
    Iterator<U> next = values.iterator();
    return map(_ -> next.next());
  }

  /// Whether both trees have the same names, list lengths and leaf positions.
  default boolean sameStructure(Tree<?> other) {
    return TreeWalk.difference(this, other, "").isEmpty();
  }

  /// The value of a tree that is one leaf.
  ///
  /// @throws IllegalArgumentException if this is not a leaf
  default T value() {
    return switch (this) {
      case Leaf<T>(T value) -> value;
      case Seq<T> _, Node<T> _ ->
          throw new IllegalArgumentException("expected a leaf, found " + TreeWalk.kind(this));
    };
  }

  /// The child called `name`.
  ///
  /// @throws IllegalArgumentException if there is none
  default Tree<T> get(String name) {
    if (this instanceof Node<T>(SequencedMap<String, Tree<T>> children)) {
      Optional<Tree<T>> child = Optional.ofNullable(children.get(name));
      if (child.isPresent()) {
        return child.get();
      }
    }
    throw new IllegalArgumentException("no child '" + name + "' in " + TreeWalk.kind(this));
  }

  /// Child number `index`, counted from 0.
  ///
  /// @throws IllegalArgumentException if there is none
  default Tree<T> get(int index) {
    if (this instanceof Seq<T>(List<Tree<T>> children) && 0 <= index && index < children.size()) {
      return children.get(index);
    }
    throw new IllegalArgumentException("no child [" + index + "] in " + TreeWalk.kind(this));
  }
}
