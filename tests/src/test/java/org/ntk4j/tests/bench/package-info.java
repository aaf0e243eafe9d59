/// Programs that measure; no tests.
@NullMarked
package org.ntk4j.tests.bench;

import org.jspecify.annotations.NullMarked;
