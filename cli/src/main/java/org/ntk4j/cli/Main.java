package org.ntk4j.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Entry point of the `ntk` tool.
public final class Main {
  /// The subcommands in the order of `ntk --help`: picocli `@Command` objects. A new one is added
  /// here and nowhere else.
  private static final List<Subcommand> SUBCOMMANDS =
      List.of(
          new Subcommand("inspect", InspectCommand::new),
          new Subcommand("run", RunCommand::new),
          new Subcommand("kernel", KernelCommand::new),
          new Subcommand("explain", ExplainCommand::new),
          new Subcommand("spectrum", SpectrumCommand::new),
          new Subcommand("check", CheckCommand::new),
          new Subcommand("devices", DevicesCommand::new),
          new Subcommand("demo", DemoCommand::new),
          new Subcommand("bench", BenchCommand::new),
          new Subcommand("bench-kernel", BenchKernelCommand::new));

  private Main() {}

  private record Subcommand(String name, Supplier<Object> command) {}

  /// The subcommands that these arguments may need: to look at all of them takes a third of the
  /// time of a short command.
  static List<Object> subcommands(String... args) {
    Optional<String> first = Arrays.stream(args).filter(a -> !a.startsWith("-")).findFirst();
    List<Subcommand> asked =
        SUBCOMMANDS.stream().filter(c -> first.equals(Optional.of(c.name()))).toList();
    return (asked.isEmpty() ? SUBCOMMANDS : asked).stream().map(c -> c.command().get()).toList();
  }

  /// `help COMMAND` is `COMMAND --help`.
  static String[] meant(String... args) {
    return args.length > 0 && args[0].equals("help")
        ? Stream.concat(Arrays.stream(args).skip(1), Stream.of("--help")).toArray(String[]::new)
        : args;
  }

  public static void main(String[] given) {
    String[] args = meant(given);
    StandardOutput results = StandardOutput.ofProcess();
    var out = new PrintWriter(results, true, System.out.charset());
    var err = new PrintWriter(System.err, true, System.err.charset());
    boolean debug = !System.getenv().getOrDefault("NTK_DEBUG", "").isEmpty();
    int status = new Tool(subcommands(args), out, err, debug).run(args);
    Optional<String> unwritten = results.failure();
    unwritten.ifPresent(why -> err.println("ntk: the result could not be printed: " + why));
    err.flush();
    System.exit(status == 0 && unwritten.isPresent() ? Tool.FAILED : status);
  }
}
