package org.ntk4j.cuda.run;

import java.util.List;
import org.ntk4j.cuda.driver.Event;
import org.ntk4j.cuda.driver.Function;
import org.ntk4j.cuda.library.LibraryCall;
import org.ntk4j.ir.schedule.Step;

/// One thing done by a tape. All addresses are of the device, and final.
sealed interface Operation {
  /// What the device does by itself, one after another: a run of these becomes a graph.
  sealed interface Enqueued extends Operation {}

  /// A kernel.
  ///
  /// @param arguments address of the prebuilt list of its arguments, see [Arguments]
  record Launch(Function kernel, org.ntk4j.cuda.text.Launch shape, long arguments)
      implements Enqueued {}

  /// What a library does for a step.
  ///
  /// @param scratch address of memory for its own use
  record Call(LibraryCall call, LibraryCall.Slots slots, long scratch) implements Enqueued {}

  /// `bytes` bytes from one place to another; the places do not overlap.
  record Copy(long to, long from, long bytes) implements Enqueued {}

  /// `count` elements of equal bits.
  record Fill(long to, int elementBytes, long bits, long count) implements Enqueued {}

  /// Inputs of the program from the caller's memory: here they are first needed.
  ///
  /// @param complete when they are there
  record Upload(Event complete, List<Transfer> inputs) implements Operation {
    public Upload {
      inputs = List.copyOf(inputs);
    }
  }

  /// Outputs of the program are complete: they can travel from here on.
  record Ready(Event complete, List<Transfer> outputs) implements Operation {
    public Ready {
      outputs = List.copyOf(outputs);
    }
  }

  /// An input or output of the program.
  ///
  /// @param number among the inputs, or outputs
  record Transfer(int number, long address) {}

  /// A primitive by the reference evaluator, on copies in the host's memory.
  record Evaluate(Step.Evaluate step, List<Long> in, List<Long> out) implements Operation {
    public Evaluate {
      in = List.copyOf(in);
      out = List.copyOf(out);
    }
  }

  /// `length` turns of a scan, alternately `odd` and `even`, `even` the last.
  ///
  /// @param reverse whether the last row is the first turn's
  /// @param in rows that are copied to a cell before a turn
  /// @param out rows that are copied from a cell after it
  record Repeat(long length, boolean reverse, Tape even, Tape odd, List<Row> in, List<Row> out)
      implements Operation {
    public Repeat {
      in = List.copyOf(in);
      out = List.copyOf(out);
    }
  }

  /// The place of the row of one turn.
  ///
  /// @param stacked where the first row is
  /// @param bytes of one row
  record Row(long cell, long stacked, long bytes) {
    /// Address of row `t`.
    long at(long t) {
      return stacked + t * bytes;
    }
  }

  /// Turns `here` and `there`, alternately, as long as conditions hold; `back` if the last turn was
  /// `here`, whose results are then not where they belong.
  ///
  /// @param holds where the conditions write whether they hold
  record WhileLoop(Turn here, Turn there, Tape back, long holds) implements Operation {}

  /// A turn of a while loop.
  record Turn(Tape condition, Tape body) {}

  /// One of several tapes.
  ///
  /// @param index where its number is, an `i32`; it is clamped
  record Branch(long index, List<Tape> branches) implements Operation {
    public Branch {
      branches = List.copyOf(branches);
    }
  }
}
