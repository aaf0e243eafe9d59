/// The CPU back end: matrix products by OpenBLAS, cut into fixed tiles for a pool of threads.
@NullMarked
package org.ntk4j.cpu;

import org.jspecify.annotations.NullMarked;
