/// Layers, and networks made of them.
@NullMarked
package org.ntk4j.models;

import org.jspecify.annotations.NullMarked;
