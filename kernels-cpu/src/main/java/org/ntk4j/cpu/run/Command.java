package org.ntk4j.cpu.run;

/// A step of a schedule on the addresses of a frame.
interface Command {
  void run(Frame frame);
}
