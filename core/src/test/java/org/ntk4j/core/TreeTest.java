package org.ntk4j.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class TreeTest {

  private static Tree<Integer> layers() {
    SequencedMap<String, Tree<Integer>> network = new LinkedHashMap<>();
    network.put("layer1", Tree.map("w", Tree.of(1), "b", Tree.of(2)));
    network.put("layer0", Tree.list(Tree.of(3), Tree.map("a", Tree.of(4))));
    return Tree.map(network);
  }

  @Test
  void leaves_and_paths_keep_the_given_order() {
    assertEquals(List.of(1, 2, 3, 4), layers().leaves());
    assertEquals(List.of("layer1.w", "layer1.b", "layer0[0]", "layer0[1].a"), layers().paths());
    assertEquals(List.of(""), Tree.of(5).paths());
    assertEquals(List.of(5), Tree.of(5).leaves());
    assertEquals(List.of("[0]", "[1]"), Tree.leaves(List.of(1, 2)).paths());
  }

  @Test
  void children_are_found_by_name_and_number() {
    assertEquals(4, layers().get("layer0").get(1).get("a").value());
    refused("no child 'x' in a map of [layer1, layer0]", () -> layers().get("x"));
    refused("no child [2] in a list of 2", () -> layers().get("layer0").get(2));
    refused("no child [0] in a leaf", () -> Tree.of(1).get(0));
    refused("expected a leaf, found a list of 2", () -> layers().get("layer0").value());
  }

  @Test
  void map_and_unflatten_keep_the_structure() {
    Tree<Integer> squares = layers().map(x -> x * x);
    assertEquals(List.of(1, 4, 9, 16), squares.leaves());
    assertEquals(squares, layers().unflatten(List.of(1, 4, 9, 16)));
    assertTrue(squares.sameStructure(layers()));
    refused("a tree of 4 leaves cannot hold 3 values", () -> layers().unflatten(List.of(1, 2, 3)));
    refused("a tree of 1 leaves cannot hold 2 values", () -> Tree.of(1).unflatten(List.of(1, 2)));
  }

  @Test
  void zip_matches_by_name() {
    Tree<Integer> x = Tree.map("w", Tree.of(1), "b", Tree.of(2));
    Tree<Integer> y = Tree.map("b", Tree.of(20), "w", Tree.of(10));
    assertEquals(List.of(11, 22), Tree.zip(x, y, Integer::sum).leaves());
  }

  @Test
  void zip_names_the_path_of_the_first_difference() {
    Tree<Integer> x = layers();
    Tree<Integer> longer =
        Tree.map(
            "layer1",
            Tree.map("w", Tree.of(1), "b", Tree.of(2)),
            "layer0",
            Tree.list(Tree.of(3), Tree.map("c", Tree.of(4))));
    assertFalse(x.sameStructure(longer));
    refused(
        "trees differ at layer0[1]: a map of [a] meets a map of [c]",
        () -> Tree.zip(x, longer, Integer::sum));
    refused(
        "trees differ at the root: a leaf meets a list of 1",
        () -> Tree.zip(Tree.of(1), Tree.list(Tree.of(1)), Integer::sum));
    refused(
        "trees differ at the root: a list of 2 meets a list of 1",
        () -> Tree.zip(Tree.leaves(List.of(1, 2)), Tree.leaves(List.of(1)), Integer::sum));
  }

  @Test
  void an_error_of_the_function_is_not_taken_for_a_difference() {
    refused(
        "mine",
        () ->
            Tree.zip(
                Tree.of(1),
                Tree.of(2),
                (_, _) -> {
                  throw new IllegalArgumentException("mine");
                }));
  }

  @Test
  void a_name_is_given_once() {
    refused("the name 'w' is given twice", () -> Tree.map("w", Tree.of(1), "w", Tree.of(2)));
  }

  @Test
  void later_changes_of_the_map_do_not_reach_the_tree() {
    SequencedMap<String, Tree<Integer>> children = new LinkedHashMap<>();
    children.put("w", Tree.of(1));
    Tree<Integer> tree = Tree.map(children);
    children.clear();
    assertEquals(List.of(1), tree.leaves());
  }

  private static void refused(String message, Runnable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action::run).getMessage());
  }
}
