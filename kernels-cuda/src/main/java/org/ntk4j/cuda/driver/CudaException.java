package org.ntk4j.cuda.driver;

/// What the CUDA driver, its compiler or a library of it refused to do: one sentence with what was
/// done and the name of the error.
public final class CudaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CudaException(String message) {
    super(message);
  }
}
