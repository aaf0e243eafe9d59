package org.ntk4j.tests.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Program;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.tests.ImageNetworks;

/// Kernels of convolutional networks whose images have their channels first, compiled.
class CompiledImagesTest {
  static Stream<Arguments> kernels() {
    List<Arguments> all = new ArrayList<>();
    for (ImageNetworks network : ImageNetworks.values()) {
      for (Implementation implementation : Implementation.values()) {
        all.add(Arguments.of(network, DType.F32, implementation));
        all.add(Arguments.of(network, DType.F64, implementation));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void the_compiled_kernel_is_the_evaluators(
      ImageNetworks network, DType dtype, Implementation implementation) {
    Program p = network.kernel(dtype, true, implementation);
    Compiled.assertEqualsEvaluator(p, Programs.values(p, 1));
  }
}
