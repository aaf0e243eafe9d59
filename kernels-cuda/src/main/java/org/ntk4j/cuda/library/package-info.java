/// The libraries for matrix products and convolutions, where a machine has them.
@NullMarked
package org.ntk4j.cuda.library;

import org.jspecify.annotations.NullMarked;
