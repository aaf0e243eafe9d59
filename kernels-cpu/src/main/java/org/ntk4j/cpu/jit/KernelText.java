package org.ntk4j.cpu.jit;

import java.util.regex.Pattern;

/// A kernel as text: an LLVM IR module that defines `void @name(ptr %args, i64 %begin, i64 %end)`,
/// and besides only `internal` or `private` functions and constants.
///
/// `%args` points to an array of pointers; what they are, and what `%begin` and `%end` count, is
/// between the text and its caller.
///
/// @param name letters, digits, `_` and `.`
public record KernelText(String name, String llvmIr) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*");

  private static final String ANONYMOUS = "@ntk4j.kernel(";

  /// Checks that the text defines what it is named for.
  public KernelText {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("'" + name + "' cannot name a kernel");
    }
    if (!llvmIr.contains(mention(name))) {
      throw new IllegalArgumentException("the text of kernel '" + name + "' does not define it");
    }
  }

  /// The text without the name: equal for kernels that do the same.
  String structure() {
    return llvmIr.replace(mention(name), ANONYMOUS);
  }

  /// The text of a kernel of this structure under the name `symbol`.
  static String named(String structure, String symbol) {
    return structure.replace(ANONYMOUS, mention(symbol));
  }

  private static String mention(String name) {
    return "@" + name + "(";
  }
}
