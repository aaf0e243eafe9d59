package org.ntk4j.cuda.library;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.ntk4j.cuda.driver.CudaException;
import org.ntk4j.cuda.driver.CudaLibraries;
import org.ntk4j.cuda.driver.Device;

/// Which of the libraries this machine has. Asking loads them.
public final class Libraries {
  private static final int CUDA = 13;
  private static final int CUDNN = 9;
  private static final System.Logger LOG = System.getLogger(Libraries.class.getName());

  /// What was warned of: it is looked for again for each program.
  private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();

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
        LOG.log(Level.DEBUG, "{0} is not here", names.getFirst());
        return Optional.empty();
      }
    }
    try {
      return Optional.of(open.get());
    } catch (LinkageError | CudaException e) {
      String name = libraries.getLast().getFirst();
      String warning = "%s is here, but cannot be used: %s".formatted(name, e.getMessage());
      LOG.log(WARNED.add(warning) ? Level.WARNING : Level.DEBUG, warning);
      return Optional.empty();
    }
  }
}
