package org.ntk4j.ir.pass;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Select;

/// Programs on small matrices, full of what passes look for.
final class RandomProgram {
  private static final Aval MATRIX = Aval.of(DType.F64, 2, 2);
  private static final Aval ROW = Aval.of(DType.F64, 2);

  private final Random random;
  private final Builder b = new Builder();
  private final List<Atom> matrices = new ArrayList<>();
  private final List<Atom> rows = new ArrayList<>();

  private RandomProgram(Random random) {
    this.random = random;
  }

  static Program of(Random random, int equations) {
    RandomProgram made = new RandomProgram(random);
    Var x = new Var(MATRIX);
    Var y = new Var(ROW);
    made.matrices.addAll(List.of(x, Literal.of(0, MATRIX), Literal.of(1, MATRIX)));
    made.rows.addAll(List.of(y, Literal.of(0, ROW), Literal.of(-1, ROW)));
    for (int i = 0; i < equations; i++) {
      made.step();
    }
    List<Atom> outputs = List.of(made.matrices.getLast(), made.rows.getLast(), made.matrix());
    return made.b.build(List.of(x, y), outputs);
  }

  static Tensor values(Aval aval, Random random) {
    Tensor x = Tensor.zeros(aval.dtype(), aval.shape());
    for (long i = 0; i < x.size(); i++) {
      x.setDouble(i, random.nextGaussian());
    }
    return x;
  }

  /// Recent values are likelier, so that chains grow.
  private Atom pick(List<Atom> atoms) {
    return random.nextBoolean()
        ? atoms.get(random.nextInt(atoms.size()))
        : atoms.get(atoms.size() - 1 - random.nextInt(Math.min(4, atoms.size())));
  }

  private Atom matrix() {
    return pick(matrices);
  }

  private Atom row() {
    return pick(rows);
  }

  private void step() {
    switch (random.nextInt(18)) {
      case 0 -> matrices.add(b.add(matrix(), matrix()));
      case 1 -> matrices.add(b.sub(matrix(), matrix()));
      case 2 -> matrices.add(b.sin(b.mul(matrix(), matrix())));
      case 3 -> matrices.add(b.neg(matrix()));
      case 4 -> matrices.add(b.transpose(matrix(), List.of(1, 0)));
      case 5 -> matrices.add(b.broadcast(row(), MATRIX.shape(), List.of(random.nextInt(2))));
      case 6 -> rows.add(b.reduceSum(matrix(), List.of(random.nextInt(2))));
      case 7 -> matrices.add(b.sin(b.emit(contract(), matrix(), matrix())));
      case 8 -> rows.add(b.sin(b.emit(contract(), matrix(), row())));
      case 9 -> rows.add(b.add(row(), row()));
      case 10 -> rows.add(b.sin(row()));
      case 11 -> matrices.add(twice(matrix()));
      case 12 -> {
        Atom p = b.lt(matrix(), matrix());
        matrices.add(b.emit(new Select(), p, matrix(), matrix()));
      }
      case 13 -> rows.add(b.slice(longer(), List.of(0L), List.of(2L), List.of(1L)));
      case 14 -> matrices.add(b.reverse(matrix(), List.of(random.nextInt(2))));
      case 15 -> matrices.add(b.emit(new Call("inner", inner()), matrix(), row()));
      case 16 -> rows.add(b.mul(row(), Literal.of(random.nextInt(3) - 1, ROW)));
      default ->
          matrices.add(
              b.reduceSum(b.broadcast(matrix(), Shape.of(2, 3, 2), List.of(0, 2)), List.of(1)));
    }
  }

  private Contract contract() {
    return new Contract(List.of(), List.of(), List.of(random.nextInt(2)), List.of(0));
  }

  private Atom twice(Atom x) {
    return b.reshape(b.reshape(x, Shape.of(4)), MATRIX.shape());
  }

  private Atom longer() {
    return b.concatenate(0, List.of(row(), row()));
  }

  private Program inner() {
    return without(of(random, 6));
  }

  private static Program without(Program p) {
    return new Program(p.inputs(), p.equations(), List.of(p.outputs().getFirst()));
  }
}
