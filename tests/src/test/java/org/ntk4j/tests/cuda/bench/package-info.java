/// How fast a card is with generated kernels, beside its library and its memory.
@NullMarked
package org.ntk4j.tests.cuda.bench;

import org.jspecify.annotations.NullMarked;
