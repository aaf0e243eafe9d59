package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.text.Printer;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.models.Layer;
import org.ntk4j.models.Stax;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Ntk;

/// What the documents say is so.
class DocumentsTest {
  private static final Path ROOT = Sources.findRoot();

  /// Types of Java that the documents name.
  private static final Set<String> OF_JAVA =
      Set.of("IllegalArgumentException", "ServiceLoader", "IllegalStateException");

  @Test
  void the_example_of_the_readme_runs() {
    List<Tensor> kernels = ReadmeExample.run();
    assertEquals(
        List.of("f32[20,5]", "f32[20,5,10,10]", "f32[200,200]"),
        kernels.stream().map(Tensor::toString).toList());
    double trace = 0;
    for (int a = 0; a < 10; a++) {
      trace += kernels.get(1).getDouble(a * 11L);
    }
    double averaged = kernels.get(0).getDouble(0);
    assertEquals(averaged, trace / 10, 1e-4 * averaged);
  }

  @Test
  void the_readme_shows_the_example_that_runs() throws IOException {
    String source = read("tests/src/test/java/org/ntk4j/tests/ReadmeExample.java");
    String body = between(source, "    // readme: begin\n", "    // readme: end\n");
    String shown = between(read("README.md"), "```java\n", "```");
    assertEquals(body.indent(-4), shown);
  }

  @Test
  void the_readme_names_the_primitives_of_each_class() throws IOException {
    Map<String, Set<String>> primitives = new TreeMap<>();
    for (Sample sample : PrimitiveSamples.all()) {
      primitives
          .computeIfAbsent(kind(sample.op()), _ -> new TreeSet<>())
          .add(sample.op().mnemonic());
    }
    Map<String, Set<String>> named = new TreeMap<>();
    for (String kind : primitives.keySet()) {
      named.put(kind, names("| " + kind + " |"));
    }
    assertEquals(primitives, named);
  }

  private static String kind(Primitive p) {
    return switch (p) {
      case Elementwise _ -> "elementwise";
      case Multilinear _ -> "multilinear";
      case PiecewiseConstant _ -> "piecewise constant";
      case Nonlinear _ -> "nonlinear";
      case HigherOrder _ -> "higher order";
    };
  }

  @Test
  void the_readme_names_the_layers() throws IOException {
    Set<String> layers = new TreeSet<>();
    Arrays.stream(Stax.class.getDeclaredMethods())
        .filter(m -> Modifier.isPublic(m.getModifiers()))
        .filter(m -> Layer.class.isAssignableFrom(m.getReturnType()))
        .forEach(m -> layers.add(m.getName()));
    assertEquals(layers, names("| layers |"));
  }

  @Test
  void the_readme_names_the_implementations() throws IOException {
    Set<String> implementations = new TreeSet<>();
    Arrays.stream(Implementation.values()).forEach(i -> implementations.add(i.name()));
    assertEquals(implementations, names("| implementations |"));
  }

  /// The names in code font of the table row that begins so.
  private static Set<String> names(String start) throws IOException {
    List<String> rows = read("README.md").lines().filter(l -> l.startsWith(start)).toList();
    assertEquals(1, rows.size(), start);
    Set<String> names = new TreeSet<>();
    Matcher name = Pattern.compile("`([^`]+)`").matcher(rows.getFirst());
    while (name.find()) {
      names.add(name.group(1));
    }
    return names;
  }

  @Test
  void the_readme_states_the_axes_of_kernels() throws IOException {
    Network f =
        (p, x) -> Tree.of(x.value().matmul(p.get("w").value()).reshape(x.value().dim(0), 4, 3));
    Tree<Aval> params = Tree.map("w", Tree.of(Aval.of(DType.F32, 2, 12)));
    Pattern row = Pattern.compile("\\| `\\((.*?)\\)`.*? \\| `\\((.*?)\\)` \\| `(\\[.*?])` \\|");
    List<MatchResult> rows = row.matcher(read("README.md")).results().toList();
    assertEquals(5, rows.size());
    for (MatchResult r : rows) {
      Ntk ntk = Ntk.of(f).traceAxes(numbers(r.group(1))).diagonalAxes(numbers(r.group(2))).build();
      Aval kernel =
          ntk.program(Tree.of(Aval.of(DType.F32, 5, 2)), Tree.of(Aval.of(DType.F32, 6, 2)), params)
              .outputAvals()
              .getFirst();
      assertEquals(kernel.shape().toString(), r.group(3).replace(" ", ""), r.group());
    }
  }

  private static int[] numbers(String list) {
    return Stream.of(list.split(",", -1))
        .map(String::strip)
        .filter(s -> !s.isEmpty())
        .mapToInt(Integer::parseInt)
        .toArray();
  }

  @Test
  void the_kernel_program_shown_is_the_one_emitted() throws IOException {
    Network f =
        (p, x) ->
            Tree.of(
                Functions.relu(x.value().matmul(p.get("w1").value())).matmul(p.get("w2").value()));
    Tree<Aval> params =
        Tree.map(
            "w1", Tree.of(Aval.of(DType.F32, 4, 16)), "w2", Tree.of(Aval.of(DType.F32, 16, 3)));
    Ntk ntk = Ntk.of(f).implementation(Implementation.STRUCTURED_DERIVATIVES).build();
    String found = Printer.print(ntk.program(Tree.of(Aval.of(DType.F32, 5, 4)), params));
    Path page = ROOT.resolve("docs/structured-derivatives.md");
    String text = Files.readString(page);
    String shown = between(text, "```ntk\n", "```");
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(page, text.replace(shown, found));
      return;
    }
    assertEquals(found, shown, "to accept what was found, run this test with -Dgolden.update=true");
  }

  @Test
  void links_lead_to_files() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : Sources.allFiles(ROOT)) {
      if (page.toString().endsWith(".md")) {
        Matcher link = Pattern.compile("]\\(([^)#]+)[^)]*\\)").matcher(Files.readString(page));
        while (link.find()) {
          boolean local = !link.group(1).contains("://");
          if (local && !Files.exists(page.resolveSibling(link.group(1)))) {
            broken.add(ROOT.relativize(page) + ": " + link.group(1));
          }
        }
      }
    }
    assertTrue(broken.isEmpty(), broken::toString);
  }

  /// Some documents name types in code font; those that look like types of ours exist.
  @Test
  void the_code_map_names_files_that_exist() throws IOException {
    Set<String> types = new TreeSet<>();
    for (Path file : Sources.allFiles(ROOT)) {
      types.add(file.getFileName().toString().replaceFirst("\\.java$", ""));
    }
    Set<String> missing = new TreeSet<>();
    for (String page :
        List.of(
            "ARCHITECTURE.md", "docs/cpu.md", "docs/gpu.md", "docs/structured-derivatives.md")) {
      Matcher name = Pattern.compile("`([A-Z][a-z]\\w*)`").matcher(read(page));
      while (name.find()) {
        if (!OF_JAVA.contains(name.group(1)) && !types.contains(name.group(1))) {
          missing.add(page + ": " + name.group(1));
        }
      }
    }
    assertTrue(missing.isEmpty(), missing::toString);
  }

  private static String between(String text, String begin, String end) {
    int from = text.indexOf(begin);
    assertTrue(from >= 0, begin);
    int start = from + begin.length();
    return text.substring(start, text.indexOf(end, start));
  }

  private static String read(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }
}
