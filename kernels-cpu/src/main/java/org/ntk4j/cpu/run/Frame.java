package org.ntk4j.cpu.run;

import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.schedule.MemoryPlan;
import org.ntk4j.ir.schedule.Schedule.Buffer;

/// The addresses of a schedule's buffers in one context, also as arrays of arguments for kernels.
final class Frame {
  private final Code code;
  private final Context context;
  private final long[] addresses;
  private final long arguments;
  private final Frame[] inner;
  private long arena;

  /// @param arguments address of this frame's arrays of arguments, then those of inner frames
  Frame(Code code, Context context, long arguments) {
    this.code = code;
    this.context = context;
    this.arguments = arguments;
    this.addresses = new long[code.schedule().buffers().size()];
    this.inner = new Frame[code.inner().size()];
    long at = arguments + (long) code.ownArguments() * Long.BYTES;
    for (int i = 0; i < inner.length; i++) {
      inner[i] = new Frame(code.inner().get(i).code(), context, at);
      at += (long) code.inner().get(i).code().arguments() * Long.BYTES;
    }
    List<Buffer> buffers = code.schedule().buffers();
    for (int b = 0; b < addresses.length; b++) {
      if (buffers.get(b) instanceof Buffer.Fixed(Tensor value)) {
        bind(b, value.segment().address());
      }
    }
  }

  Context context() {
    return context;
  }

  /// The frame of a schedule inside a step.
  Frame inner(int index) {
    return inner[index];
  }

  /// Address of a buffer.
  long address(int buffer) {
    return addresses[buffer];
  }

  /// Address of an array of arguments.
  long arguments(int first) {
    return arguments + (long) first * Long.BYTES;
  }

  /// Address of the memory of step `step`.
  long block(int step) {
    return arena + code.plan().blocks().get(step).offset();
  }

  /// Where a buffer is from now on.
  void bind(int buffer, long address) {
    addresses[buffer] = address;
    for (int use : code.uses(buffer)) {
      Addresses.setLong(arguments + (long) use * Long.BYTES, address);
    }
  }

  void bindAll(List<Integer> buffers, long[] to) {
    for (int i = 0; i < to.length; i++) {
      bind(buffers.get(i), to[i]);
    }
  }

  /// Where the temporary buffers are from now on.
  void place(long newArena) {
    arena = newArena;
    List<Long> offsets = code.plan().offsets();
    for (int b = 0; b < addresses.length; b++) {
      if (offsets.get(b) != MemoryPlan.ABSENT) {
        bind(b, arena + offsets.get(b));
      }
    }
    for (int i = 0; i < inner.length; i++) {
      inner[i].place(block(code.inner().get(i).step()));
    }
  }

  void run() {
    for (Command command : code.commands()) {
      command.run(this);
    }
  }

  /// [#run], telling how long each step took.
  void run(long[] nanos) {
    Command[] commands = code.commands();
    for (int s = 0; s < commands.length; s++) {
      long start = System.nanoTime();
      commands[s].run(this);
      nanos[s] = System.nanoTime() - start;
    }
  }
}
