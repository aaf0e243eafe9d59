/// Schedules ready to run: their steps as commands on addresses, and the memory they run in.
@NullMarked
package org.ntk4j.cpu.run;

import org.jspecify.annotations.NullMarked;
