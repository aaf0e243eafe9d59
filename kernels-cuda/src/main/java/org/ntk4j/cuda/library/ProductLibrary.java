package org.ntk4j.cuda.library;

import java.util.Optional;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.ir.schedule.MatrixProduct;

/// A library that may know how to do a matrix product faster than a kernel of ours.
public interface ProductLibrary extends AutoCloseable {
  /// How it does `p`; none if a kernel should.
  Optional<LibraryCall> product(MatrixProduct p, Precision precision);

  /// Ends the use of the library; no call of it may be under way, or follow.
  @Override
  void close();
}
