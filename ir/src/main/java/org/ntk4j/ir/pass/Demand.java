package org.ntk4j.ir.pass;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;

/// The order in which values are asked for: each equation comes as late as the first one that needs
/// it allows, operand by operand. Of the terms of a sum, one is finished before the next is begun,
/// so that what only one of them needs does not exist while the others are computed.
public final class Demand {
  private final Map<Var, Equation> definitions = new HashMap<>();
  private final Set<Equation> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Equation> order = new ArrayList<>();

  private Demand(Program p) {
    for (Equation e : p.equations()) {
      e.out().forEach(v -> definitions.put(v, e));
    }
  }

  /// `p` in this order, without what nothing needs.
  public static Program order(Program p) {
    Demand demand = new Demand(p);
    p.outputs().forEach(demand::visit);
    return new Program(p.inputs(), demand.order, p.outputs());
  }

  private record Visit(Equation equation, int next) {}

  private void visit(Atom wanted) {
    Deque<Visit> open = new ArrayDeque<>();
    push(wanted, open);
    while (!open.isEmpty()) {
      Visit visit = open.pop();
      Equation e = visit.equation;
      if (visit.next == e.in().size()) {
        order.add(e);
      } else {
        open.push(new Visit(e, visit.next + 1));
        push(e.in().get(visit.next), open);
      }
    }
  }

  private void push(Atom wanted, Deque<Visit> open) {
    if (wanted instanceof Var v) {
      Equation e = definitions.get(v);
      if (e != null && seen.add(e)) {
        open.push(new Visit(e, 0));
      }
    }
  }
}
