/// Tests of schedules that need samples of all primitives and of kernels.
@NullMarked
package org.ntk4j.ir.schedule;

import org.jspecify.annotations.NullMarked;
