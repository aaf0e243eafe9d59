/// Schedules ready to run: their steps as operations on addresses of a device, and its memory.
@NullMarked
package org.ntk4j.cuda.run;

import org.jspecify.annotations.NullMarked;
