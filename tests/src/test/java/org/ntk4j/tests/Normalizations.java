package org.ntk4j.tests;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.ntk4j.autodiff.Derivatives;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Value;

/// Programs that normalize the rows of a matrix, and their derivatives.
public final class Normalizations {
  private Normalizations() {}

  /// Programs on `rows` rows of `4 * quarter` elements, by name.
  public static Map<String, Program> all(DType dtype, long rows, long quarter) {
    Map<String, Program> all = new LinkedHashMap<>(plain(dtype, rows, quarter));
    plain(dtype, rows, quarter)
        .forEach((name, p) -> all.put("derivative of " + name, Derivatives.vjp(p, ofX(p))));
    return all;
  }

  private static List<Boolean> ofX(Program p) {
    return LongStream.range(0, p.inputs().size()).mapToObj(k -> k == 0).toList();
  }

  private static Map<String, Program> plain(DType dtype, long rows, long quarter) {
    long columns = 4 * quarter;
    Aval x = Aval.of(dtype, rows, columns);
    Aval scale = Aval.of(dtype, columns);
    return Map.of(
        "softmax",
        program(in -> Functions.softmax(in.getFirst(), -1), x),
        "logSoftmax",
        program(in -> Functions.logSoftmax(in.getFirst(), -1), x),
        "layerNorm",
        program(
            in -> Functions.layerNorm(in.get(0), in.get(1), in.get(2), 1e-5, -1), x, scale, scale),
        "groupNorm",
        program(in -> groupNorm(in.get(0), quarter).mul(in.get(1)), x, scale),
        "rmsNorm",
        program(in -> rmsNorm(in.get(0)).mul(in.get(1)), x, scale));
  }

  private static Program program(Function<List<Value>, Value> f, Aval... inputs) {
    return Trace.program(List.of(inputs), in -> List.of(f.apply(in)));
  }

  private static Value groupNorm(Value x, long size) {
    Shape groups = Shape.of(x.dim(0), x.dim(1) / size, size);
    return Functions.standardize(x.reshape(groups), 1e-5, -1).reshape(x.shape());
  }

  private static Value rmsNorm(Value x) {
    return x.mul(x.square().meanKeepDims(-1).add(1e-5).rsqrt());
  }

  /// Normal numbers for the inputs of `p`.
  public static List<Tensor> values(Program p, long seed) {
    List<Tensor> values = new ArrayList<>();
    for (Aval aval : p.inputAvals()) {
      RandomKey key = RandomKey.of(seed).fold(values.size());
      values.add(key.normal(aval.dtype(), aval.shape()));
    }
    return values;
  }
}
