define internal void @ntk4j.nest(ptr noalias nocapture %s0, ptr noalias nocapture %s1, ptr noalias nocapture %s2, i64 %begin, i64 %end) noinline nounwind {
entry:
  %v0 = alloca [4096 x float], align 64
  %any = icmp slt i64 %begin, %end
  br i1 %any, label %piece, label %done
piece:
  %p = phi i64 [ %begin, %entry ], [ %pNext, %pLatch ]
  %v1 = urem i64 %p, 5
  %v2 = udiv i64 %p, 5
  %v3 = mul nuw nsw i64 %v1, 64
  %v4 = add nuw nsw i64 %v3, 64
  %v5 = icmp slt i64 %v4, 300
  %v6 = select i1 %v5, i64 %v4, i64 300
  %v7 = mul nuw nsw i64 %v2, 64
  %v8 = add nuw nsw i64 %v7, 64
  %v9 = icmp slt i64 %v8, 200
  %v10 = select i1 %v9, i64 %v8, i64 200
  %v11 = mul nsw i64 %v7, 1
  %v12 = add nsw i64 0, %v11
  %v13 = mul nsw i64 %v3, 200
  %v14 = add nsw i64 %v12, %v13
  %v15 = getelementptr inbounds float, ptr %s1, i64 %v14
  %v16 = sub nsw i64 %v6, %v3
  %v17 = sub nsw i64 %v10, %v7
  call void @ntk4j.transpose.32(ptr %v15, i64 200, ptr %v0, i64 64, i64 %v16, i64 %v17)
  br label %head18
head18:
  %i20 = phi i64 [ %v7, %piece ], [ %i20next, %latch19 ]
  %v21 = mul nsw i64 %i20, 300
  br label %head22
head22:
  %i24 = phi i64 [ %v3, %head18 ], [ %i24next, %latch23 ]
  %v25 = add nsw i64 %v21, %i24
  %v26 = getelementptr inbounds float, ptr %s0, i64 %v25
  %v27 = load float, ptr %v26, align 4, !invariant.load !0
  %v28 = sub nsw i64 %i20, %v7
  %v29 = mul nsw i64 %v28, 64
  %v30 = sub nsw i64 %i24, %v3
  %v31 = add nsw i64 %v29, %v30
  %v32 = getelementptr inbounds float, ptr %v0, i64 %v31
  %v33 = load float, ptr %v32
  %v34 = fadd contract float %v27, %v33
  %v35 = getelementptr inbounds float, ptr %s2, i64 %v25
  store float %v34, ptr %v35, align 4
  br label %latch23
latch23:
  %i24next = add nuw nsw i64 %i24, 1
  %v36 = icmp slt i64 %i24next, %v6
  br i1 %v36, label %head22, label %exit37, !llvm.loop !1
exit37:
  br label %latch19
latch19:
  %i20next = add nuw nsw i64 %i20, 1
  %v38 = icmp slt i64 %i20next, %v10
  br i1 %v38, label %head18, label %exit39
exit39:
  br label %pLatch
pLatch:
  %pNext = add nuw nsw i64 %p, 1
  %more = icmp slt i64 %pNext, %end
  br i1 %more, label %piece, label %done
done:
  ret void
}
