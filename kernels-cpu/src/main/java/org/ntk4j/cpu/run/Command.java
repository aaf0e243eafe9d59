package org.ntk4j.cpu.run;

/// A step of a schedule on the addresses of a frame.
interface Command {
  /// For a step without elements.
  Command NONE = _ -> {};

  void run(Frame frame);
}
