/// What back ends ask about loop nests, and what they do to them before they print them.
@NullMarked
package org.ntk4j.ir.nest;

import org.jspecify.annotations.NullMarked;
