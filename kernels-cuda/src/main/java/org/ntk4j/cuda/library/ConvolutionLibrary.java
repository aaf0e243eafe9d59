package org.ntk4j.cuda.library;

import java.util.Optional;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.ir.schedule.Step;

/// A library that may know how to do a convolution faster than a kernel of ours.
public interface ConvolutionLibrary extends AutoCloseable {
  /// How it does `step`; none if a kernel should.
  Optional<LibraryCall> convolution(Step.Convolution step, Precision precision);

  /// Ends the use of the library; no call of it may be under way, or follow.
  @Override
  void close();
}
