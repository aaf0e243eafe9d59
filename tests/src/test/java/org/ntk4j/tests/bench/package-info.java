/// JMH benchmarks of single operations and of kernels; `bin/jmh` runs them. No tests.
@NullMarked
package org.ntk4j.tests.bench;

import org.jspecify.annotations.NullMarked;
