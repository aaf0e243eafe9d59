define internal void @ntk4j.nest(ptr noalias nocapture %s0, ptr noalias nocapture %s1, ptr noalias nocapture %s2, i64 %begin, i64 %end) noinline nounwind {
entry:
  %any = icmp slt i64 %begin, %end
  br i1 %any, label %piece, label %done
piece:
  %p = phi i64 [ %begin, %entry ], [ %pNext, %pLatch ]
  %v0 = mul nuw nsw i64 %p, 64
  %v1 = add nuw nsw i64 %v0, 64
  %v2 = icmp slt i64 %v1, 500
  %v3 = select i1 %v2, i64 %v1, i64 500
  br label %head4
head4:
  %i6 = phi i64 [ %v0, %piece ], [ %i6next, %latch5 ]
  %v7 = mul nsw i64 %i6, 64
  %v8 = getelementptr inbounds i32, ptr %s1, i64 %i6
  %v9 = load i32, ptr %v8, align 4, !invariant.load !0
  %v10 = sext i32 %v9 to i64
  %v11 = icmp sge i64 %v10, 0
  %v12 = icmp slt i64 %v10, 1000
  %v13 = and i1 %v11, %v12
  br label %head14
head14:
  %i16 = phi i64 [ 0, %head4 ], [ %i16next, %latch15 ]
  br i1 %v13, label %then17, label %else18
then17:
  %v20 = sext i32 %v9 to i64
  %v21 = mul i64 %v20, 64
  %v22 = add i64 %i16, %v21
  %v23 = getelementptr inbounds float, ptr %s0, i64 %v22
  %v24 = load float, ptr %v23, align 4, !invariant.load !0
  br label %join19
else18:
  br label %join19
join19:
  %v25 = phi float [ %v24, %then17 ], [ 0x0000000000000000, %else18 ]
  %v26 = add nsw i64 %v7, %i16
  %v27 = getelementptr inbounds float, ptr %s2, i64 %v26
  store float %v25, ptr %v27, align 4
  br label %latch15
latch15:
  %i16next = add nuw nsw i64 %i16, 1
  %v28 = icmp slt i64 %i16next, 64
  br i1 %v28, label %head14, label %exit29, !llvm.loop !1
exit29:
  br label %latch5
latch5:
  %i6next = add nuw nsw i64 %i6, 1
  %v30 = icmp slt i64 %i6next, %v3
  br i1 %v30, label %head4, label %exit31
exit31:
  br label %pLatch
pLatch:
  %pNext = add nuw nsw i64 %p, 1
  %more = icmp slt i64 %pNext, %end
  br i1 %more, label %piece, label %done
done:
  ret void
}
