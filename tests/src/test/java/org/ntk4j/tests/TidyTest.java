package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.CaseLabelTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ConstantCaseLabelTree;
import com.sun.source.tree.DefaultCaseLabelTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.UnaryTree;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.ntk4j.tests.Sources.Lines;
import org.ntk4j.tests.Sources.Source;

/// The style rules that neither the compiler nor the formatter knows.
class TidyTest {
  private static final int FILE_LINES = 400;
  private static final int METHOD_LINES = 60;

  /// A test's table of cases is one method.
  private static final int TABLE_LINES = 120;

  private static final int COLUMNS = 100;

  private static final Sources SOURCES = Sources.read();

  @Test
  void the_scan_sees_every_module() {
    Set<String> modules = new TreeSet<>();
    SOURCES.files().forEach(s -> modules.add(s.name().replaceFirst("/.*", "")));
    var all = Set.of("core", "ir", "autodiff", "kernels-cpu", "models", "cli", "tests");
    assertTrue(modules.containsAll(all), modules::toString);
    assertTrue(SOURCES.files().size() > 150, () -> "saw " + SOURCES.files().size() + " files");
  }

  @Test
  void files_are_small() {
    check((source, violations) -> {
      if (source.lines().size() > FILE_LINES) {
        violations.add(source.name() + " has " + source.lines().size() + " lines");
      }
    });
  }

  @Test
  void methods_are_small() {
    check((source, violations) ->
        new TreeScanner<Void, Void>() {
          @Override
          public Void visitMethod(MethodTree method, Void unused) {
            Lines lines = SOURCES.lines(source, method);
            boolean isTest = source.name().contains("/src/test/");
            if (lines.count() > (isTest ? TABLE_LINES : METHOD_LINES)) {
              String text = method.getName() + " has " + lines.count() + " lines";
              violations.add(at(source, lines.first(), text));
            }
            return super.visitMethod(method, null);
          }
        }.scan(source.tree(), null));
  }

  @Test
  void lines_are_short() {
    check((source, violations) -> {
      List<Lines> blocks = textBlocks(source);
      for (int i = 1; i <= source.lines().size(); i++) {
        String line = source.lines().get(i - 1);
        int number = i;
        boolean free = line.startsWith("import ") || line.contains("://");
        boolean tooLong = line.codePointCount(0, line.length()) > COLUMNS;
        if (tooLong && !free && blocks.stream().noneMatch(b -> b.contains(number))) {
          violations.add(at(source, i, line.strip()));
        }
      }
    });
  }

  /// `default` is for open sets: numbers, characters, strings. Over constants of an enum and
  /// patterns it would hide the case that the next primitive lacks.
  @Test
  void switches_over_closed_sets_have_no_default() {
    check((source, violations) ->
        new TreeScanner<Void, Void>() {
          @Override
          public Void visitSwitch(SwitchTree tree, Void unused) {
            visit(tree, tree.getCases());
            return super.visitSwitch(tree, null);
          }

          @Override
          public Void visitSwitchExpression(SwitchExpressionTree tree, Void unused) {
            visit(tree, tree.getCases());
            return super.visitSwitchExpression(tree, null);
          }

          private void visit(Tree tree, List<? extends CaseTree> cases) {
            var labels = cases.stream().flatMap(c -> c.getLabels().stream()).toList();
            boolean hasDefault = labels.stream().anyMatch(DefaultCaseLabelTree.class::isInstance);
            if (hasDefault && !labels.stream().allMatch(TidyTest::isOfOpenSet)) {
              violations.add(at(source, SOURCES.lines(source, tree).first(), "default"));
            }
          }
        }.scan(source.tree(), null));
  }

  private static boolean isOfOpenSet(CaseLabelTree label) {
    return label instanceof DefaultCaseLabelTree
        || (label instanceof ConstantCaseLabelTree constant
            && isLiteral(constant.getConstantExpression()));
  }

  private static boolean isLiteral(ExpressionTree e) {
    return e instanceof LiteralTree || (e instanceof UnaryTree u && isLiteral(u.getExpression()));
  }

  @Test
  void libraries_do_not_print() {
    check((source, violations) ->
        new TreeScanner<Void, Void>() {
          @Override
          public Void visitMemberSelect(MemberSelectTree tree, Void unused) {
            boolean prints = Set.of("System.out", "System.err").contains(tree.toString());
            if (source.isLibrary() && prints) {
              violations.add(at(source, SOURCES.lines(source, tree).first(), tree.toString()));
            }
            return super.visitMemberSelect(tree, null);
          }
        }.scan(source.tree(), null));
  }

  @Test
  void no_test_is_switched_off() {
    check((source, violations) ->
        new TreeScanner<Void, Void>() {
          @Override
          public Void visitAnnotation(AnnotationTree tree, Void unused) {
            if (tree.getAnnotationType().toString().matches("(.*\\.)?Disabled\\w*")) {
              violations.add(at(source, SOURCES.lines(source, tree).first(), tree.toString()));
            }
            return super.visitAnnotation(tree, null);
          }
        }.scan(source.tree(), null));
  }

  @Test
  void every_library_package_says_what_it_is() {
    Set<String> packages = new TreeSet<>();
    Set<String> described = new TreeSet<>();
    for (Source source : SOURCES.files()) {
      String directory = source.name().replaceFirst("/[^/]*$", "");
      if (source.name().endsWith("/package-info.java")) {
        described.add(directory);
      } else if (source.isLibrary() && !source.name().endsWith("/module-info.java")) {
        packages.add(directory);
      }
    }
    packages.removeAll(described);
    assertTrue(packages.isEmpty(), () -> "these lack a package-info.java: " + packages);
  }

  @Test
  void nothing_is_left_to_do() throws IOException {
    checkText(Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b"));
  }

  @Test
  void no_path_of_one_machine_is_named() throws IOException {
    checkText(Pattern.compile("/(ho" + "me|Us" + "ers|ro" + "ot|wo" + "rk|t" + "mp)/\\w"));
  }

  private static void checkText(Pattern forbidden) throws IOException {
    List<String> violations = new ArrayList<>();
    for (Path file : Sources.allFiles(SOURCES.root())) {
      List<String> lines = text(file);
      for (int i = 0; i < lines.size(); i++) {
        if (forbidden.matcher(lines.get(i)).find()) {
          String name = Sources.name(SOURCES.root(), file);
          violations.add(name + ":" + (i + 1) + ": " + lines.get(i).strip());
        }
      }
    }
    assertEquals("", String.join("\n", violations));
  }

  /// The lines of a text file; none of a file that is not text.
  private static List<String> text(Path file) throws IOException {
    try {
      return Files.readAllLines(file);
    } catch (MalformedInputException _) {
      return List.of();
    }
  }

  private static List<Lines> textBlocks(Source source) {
    List<Lines> blocks = new ArrayList<>();
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitLiteral(LiteralTree tree, Void unused) {
        Lines lines = SOURCES.lines(source, tree);
        if (lines.count() > 1) {
          blocks.add(lines);
        }
        return null;
      }
    }.scan(source.tree(), null);
    return blocks;
  }

  private static void check(BiConsumer<Source, List<String>> rule) {
    List<String> violations = new ArrayList<>();
    SOURCES.files().forEach(source -> rule.accept(source, violations));
    assertEquals("", String.join("\n", violations));
  }

  private static String at(Source source, int line, String what) {
    return source.name() + ":" + line + ": " + what;
  }
}
