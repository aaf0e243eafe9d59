package org.ntk4j.cli.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.core.io.Npz;

/// Parameters and inputs of a network as one `.npz` file, from which every contender starts.
///
/// @param params by name
/// @param inputs by name
record Exchange(Tree<Tensor> params, Tree<Tensor> inputs) {
  private static final String PARAM = "param.";
  private static final String INPUT = "input.";

  static void write(Path file, Tree<Tensor> params, Tree<Tensor> inputs) throws IOException {
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    put(arrays, PARAM, params);
    put(arrays, INPUT, inputs);
    Npz.write(file, arrays);
  }

  private static void put(Map<String, Tensor> arrays, String prefix, Tree<Tensor> tensors) {
    List<String> paths = tensors.paths();
    for (int i = 0; i < paths.size(); i++) {
      arrays.put(prefix + paths.get(i), tensors.leaves().get(i));
    }
  }

  static Exchange read(Path file) throws IOException {
    SequencedMap<String, Tensor> arrays = Npz.read(file);
    return new Exchange(part(arrays, PARAM), part(arrays, INPUT));
  }

  private static Tree<Tensor> part(SequencedMap<String, Tensor> arrays, String prefix) {
    SequencedMap<String, Tree<Tensor>> part = new LinkedHashMap<>();
    arrays.forEach((name, x) -> {
      if (name.startsWith(prefix)) {
        part.put(name.substring(prefix.length()), Tree.of(x));
      }
    });
    return Tree.map(part);
  }
}
