package org.ntk4j.cpu.loop;

import java.util.Map;
import java.util.TreeMap;

/// The functions that a module defines for its own use.
final class Functions {
  private final Map<String, String> definitions = new TreeMap<>();

  /// Sees to it that `name` is defined, once.
  void define(String name, String text) {
    definitions.put(name, text);
  }

  /// All definitions.
  String text() {
    return String.join("\n", definitions.values());
  }
}
