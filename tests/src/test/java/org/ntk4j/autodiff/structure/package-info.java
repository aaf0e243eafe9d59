/// Tests of the inner parts of structured derivatives that need what this module knows: samples of
/// every primitive.
@NullMarked
package org.ntk4j.autodiff.structure;

import org.jspecify.annotations.NullMarked;
