package org.ntk4j.cpu.library;

/// Kernels that multiply matrices whose sums go along consecutive elements of both.
///
/// A block is some rows of a matrix; packed blocks of a matrix follow one another. Each kernel is
/// given the address of an array of arguments of 8 bytes, in the order in which they are listed.
public interface DotKernel {
  /// Elements of a vector; packed rows are whole vectors.
  int lanes();

  /// Rows of a block.
  int side();

  /// Elements that the sums of two blocks take.
  int sums();

  /// Packs the first `blocks` blocks of a matrix: its address, bytes from row to row, where to, how
  /// many rows there are, elements of a row. What is missing to whole blocks is 0.
  void pack(long arguments, long blocks);

  /// Adds to the sums of blocks of a left matrix with the first `blocks` of a right one: addresses
  /// of both, packed; of the sums; vectors of a row; how many blocks the left matrix has; whether
  /// those below the diagonal are left out (1 or 0); whether the sums start here (1 or 0); the
  /// address of what is wanted soon, bytes from row to row of it, its rows.
  void multiply(long arguments, long blocks);

  /// Stores `alpha · sums + beta · result`: addresses of the sums of a first part; bytes from part
  /// to part; parts; how many blocks the left matrix has; whether those below the diagonal are left
  /// out; rows and columns of the result; its address; bytes from row to row of it; `alpha`,
  /// `beta`; whether it is stored transposed too, and the address where.
  void store(long arguments, long blocks);
}
