/// Derivatives of programs as programs: linearize, then transpose; batch; all else is composed of
/// these.
@NullMarked
package org.ntk4j.autodiff;

import org.jspecify.annotations.NullMarked;
