package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.pass.Passes;
import org.ntk4j.ir.pass.Split;
import org.ntk4j.ir.pass.Twins;

/// The programs of one shape of tiles.
///
/// @param shared `(parameters..) -> s..`, once
/// @param first `(parameters.., s.., x1..) -> f..`, for a tile of the first side
/// @param second likewise for the second side; for a symmetric kernel it is `first`
/// @param pair `(parameters.., s.., x1.., x2.., f.., g..) -> tile..`; for a symmetric kernel the
///   mirror images of the tile follow
/// @param twins for a symmetric kernel which results of `first` are `f` and `g`; its `diagonal`
///   gives a tile of the diagonal, exactly symmetric
/// @param lean whether gradients are made for each tile, and not kept; see [Split#lean]
/// @param firstSide the network at the first side
/// @param secondSide the network at the second side
record TilePrograms(
    Program shared,
    Program first,
    Program second,
    Program pair,
    Optional<Twins> twins,
    boolean lean,
    TileNetwork.Side firstSide,
    TileNetwork.Side secondSide) {

  /// @param program `(parameters.., x1.., x2..) -> tile..`
  static TilePrograms of(
      Program program,
      int parameters,
      boolean symmetric,
      boolean lean,
      List<TileBlock> blocks,
      TileNetwork.Side firstSide,
      TileNetwork.Side secondSide) {
    int xs = firstSide.program().inputs().size() - parameters;
    Split split = lean ? Split.lean(program, parameters, xs) : Split.of(program, parameters, xs);
    if (!symmetric) {
      return new TilePrograms(
          split.shared(),
          split.first(),
          split.second(),
          split.pair(),
          Optional.empty(),
          lean,
          firstSide,
          secondSide);
    }
    Twins twins = Twins.of(split);
    Program diagonal = Passes.standard().apply(symmetrized(twins.diagonal(), blocks));
    return new TilePrograms(
        split.shared(),
        twins.side(),
        twins.side(),
        Passes.standard().apply(withMirror(split.pair(), blocks)),
        Optional.of(new Twins(twins.side(), twins.first(), twins.second(), diagonal)),
        lean,
        firstSide,
        secondSide);
  }

  /// The outputs of `p`, then for each block the transpose of its mirror block.
  private static Program withMirror(Program p, List<TileBlock> blocks) {
    Builder b = new Builder();
    List<Var> inputs = p.inputAvals().stream().map(Var::new).toList();
    List<Atom> outputs = new ArrayList<>(b.inline(p, inputs));
    for (int k = 0; k < blocks.size(); k++) {
      outputs.add(mirrored(b, outputs, blocks, k));
    }
    return b.build(inputs, outputs);
  }

  /// `(k + kᵀ) / 2` of each block: tiles of the diagonal are symmetric to the last bit.
  private static Program symmetrized(Program p, List<TileBlock> blocks) {
    Builder b = new Builder();
    List<Var> inputs = p.inputAvals().stream().map(Var::new).toList();
    List<Atom> tile = b.inline(p, inputs);
    List<Atom> outputs = new ArrayList<>();
    for (int k = 0; k < blocks.size(); k++) {
      Atom sum = b.emit(new Add(), tile.get(k), mirrored(b, tile, blocks, k));
      outputs.add(b.emit(new Mul(), sum, Literal.of(0.5, sum.aval())));
    }
    return b.build(inputs, outputs);
  }

  private static Atom mirrored(Builder b, List<Atom> tile, List<TileBlock> blocks, int k) {
    int from = blocks.get(k).mirror();
    return b.emit(new Transpose(blocks.get(from).swap(blocks.get(k))), tile.get(from));
  }
}
