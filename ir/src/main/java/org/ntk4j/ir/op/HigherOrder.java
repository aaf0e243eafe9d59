package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;

/// Holds programs.
public sealed interface HigherOrder extends Primitive
    permits Call, Cond, While, Scan, Checkpoint, CustomJvp, CustomVjp {
  /// The programs it holds, in the order of its parameters.
  List<Program> programs();
}
