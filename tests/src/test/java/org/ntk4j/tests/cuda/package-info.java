/// Tests of the CUDA back end: on a card where they are asked for with the tag `gpu`, and on the
/// stand-in for one, whose sources are in `tests/standin`, with the tag `standin`.
@NullMarked
package org.ntk4j.tests.cuda;

import org.jspecify.annotations.NullMarked;
