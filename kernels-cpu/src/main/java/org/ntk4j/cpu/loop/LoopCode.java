package org.ntk4j.cpu.loop;

/// A loop nest as text: an LLVM IR module that defines `void @name(ptr %args, i64 %begin, i64
/// %end)`, where `%args` points to one pointer for each slot of the nest.
///
/// A call does the pieces `begin <= i < end` of `0 <= i < pieces`; all pieces together are the
/// nest, whatever the cuts and the order. What a piece is depends on the nest only.
///
/// @param name of the function
/// @param text the module
/// @param pieces how many pieces there are; 0 if there is nothing to do
/// @param parallel whether pieces may run at the same time
/// @param iterations of the nest, as a measure of the work
public record LoopCode(String name, String text, long pieces, boolean parallel, long iterations) {}
