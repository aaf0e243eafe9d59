package org.ntk4j.tests;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.pass.Cost;
import org.ntk4j.ntk.Explanation;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.NtkBuilder;

/// A network with the avals of its parameters and examples, and what its kernel costs.
///
/// @param x1 avals of the first examples
record CountedKernels(Network network, Tree<Aval> params, Tree<Aval> x1, Tree<Aval> x2) {

  /// Named parameters, float64.
  static Tree<Aval> params(Object... namesAndDims) {
    SequencedMap<String, Tree<Aval>> params = new LinkedHashMap<>();
    for (int k = 0; k < namesAndDims.length; k += 2) {
      params.put((String) namesAndDims[k], Tree.of(f64((long[]) namesAndDims[k + 1])));
    }
    return Tree.map(params);
  }

  static long[] dims(long... dims) {
    return dims;
  }

  static Aval f64(long... dims) {
    return new Aval(DType.F64, Shape.of(dims));
  }

  private NtkBuilder full(Implementation implementation) {
    return Ntk.of(network).traceAxes().implementation(implementation);
  }

  /// The full kernel between the first and the second examples.
  Explanation between(Implementation implementation) {
    return full(implementation).build().explain(x1, x2, params);
  }

  /// The full kernel between the first and the second examples, by structured derivatives.
  Explanation between() {
    return between(Implementation.STRUCTURED_DERIVATIVES);
  }

  /// The full kernel of the first examples with themselves, by structured derivatives.
  Explanation symmetric() {
    return full(Implementation.STRUCTURED_DERIVATIVES).build().explain(x1, params);
  }

  static long operations(Explanation e) {
    return Cost.of(e.program()).operations();
  }

  /// Operations of the contractions and convolutions only.
  static long products(Program p) {
    long operations = 0;
    for (Equation e : p.equations()) {
      if (e.op() instanceof HigherOrder op) {
        long inner = op.programs().stream().mapToLong(CountedKernels::products).sum();
        operations += op instanceof Scan scan ? inner * scan.length() : inner;
      } else if (e.op() instanceof Contract || e.op() instanceof Conv) {
        operations += Cost.of(alone(e)).operations();
      }
    }
    return operations;
  }

  private static Program alone(Equation e) {
    List<Atom.Var> inputs = new ArrayList<>();
    e.in()
        .forEach(a -> {
          if (a instanceof Atom.Var v && !inputs.contains(v)) {
            inputs.add(v);
          }
        });
    return new Program(inputs, List.of(e), e.out());
  }

  /// Elements of the largest value that an equation makes.
  static long largest(Program p) {
    long largest = 0;
    for (Equation e : p.equations()) {
      for (Atom y : e.out()) {
        largest = Math.max(largest, y.aval().size());
      }
      if (e.op() instanceof HigherOrder op) {
        largest =
            Math.max(
                largest, op.programs().stream().mapToLong(CountedKernels::largest).max().orElse(0));
      }
    }
    return largest;
  }
}
