define internal void @ntk4j.nest(ptr noalias nocapture %s0, ptr noalias nocapture %s1, i64 %begin, i64 %end) noinline nounwind {
entry:
  %any = icmp slt i64 %begin, %end
  br i1 %any, label %piece, label %done
piece:
  %p = phi i64 [ %begin, %entry ], [ %pNext, %pLatch ]
  %v0 = mul nuw nsw i64 %p, 13
  %v1 = add nuw nsw i64 %v0, 13
  %v2 = icmp slt i64 %v1, 200
  %v3 = select i1 %v2, i64 %v1, i64 200
  br label %head4
head4:
  %i6 = phi i64 [ %v0, %piece ], [ %i6next, %latch5 ]
  %v7 = mul nsw i64 %i6, 300
  br label %head8
head8:
  %i10 = phi i64 [ 0, %head4 ], [ %i10next, %latch9 ]
  %t11 = phi float [ 0x8000000000000000, %head4 ], [ %v15, %latch9 ]
  %v12 = add nsw i64 %v7, %i10
  %v13 = getelementptr inbounds float, ptr %s0, i64 %v12
  %v14 = load float, ptr %v13, align 4, !invariant.load !0
  %v15 = fadd contract reassoc float %t11, %v14
  br label %latch9
latch9:
  %i10next = add nuw nsw i64 %i10, 1
  %v16 = icmp slt i64 %i10next, 300
  br i1 %v16, label %head8, label %exit17, !llvm.loop !1
exit17:
  %v18 = getelementptr inbounds float, ptr %s1, i64 %i6
  %v19 = load float, ptr %v18, align 4
  %v20 = fadd contract float %v19, %v15
  %v21 = getelementptr inbounds float, ptr %s1, i64 %i6
  store float %v20, ptr %v21, align 4
  br label %latch5
latch5:
  %i6next = add nuw nsw i64 %i6, 1
  %v22 = icmp slt i64 %i6next, %v3
  br i1 %v22, label %head4, label %exit23
exit23:
  br label %pLatch
pLatch:
  %pNext = add nuw nsw i64 %p, 1
  %more = icmp slt i64 %pNext, %end
  br i1 %more, label %piece, label %done
done:
  ret void
}
