/// Matrix products along consecutive elements: kernels compiled for this processor.
@NullMarked
package org.ntk4j.cpu.dot;

import org.jspecify.annotations.NullMarked;
