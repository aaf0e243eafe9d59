package org.ntk4j.cpu.dot;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.jit.KernelText;
import org.ntk4j.cpu.jit.LlvmType;

/// What the kernels have in common that multiply matrices whose sums go along consecutive elements.
///
/// A block is `side` rows. Packed, it holds for each vector of elements in turn that of each row.
/// Of two blocks, `side · side` vectors of sums are in registers: nothing is transposed, each
/// vector that is loaded serves `side` multiplications, and lanes are added at the end.
///
/// @param lanes elements of a vector: a power of 2
/// @param side rows of a block
record DotText(DType dtype, int lanes, int side) {

  /// Vectors that hold the sums of two blocks, one after the other, row by row.
  int sumVectors() {
    return Math.ceilDiv(side * side, lanes);
  }

  /// A kernel with arguments `%a0`, `%a1`, .. of these types.
  KernelText kernel(String name, List<String> arguments, String body) {
    StringBuilder text = new StringBuilder("define void @");
    text.append(name).append("(ptr %args, i64 %begin, i64 %end) nounwind {\nentry:\n");
    for (int i = 0; i < arguments.size(); i++) {
      text.append("  %p").append(i).append(" = getelementptr i64, ptr %args, i64 ").append(i);
      text.append("\n  %a").append(i).append(" = load ").append(arguments.get(i));
      text.append(", ptr %p").append(i).append('\n');
    }
    return new KernelText(name, filled(text.append(body).toString()));
  }

  private String filled(String template) {
    String type = LlvmType.of(dtype);
    String suffix = "v" + lanes + "f" + 8 * dtype.sizeBytes();
    return template
        .replace("{T}", type)
        .replace("{V}", "<" + lanes + " x " + type + ">")
        .replace("{v}", suffix)
        .replace("{lanes}", Integer.toString(lanes))
        .replace("{side}", Integer.toString(side))
        .replace("{block}", Integer.toString(side * lanes))
        .replace("{size}", Integer.toString(dtype.sizeBytes()))
        .replace("{sums}", Integer.toString(sumVectors() * lanes))
        .replace("{sumVectors}", Integer.toString(sumVectors()));
  }
}
