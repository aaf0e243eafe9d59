/// The native libraries: matrix products, convolutions and factorizations on raw memory, prepared
/// once and run many times, in tiles that do not depend on the number of threads.
@NullMarked
package org.ntk4j.cpu.library;

import org.jspecify.annotations.NullMarked;
