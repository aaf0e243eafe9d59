package org.ntk4j.cuda.text;

import java.util.List;
import java.util.regex.Pattern;

/// A kernel as text: CUDA C that, after [Prelude#text], defines one `extern "C" __global__ void
/// name(T0* p0, T1* p1, …)`.
///
/// The text defines nothing else under a name that another kernel's text could use, so many texts
/// can follow one prelude in one program.
///
/// @param name letters, digits and `_`
/// @param arguments for each parameter the slot of the step whose memory it points to, or
///   [StepCode#SCRATCH]
public record KernelText(String name, String text, Launch launch, List<Integer> arguments) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private static final String ANONYMOUS = " __kernel__(";

  /// Checks that the text defines what it is named for.
  public KernelText {
    arguments = List.copyOf(arguments);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalStateException("bug: '" + name + "' cannot name a kernel");
    }
    if (!text.contains(mention(name))) {
      throw new IllegalStateException("bug: the text of kernel " + name + " does not define it");
    }
  }

  /// The text without the name: equal for kernels that do the same.
  public String structure() {
    return text.replace(mention(name), ANONYMOUS);
  }

  /// The same kernel called `symbol`.
  public KernelText named(String symbol) {
    return new KernelText(symbol, text.replace(mention(name), mention(symbol)), launch, arguments);
  }

  private static String mention(String name) {
    return " " + name + "(";
  }
}
