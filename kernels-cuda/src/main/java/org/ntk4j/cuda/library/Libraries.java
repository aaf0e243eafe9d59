package org.ntk4j.cuda.library;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.ntk4j.cuda.driver.CudaException;
import org.ntk4j.cuda.driver.CudaLibraries;
import org.ntk4j.cuda.driver.Device;

/// Which of the libraries this machine has. Asking loads them.
public final class Libraries {
  private static final int CUDA = 13;
  private static final int CUDNN = 9;
  private static final System.Logger LOG = System.getLogger(Libraries.class.getName());

  /// What was warned of.
  private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();

  private Libraries() {}

  /// cuBLAS, to be closed.
  public static Optional<ProductLibrary> products(Device device) {
    return loaded(ofProducts(), "cuBLAS", () -> CublasProducts.open(device));
  }

  /// cuDNN, to be closed.
  public static Optional<ConvolutionLibrary> convolutions(Device device) {
    return loaded(ofConvolutions(), "cuDNN", () -> CudnnConvolutions.open(device));
  }

  /// Names of the files that cuBLAS's presets are linked with: each library after those that it is
  /// linked with itself. One that is opened by its place is found by its name from then on.
  public static List<List<String>> ofProducts() {
    return Stream.of("cublasLt", "cublas").map(each -> CudaLibraries.names(each, CUDA)).toList();
  }

  /// The same for cuDNN's presets, which are linked with cuBLAS and with the parts of cuDNN. Those
  /// look for others of them, and for its front, by name.
  public static List<List<String>> ofConvolutions() {
    return Stream.concat(
            ofProducts().stream(),
            Stream.of("cudnn_graph", "cudnn_ops", "cudnn_cnn", "cudnn_adv", "cudnn")
                .map(each -> CudaLibraries.names(each, CUDNN)))
        .toList();
  }

  /// What needs libraries of these names, each given with the names of its file; none if one cannot
  /// be loaded.
  private static <T> Optional<T> loaded(
      List<List<String>> libraries, String what, Supplier<T> open) {
    for (List<String> names : libraries) {
      if (CudaLibraries.open(names).isEmpty()) {
        LOG.log(Level.DEBUG, "no {0}: {1} is not here", what, names.getFirst());
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
