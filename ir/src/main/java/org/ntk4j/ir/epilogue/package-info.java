/// Products that do not store their results, for the back ends that ask for them.
@NullMarked
package org.ntk4j.ir.epilogue;

import org.jspecify.annotations.NullMarked;
