package org.ntk4j.models;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ntk4j.ir.trace.Sample;
import org.ntk4j.ir.trace.Value;

/// What a layer is given besides parameters and input.
///
/// @param train whether the layer behaves as in training
/// @param key `i64[]` random key, for layers that draw numbers
/// @param extras further inputs by name, e.g. masks and running statistics
public record Context(boolean train, Optional<Value> key, Map<String, Value> extras) {
  public Context {
    extras = Map.copyOf(extras);
  }

  /// Evaluation: no random numbers, no further inputs.
  public static Context evaluation() {
    return new Context(false, Optional.empty(), Map.of());
  }

  /// Training with a random key, an `i64[]` value.
  public static Context training(Value key) {
    return new Context(true, Optional.of(key), Map.of());
  }

  /// With the further input `name`.
  public Context with(String name, Value value) {
    Map<String, Value> all = new HashMap<>(extras);
    all.put(name, value);
    return new Context(train, key, all);
  }

  /// The further input `name`, if it is given.
  public Optional<Value> extra(String name) {
    return Optional.ofNullable(extras.get(name));
  }

  /// The further input `name`.
  ///
  /// @throws IllegalArgumentException if it is not given
  public Value require(String layer, String name) {
    return extra(name)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "%s: needs the extra input '%s'; given are %s"
                    .formatted(layer, name, extras.keySet())));
  }

  /// The random key.
  ///
  /// @throws IllegalArgumentException if there is none
  public Value requireKey(String layer) {
    return key.orElseThrow(
        () -> new IllegalArgumentException(layer + ": needs a random key in training"));
  }

  /// `count` contexts that differ in the key only.
  public List<Context> split(int count) {
    if (key.isEmpty()) {
      return Collections.nCopies(count, this);
    }
    List<Context> contexts = new ArrayList<>();
    for (Value k : Sample.split(key.get(), count)) {
      contexts.add(new Context(train, Optional.of(k), extras));
    }
    return List.copyOf(contexts);
  }
}
