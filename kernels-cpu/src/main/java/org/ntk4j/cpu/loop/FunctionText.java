package org.ntk4j.cpu.loop;

import java.util.function.Supplier;

/// Text of a function under construction: instructions, and fresh names.
final class FunctionText {
  private StringBuilder text = new StringBuilder();
  private String block = "entry";
  private int names;

  /// A name that was not used before; also of a label.
  String fresh(String prefix) {
    return prefix + names++;
  }

  /// Appends `%name = instruction` and returns the register.
  String define(String instruction) {
    String register = "%" + fresh("v");
    line(register + " = " + instruction);
    return register;
  }

  /// Appends an instruction.
  void line(String instruction) {
    text.append("  ").append(instruction).append('\n');
  }

  /// Starts a block.
  void label(String label) {
    text.append(label).append(":\n");
    block = label;
  }

  /// Says that what is appended will be in this block, whose label comes later.
  void startIn(String label) {
    block = label;
  }

  /// Label of the block that instructions are appended to.
  String block() {
    return block;
  }

  /// What `work` appends, taken out.
  String captured(Runnable work) {
    StringBuilder outer = text;
    text = new StringBuilder();
    work.run();
    String inner = text.toString();
    text = outer;
    return inner;
  }

  /// Appends what was captured.
  void append(String captured) {
    text.append(captured);
  }

  /// `condition ? inside : outside` of LLVM type `type` by branches.
  String branch(String condition, String type, Supplier<String> inside, Supplier<String> outside) {
    String then = fresh("then");
    String otherwise = fresh("else");
    String join = fresh("join");
    line("br i1 " + condition + ", label %" + then + ", label %" + otherwise);
    label(then);
    String x = inside.get();
    String fromX = block;
    line("br label %" + join);
    label(otherwise);
    String y = outside.get();
    String fromY = block;
    line("br label %" + join);
    label(join);
    String register = "%" + fresh("v");
    line(phi(register, type, x, fromX, y, fromY));
    return register;
  }

  /// `register = x`, coming from block `fromX`, or `y`, coming from `fromY`.
  static String phi(String register, String type, String x, String fromX, String y, String fromY) {
    return register + " = phi " + type + " [ " + x + ", %" + fromX + " ], [ " + y + ", %" + fromY
        + " ]";
  }

  /// Does `work` if `condition`.
  void when(String condition, Runnable work) {
    String then = fresh("then");
    String join = fresh("join");
    line("br i1 " + condition + ", label %" + then + ", label %" + join);
    label(then);
    work.run();
    line("br label %" + join);
    label(join);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
