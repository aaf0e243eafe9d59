/// `ntk demo`: kernels of a small network on handwritten digits, and what they are good for.
@NullMarked
package org.ntk4j.cli.demo;

import org.jspecify.annotations.NullMarked;
