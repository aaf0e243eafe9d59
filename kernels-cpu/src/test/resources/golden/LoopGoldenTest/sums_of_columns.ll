define internal void @ntk4j.nest(ptr noalias nocapture %s0, ptr noalias nocapture %s1, i64 %begin, i64 %end) noinline nounwind {
entry:
  %any = icmp slt i64 %begin, %end
  br i1 %any, label %piece, label %done
piece:
  %p = phi i64 [ %begin, %entry ], [ %pNext, %pLatch ]
  %v0 = mul nuw nsw i64 %p, 128
  %v1 = add nuw nsw i64 %v0, 128
  %v2 = icmp slt i64 %v1, 300
  %v3 = select i1 %v2, i64 %v1, i64 300
  br label %head4
head4:
  %i6 = phi i64 [ 0, %piece ], [ %i6next, %latch5 ]
  %v7 = mul nsw i64 %i6, 2400
  br label %head8
head8:
  %i10 = phi i64 [ %v0, %head4 ], [ %i10next, %latch9 ]
  %v11 = add nsw i64 %v7, %i10
  br label %head12
head12:
  %i14 = phi i64 [ 0, %head8 ], [ %i14next, %latch13 ]
  %t15 = phi float [ 0x8000000000000000, %head8 ], [ %v20, %latch13 ]
  %v16 = mul nsw i64 %i14, 300
  %v17 = add nsw i64 %v11, %v16
  %v18 = getelementptr inbounds float, ptr %s0, i64 %v17
  %v19 = load float, ptr %v18, align 4, !invariant.load !0
  %v20 = fadd contract reassoc float %t15, %v19
  br label %latch13
latch13:
  %i14next = add nuw nsw i64 %i14, 1
  %v21 = icmp slt i64 %i14next, 8
  br i1 %v21, label %head12, label %exit22, !llvm.loop !1
exit22:
  %v23 = getelementptr inbounds float, ptr %s1, i64 %i10
  %v24 = load float, ptr %v23, align 4
  %v25 = fadd contract float %v24, %v20
  %v26 = getelementptr inbounds float, ptr %s1, i64 %i10
  store float %v25, ptr %v26, align 4
  br label %latch9
latch9:
  %i10next = add nuw nsw i64 %i10, 1
  %v27 = icmp slt i64 %i10next, %v3
  br i1 %v27, label %head8, label %exit28, !llvm.loop !2
exit28:
  br label %latch5
latch5:
  %i6next = add nuw nsw i64 %i6, 1
  %v29 = icmp slt i64 %i6next, 25
  br i1 %v29, label %head4, label %exit30
exit30:
  br label %pLatch
pLatch:
  %pNext = add nuw nsw i64 %p, 1
  %more = icmp slt i64 %pNext, %end
  br i1 %more, label %piece, label %done
done:
  ret void
}
