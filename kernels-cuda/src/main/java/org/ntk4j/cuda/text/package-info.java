/// Loop nests, matrix products and convolutions as CUDA C.
@NullMarked
package org.ntk4j.cuda.text;

import org.jspecify.annotations.NullMarked;
