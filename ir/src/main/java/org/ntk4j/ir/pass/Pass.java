package org.ntk4j.ir.pass;

import org.ntk4j.ir.Program;

/// A transformation of programs that keeps their meaning, inputs and outputs.
public interface Pass {

  /// Name in messages and dumps, e.g. `dce`.
  String name();

  /// An equivalent program; `p` itself (the same object) if there is nothing to change.
  Program apply(Program p);
}
