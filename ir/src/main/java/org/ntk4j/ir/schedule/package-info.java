/// Programs as a back end runs them: fused loop nests, matrix products, convolutions and loops over
/// numbered buffers.
@NullMarked
package org.ntk4j.ir.schedule;

import org.jspecify.annotations.NullMarked;
