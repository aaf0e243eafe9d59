package org.ntk4j.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/// Runs one command line: `run(args)` is its exit status, 0 when it did what was asked, 1 when that
/// failed, 2 when the command line itself is wrong.
///
/// An error is one line on the error stream; its stack trace is shown with `--debug` only.
final class Tool {
  static final int FAILED = ExitCode.SOFTWARE;
  static final int WRONG_USAGE = ExitCode.USAGE;

  private final CommandLine commandLine;
  private final Root root;
  private final PrintWriter out;
  private final PrintWriter err;

  /// @param subcommands `@Command` objects, which may be [Runnable] or a `Callable` of an exit
  ///   status
  /// @param debug whether stack traces are shown even without `--debug`
  Tool(List<Object> subcommands, PrintWriter out, PrintWriter err, boolean debug) {
    this.out = out;
    this.err = err;
    root = new Root(debug);
    commandLine = new CommandLine(root);
    subcommands.forEach(commandLine::addSubcommand);
    separate(commandLine);
    commandLine.getSubcommands().values().forEach(Tool::separate);
    commandLine
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setColorScheme(colours())
        .setParameterExceptionHandler((e, _) -> wrongUsage(e))
        .setExecutionExceptionHandler((e, command, _) ->
            e instanceof UsageException
                ? wrongUsage(new ParameterException(command, e.getMessage(), e))
                : failed(e));
  }

  /// Sets the parts of a command's help apart.
  private static void separate(CommandLine command) {
    command
        .getCommandSpec()
        .usageMessage()
        .parameterListHeading("%n")
        .optionListHeading("%n")
        .commandListHeading("%nCommands:%n");
  }

  /// Emphasis where a terminal can show it, and NO_COLOR is not set.
  private static CommandLine.Help.ColorScheme colours() {
    boolean plain = System.getenv().getOrDefault("TERM", "").equals("dumb");
    return CommandLine.Help.defaultColorScheme(
        plain ? CommandLine.Help.Ansi.OFF : CommandLine.Help.Ansi.AUTO);
  }

  /// Names of the subcommands.
  Set<String> commands() {
    return commandLine.getSubcommands().keySet();
  }

  int run(String... args) {
    if (args.length == 0) {
      commandLine.usage(err);
      return WRONG_USAGE;
    }
    try {
      return commandLine.execute(args);
    } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
      // What a large problem or a machine without the native libraries can bring about; any other
      // Error is a defect, and its stack trace is wanted.
      return failed(e);
    } finally {
      out.flush();
      err.flush();
    }
  }

  private int wrongUsage(ParameterException given) {
    ParameterException e = misspelt(given);
    err.println("ntk: " + (e instanceof UnmatchedArgumentException u ? unmatched(u) : oneLine(e)));
    boolean suggested =
        e instanceof UnmatchedArgumentException unmatched
            && UnmatchedArgumentException.printSuggestions(unmatched, err);
    if (!suggested) {
      String command = e.getCommandLine().getCommandSpec().qualifiedName();
      err.println("Try '" + command + " --help'.");
    }
    traceIfDebugging(e);
    return WRONG_USAGE;
  }

  /// What is wrong about the first argument that belongs nowhere.
  private String unmatched(UnmatchedArgumentException e) {
    String first = e.getUnmatched().getFirst();
    return e.isUnknownOption()
        ? oneLine(e)
        : e.getCommandLine() == commandLine
            ? "there is no command '" + first + "'"
            : "'" + first + "' is one argument too many";
  }

  /// An option that is missing may be one that is misspelt.
  private static ParameterException misspelt(ParameterException e) {
    CommandLine command = e.getCommandLine();
    List<String> unknown =
        command.getUnmatchedArguments().stream().filter(a -> a.startsWith("-")).toList();
    return e instanceof MissingParameterException && !unknown.isEmpty()
        ? new UnmatchedArgumentException(command, unknown)
        : e;
  }

  private int failed(Throwable e) {
    err.println("ntk: " + oneLine(e));
    traceIfDebugging(e);
    return FAILED;
  }

  private void traceIfDebugging(Throwable e) {
    if (root.debug) {
      e.printStackTrace(err);
    }
  }

  private static String oneLine(Throwable thrown) {
    Throwable e =
        thrown instanceof UncheckedIOException io && io.getCause() != null ? io.getCause() : thrown;
    String message =
        Optional.ofNullable(e.getMessage()).orElse("").strip().replaceAll("\\R\\s*", "; ");
    return switch (e) {
      case OutOfMemoryError _ -> "out of memory (" + message + ")";
      case StackOverflowError _ -> "the program is nested too deeply (stack overflow)";
      case LinkageError _ -> "a native library could not be loaded: " + message;
      case Throwable t when message.isEmpty() -> t.getClass().getSimpleName();
      case AccessDeniedException denied -> denied.getFile() + ": permission denied";
      // Often its message is nothing but the path.
      case FileSystemException _ -> e.getClass().getSimpleName() + ": " + message;
      case Throwable _ -> message;
    };
  }

  @Command(
      name = "ntk",
      description = "Finite-width neural tangent kernels, fast and exact.",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      synopsisSubcommandLabel = "COMMAND",
      exitCodeListHeading = "%nExit status:%n",
      exitCodeList = {
        "0:done",
        "1:failed; one line on the error stream says why",
        "2:the command line is wrong"
      })
  private static final class Root implements Runnable {
    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Option(
        names = "--debug",
        scope = ScopeType.INHERIT,
        description = "Show the stack trace of an error (so does NTK_DEBUG=1 in the environment).")
    private boolean debug;

    Root(boolean debug) {
      this.debug = debug;
    }

    @Override
    public void run() {
      throw new ParameterException(spec.commandLine(), "a command is missing");
    }
  }
}
