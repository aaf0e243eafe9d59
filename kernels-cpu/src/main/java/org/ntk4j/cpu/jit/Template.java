package org.ntk4j.cpu.jit;

import java.util.List;
import java.util.Map;
import org.ntk4j.core.DType;

/// Kernels written by hand: text with names in braces for what differs between processors.
///
/// Known everywhere are `{T}`, the type of an element; `{size}`, its bytes; `{lanes}`, elements of
/// a vector; `{V}`, the type of a vector, and `{v}`, its name in those of LLVM's functions; `{M}`,
/// the type of a mask.
///
/// @param dtype of elements
/// @param lanes elements of a vector: a power of 2
/// @param values what other names stand for
public record Template(DType dtype, int lanes, Map<String, Integer> values) {
  /// Copies the map.
  public Template {
    values = Map.copyOf(values);
  }

  /// A kernel with arguments `%a0`, `%a1`, .. of these types, 8 bytes apart.
  public KernelText kernel(String name, List<String> arguments, String body) {
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
    String text =
        template
            .replace("{T}", type)
            .replace("{V}", "<" + lanes + " x " + type + ">")
            .replace("{M}", "<" + lanes + " x i1>")
            .replace("{v}", "v" + lanes + "f" + Byte.SIZE * dtype.sizeBytes())
            .replace("{lanes}", Integer.toString(lanes))
            .replace("{size}", Integer.toString(dtype.sizeBytes()));
    for (Map.Entry<String, Integer> value : values.entrySet()) {
      text = text.replace("{" + value.getKey() + "}", Integer.toString(value.getValue()));
    }
    return text;
  }
}
