import com.google.googlejavaformat.java.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The format check for a Maven that runs on a Java too old for google-java-format itself: names
/// every source file under the given directory that is not formatted, and exits with 1 if any.
final class CheckFormat {
  private CheckFormat() {}

  public static void main(String[] args) throws Exception {
    List<Path> sources = sources(Path.of(args[0]));
    Stream<String> options = Stream.of("--dry-run", "--set-exit-if-changed");
    String[] command =
        Stream.concat(options, sources.stream().map(Path::toString)).toArray(String[]::new);
    var out = new PrintWriter(System.out, true);
    int status = new Main(out, new PrintWriter(System.err, true), System.in).format(command);
    out.flush();
    if (status != 0) {
      System.err.println(
          "The files above are not formatted; run: mvn spotless:apply (on Java 21 or later)");
    }
    System.exit(status);
  }

  private static List<Path> sources(Path root) throws IOException {
    List<Path> sources = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            String name = String.valueOf(dir.getFileName());
            boolean skipped = name.equals("target") || name.startsWith(".") && !dir.equals(root);
            return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")
                && file.toString().replace('\\', '/').contains("/src/")) {
              sources.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return sources;
  }
}
