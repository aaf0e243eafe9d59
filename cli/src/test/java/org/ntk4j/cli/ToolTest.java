package org.ntk4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class ToolTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void version_is_one_line_with_the_version_the_build_wrote() {
    assertEquals(0, run("--version"));
    assertTrue(
        out.toString().matches("ntk \\d+\\.\\d+\\.\\d+\\S* \\(Java \\d+.*\\)\\R"), out::toString);
    assertEquals("", err.toString());
  }

  @Test
  void help_names_the_subcommands_and_the_exit_codes() {
    assertEquals(0, run("--help"));
    assertTrue(out.toString().startsWith("Usage: ntk [-hV] [--debug] COMMAND"), out::toString);
    assertTrue(out.toString().contains("Adds numbers."), out::toString);
    assertTrue(out.toString().contains("the command line is wrong"), out::toString);
    assertEquals("", err.toString());
  }

  @Test
  void every_subcommand_of_the_tool_has_help() {
    for (String name : new Tool(Main.subcommands(), writer(out), writer(err), false).commands()) {
      out.getBuffer().setLength(0);
      int status =
          new Tool(Main.subcommands(), writer(out), writer(err), false).run(name, "--help");
      assertEquals(0, status, name);
      assertTrue(out.toString().startsWith("Usage: ntk " + name), out::toString);
    }
  }

  @Test
  void help_of_a_command_can_be_asked_for_first() {
    assertArrayEquals(new String[] {"kernel", "--help"}, Main.meant("help", "kernel"));
    assertArrayEquals(new String[] {"--help"}, Main.meant("help"));
    assertArrayEquals(new String[] {"kernel", "help"}, Main.meant("kernel", "help"));
  }

  @Test
  void only_the_subcommand_asked_for_is_looked_at() {
    Set<String> all = new Tool(Main.subcommands(), writer(out), writer(err), false).commands();
    for (String name : all) {
      List<Object> own = Main.subcommands("--debug", name, "--help");
      assertEquals(Set.of(name), new Tool(own, writer(out), writer(err), false).commands());
    }
    assertEquals(all.size(), Main.subcommands("kernle", "kernel").size());
  }

  @Test
  void a_subcommand_that_succeeds_exits_with_0() {
    assertEquals(0, run("sum", "--x", "2", "--y", "3"));
    assertEquals("", err.toString());
  }

  @Test
  void a_subcommand_chooses_its_exit_code() {
    assertEquals(1, run("sum", "--x", "2", "--y", "-2"));
    assertEquals("", err.toString());
  }

  @Test
  void no_arguments_show_the_help_as_an_error() {
    assertEquals(2, run());
    assertTrue(err.toString().startsWith("Usage: ntk"), err::toString);
    assertEquals("", out.toString());
  }

  @Test
  void options_without_a_command_are_a_usage_error() {
    assertEquals(2, run("--debug"));
    assertTrue(err.toString().startsWith("ntk: a command is missing\n"), err::toString);
  }

  @Test
  void an_unknown_command_is_a_usage_error_with_a_suggestion() {
    assertEquals(2, run("sums"));
    assertEquals("ntk: there is no command 'sums'\nDid you mean: ntk sum?\n", lines(err));
  }

  @Test
  void an_argument_too_many_is_named() {
    assertEquals(2, run("sum", "--x", "1", "2"));
    assertEquals("ntk: '2' is one argument too many\nTry 'ntk sum --help'.\n", lines(err));
  }

  @Test
  void a_missing_value_is_a_usage_error_that_names_the_option() {
    assertEquals(2, run("sum", "--x"));
    assertEquals(
        "ntk: Missing required parameter for option '--x' (<x>)\nTry 'ntk sum --help'.\n",
        lines(err));
  }

  @Test
  void a_value_of_the_wrong_kind_is_a_usage_error() {
    assertEquals(2, run("sum", "--x", "two"));
    assertEquals(
        "ntk: Invalid value for option '--x': 'two' is not an int\nTry 'ntk sum --help'.\n",
        lines(err));
  }

  @Test
  void a_failure_is_one_line_and_no_stack_trace() {
    assertEquals(1, run("fail"));
    assertEquals("ntk: the file holds no weights; expected one array at least\n", lines(err));
    assertEquals("", out.toString());
  }

  @Test
  void a_failure_with_debug_shows_its_stack_trace() {
    assertEquals(1, run("fail", "--debug"));
    assertTrue(err.toString().contains("at org.ntk4j.cli.ToolTest$Fail.call"), err::toString);
  }

  @Test
  void debugging_can_be_asked_for_by_the_environment() {
    assertEquals(1, tool(true).run("fail"));
    assertTrue(err.toString().contains("at org.ntk4j.cli.ToolTest$Fail.call"), err::toString);
  }

  @Test
  void a_missing_file_is_named_with_what_is_wrong_with_it() {
    assertEquals(1, run("read"));
    assertEquals("ntk: NoSuchFileException: weights.npz\n", lines(err));
  }

  @Test
  void an_io_error_with_a_message_of_its_own_shows_that_alone() {
    assertEquals(1, run("parse"));
    assertEquals("ntk: x.npy: not an .npy file\n", lines(err));
  }

  @Test
  void running_out_of_memory_is_a_failure_like_any_other() {
    assertEquals(1, run("allocate"));
    assertEquals("ntk: out of memory (Java heap space)\n", lines(err));
    assertFalse(err.toString().contains("\tat "), err::toString);
  }

  private int run(String... args) {
    return tool(false).run(args);
  }

  private Tool tool(boolean debug) {
    List<Object> commands = List.of(new Sum(), new Fail(), new Read(), new Parse(), new Allocate());
    return new Tool(commands, writer(out), writer(err), debug);
  }

  private static PrintWriter writer(StringWriter target) {
    return new PrintWriter(target, true);
  }

  private static String lines(StringWriter text) {
    return text.toString().replace(System.lineSeparator(), "\n");
  }

  @Command(name = "sum", description = "Adds numbers.", mixinStandardHelpOptions = true)
  private static final class Sum implements Callable<Integer> {
    @Option(names = "--x")
    private int x;

    @Option(names = "--y")
    private int y;

    @Override
    public Integer call() {
      return x + y > 0 ? 0 : 1;
    }
  }

  @Command(name = "fail")
  private static final class Fail implements Callable<Integer> {
    @Override
    public Integer call() {
      throw new IllegalArgumentException(
          "the file holds no weights\n  expected one array at least");
    }
  }

  @Command(name = "read")
  private static final class Read implements Runnable {
    @Override
    public void run() {
      throw new UncheckedIOException(new NoSuchFileException("weights.npz"));
    }
  }

  @Command(name = "parse")
  private static final class Parse implements Callable<Integer> {
    @Override
    public Integer call() throws IOException {
      throw new IOException("x.npy: not an .npy file");
    }
  }

  @Command(name = "allocate")
  private static final class Allocate implements Runnable {
    @Override
    public void run() {
      throw new OutOfMemoryError("Java heap space");
    }
  }
}
