package org.ntk4j.cuda.library;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.ntk4j.cuda.driver.CudaException;
import org.ntk4j.cuda.driver.CudaLibraries;
import org.ntk4j.cuda.driver.Device;

/// Which of the libraries this machine has. Asking loads them.
public final class Libraries {
  private static final int CUDA = 13;
  private static final int CUDNN = 9;
  private static final System.Logger LOG = System.getLogger(Libraries.class.getName());

  private Libraries() {}

  /// cuBLAS.
  public static Optional<ProductLibrary> products(Device device) {
    return loaded(
        List.of(CudaLibraries.names("cublasLt", CUDA), CudaLibraries.names("cublas", CUDA)),
        () -> CublasProducts.open(device));
  }

  /// cuDNN.
  public static Optional<ConvolutionLibrary> convolutions(Device device) {
    return loaded(
        List.of(
            CudaLibraries.names("cublasLt", CUDA),
            CudaLibraries.names("cublas", CUDA),
            CudaLibraries.names("cudnn", CUDNN)),
        () -> CudnnConvolutions.open(device));
  }

  /// What needs libraries of these names, each given with the names of its file; none if one cannot
  /// be loaded.
  private static <T> Optional<T> loaded(List<List<String>> libraries, Supplier<T> open) {
    for (List<String> names : libraries) {
      if (CudaLibraries.open(names).isEmpty()) {
        LOG.log(System.Logger.Level.DEBUG, "{0} is not here", names.getFirst());
        return Optional.empty();
      }
    }
    try {
      return Optional.of(open.get());
    } catch (LinkageError | CudaException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} is here, but cannot be used: {1}",
          libraries.getLast().getFirst(),
          e.getMessage());
      return Optional.empty();
    }
  }
}
