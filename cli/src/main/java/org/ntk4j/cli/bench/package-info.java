/// `ntk bench`: kernels of networks of real sizes, timed beside those of other libraries.
@NullMarked
package org.ntk4j.cli.bench;

import org.jspecify.annotations.NullMarked;
