package org.ntk4j.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;

/// Entry point of the `ntk` tool.
public final class Main {
  private Main() {}

  /// The subcommands in the order of `ntk --help`: picocli `@Command` objects. A new one is added
  /// here and nowhere else.
  static List<Object> subcommands() {
    return List.of(
        new InspectCommand(),
        new RunCommand(),
        new KernelCommand(),
        new ExplainCommand(),
        new SpectrumCommand(),
        new CheckCommand(),
        new DevicesCommand(),
        new DemoCommand(),
        new BenchCommand(),
        new BenchKernelCommand());
  }

  public static void main(String[] args) {
    StandardOutput results = StandardOutput.ofProcess();
    var out = new PrintWriter(results, true, System.out.charset());
    var err = new PrintWriter(System.err, true, System.err.charset());
    boolean debug = !System.getenv().getOrDefault("NTK_DEBUG", "").isEmpty();
    int status = new Tool(subcommands(), out, err, debug).run(args);
    Optional<String> unwritten = results.failure();
    unwritten.ifPresent(why -> err.println("ntk: the result could not be printed: " + why));
    err.flush();
    System.exit(status == 0 && unwritten.isPresent() ? Tool.FAILED : status);
  }
}
