/// Local Jacobians as index equations and a small dense factor, and kernels as contractions of
/// them.
@NullMarked
package org.ntk4j.autodiff.structure;

import org.jspecify.annotations.NullMarked;
