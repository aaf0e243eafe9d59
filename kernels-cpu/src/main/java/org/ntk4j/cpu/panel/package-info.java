/// Products of large matrices: kernels compiled for this processor.
@NullMarked
package org.ntk4j.cpu.panel;

import org.jspecify.annotations.NullMarked;
