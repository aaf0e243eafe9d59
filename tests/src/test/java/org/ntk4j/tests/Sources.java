package org.ntk4j.tests;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// The project's Java sources, parsed.
record Sources(Path root, List<Source> files, Trees trees) {
  Sources {
    files = List.copyOf(files);
  }

  /// One parsed file; `name` is its path from the project's root, with slashes.
  record Source(String name, List<String> lines, CompilationUnitTree tree) {
    Source {
      lines = List.copyOf(lines);
    }

    /// Whether this is code of a library module rather than of a test or the tool.
    boolean isLibrary() {
      return name.contains("/src/main/") && !name.startsWith("cli/");
    }
  }

  static Sources read() {
    Path root = findRoot();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager =
        compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
      List<Path> paths = javaFiles(root);
      var task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(paths));
      List<Source> files = new ArrayList<>();
      for (CompilationUnitTree unit : task.parse()) {
        Path path = Path.of(unit.getSourceFile().toUri());
        files.add(new Source(name(root, path), Files.readAllLines(path), unit));
      }
      return new Sources(root, files, Trees.instance(task));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// First and last line of `part`, counted from 1.
  Lines lines(Source source, Tree part) {
    var positions = trees.getSourcePositions();
    var map = source.tree().getLineMap();
    long start = positions.getStartPosition(source.tree(), part);
    long end = positions.getEndPosition(source.tree(), part);
    return new Lines(
        Math.toIntExact(map.getLineNumber(start)), Math.toIntExact(map.getLineNumber(end)));
  }

  record Lines(int first, int last) {
    int count() {
      return last - first + 1;
    }

    boolean contains(int line) {
      return first <= line && line <= last;
    }
  }

  /// The project's root: the directory above that holds the script that runs these tests.
  static Path findRoot() {
    Path start = Path.of("").toAbsolutePath();
    for (Path dir = start; dir != null; dir = dir.getParent()) {
      if (Files.exists(dir.resolve("check")) && Files.exists(dir.resolve("pom.xml"))) {
        return dir;
      }
    }
    throw new IllegalStateException("no directory above " + start + " holds pom.xml and check");
  }

  /// Every file of the project but what was built and what belongs to other tools.
  static List<Path> allFiles(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).filter(f -> !isForeign(root, f)).sorted().toList();
    }
  }

  static String name(Path root, Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  private static List<Path> javaFiles(Path root) throws IOException {
    return allFiles(root).stream().filter(f -> f.toString().endsWith(".java")).toList();
  }

  private static boolean isForeign(Path root, Path file) {
    for (Path part : root.relativize(file)) {
      String name = part.toString();
      if (name.equals("target") || (name.startsWith(".") && !name.equals(".ci"))) {
        return true;
      }
    }
    return false;
  }
}
