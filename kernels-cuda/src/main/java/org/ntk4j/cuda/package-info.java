/// The CUDA back end: programs compiled for a graphics card, and what cards this machine has.
@NullMarked
package org.ntk4j.cuda;

import org.jspecify.annotations.NullMarked;
