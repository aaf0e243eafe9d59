/// The CUDA driver and its compiler, typed: the only package that knows how they are called.
@NullMarked
package org.ntk4j.cuda.driver;

import org.jspecify.annotations.NullMarked;
