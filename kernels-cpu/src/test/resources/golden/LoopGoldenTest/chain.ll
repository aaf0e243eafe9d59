define internal void @ntk4j.nest(ptr noalias nocapture %s0, ptr noalias nocapture %s1, ptr noalias nocapture %s2, i64 %begin, i64 %end) noinline nounwind {
entry:
  %any = icmp slt i64 %begin, %end
  br i1 %any, label %piece, label %done
piece:
  %p = phi i64 [ %begin, %entry ], [ %pNext, %pLatch ]
  %v0 = mul nuw nsw i64 %p, 4096
  %v1 = add nuw nsw i64 %v0, 4096
  br label %head2
head2:
  %i4 = phi i64 [ %v0, %piece ], [ %i4next, %latch3 ]
  %v5 = getelementptr inbounds float, ptr %s0, i64 %i4
  %v6 = load float, ptr %v5, align 4, !invariant.load !0
  %v7 = getelementptr inbounds float, ptr %s1, i64 %i4
  %v8 = load float, ptr %v7, align 4, !invariant.load !0
  %v9 = fmul contract float %v6, %v8
  %v10 = fsub contract float %v9, 0x4000000000000000
  %v11 = getelementptr inbounds float, ptr %s2, i64 %i4
  store float %v10, ptr %v11, align 4
  br label %latch3
latch3:
  %i4next = add nuw nsw i64 %i4, 1
  %v12 = icmp slt i64 %i4next, %v1
  br i1 %v12, label %head2, label %exit13, !llvm.loop !1
exit13:
  br label %pLatch
pLatch:
  %pNext = add nuw nsw i64 %p, 1
  %more = icmp slt i64 %pNext, %end
  br i1 %more, label %piece, label %done
done:
  ret void
}
