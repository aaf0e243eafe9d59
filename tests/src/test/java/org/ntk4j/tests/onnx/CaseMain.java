package org.ntk4j.tests.onnx;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Runs a folder of ONNX's tests, or the packed file of them, and prints what does not pass.
final class CaseMain {
  private CaseMain() {}

  /// `FOLDER_OR_FILE`
  public static void main(String[] args) throws IOException {
    Path path = Path.of(args[0]);
    List<NodeCase> tests =
        Files.isDirectory(path)
            ? NodeCase.folders(path)
            : NodeCase.packed(Files.newInputStream(path));
    PrintStream out = System.out;
    int passed = 0;
    for (NodeCase test : tests) {
      if (args.length > 1 && !test.name().matches(args[1])) {
        continue;
      }
      switch (CaseRunner.run(test)) {
        case CaseRunner.Outcome.Passed _ -> passed++;
        case CaseRunner.Outcome.Refused(String message) ->
            out.println("refused " + test.name() + ": " + message);
        case CaseRunner.Outcome.Wrong(String message) ->
            out.println("WRONG " + test.name() + ": " + message);
      }
    }
    out.println(passed + " of " + tests.size() + " pass");
  }
}
