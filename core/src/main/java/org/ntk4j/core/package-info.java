/// Tensors and what describes them: dtypes, shapes, trees of tensors, and counter-based random
/// numbers.
///
/// A [org.ntk4j.core.Tensor] is a dtype, a shape and row-major memory outside the heap; the memory
/// belongs to a [org.ntk4j.core.TensorScope] or is collected as garbage.
@NullMarked
package org.ntk4j.core;

import org.jspecify.annotations.NullMarked;
