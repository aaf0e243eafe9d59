package org.ntk4j.ir.eval;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.ntk4j.ir.Program;

/// Plans of programs that were run before and are still in use.
///
/// Programs count as the same if they are the same object: comparing their text would cost more
/// than planning.
final class PlanCache {
  private static final Map<Key, Plan> PLANS = new ConcurrentHashMap<>();
  private static final ReferenceQueue<Program> DEAD = new ReferenceQueue<>();

  private PlanCache() {}

  static Plan plan(Program p) {
    for (Reference<?> dead = DEAD.poll(); dead != null; dead = DEAD.poll()) {
      PLANS.remove(dead);
    }
    return PLANS.computeIfAbsent(new Key(p), _ -> Plan.of(p));
  }

  /// A program by identity.
  private static final class Key extends WeakReference<Program> {
    private final int hash;

    Key(Program p) {
      super(p, DEAD);
      this.hash = System.identityHashCode(p);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      return this == other || (other instanceof Key key && get() != null && get() == key.get());
    }
  }
}
