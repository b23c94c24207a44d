;; SPDX-License-Identifier: Apache-2.0
;; Integers times bytes: a pair of taps against 4 filters is one i32x4.dot_i16x8_s, so that lanes are filters and sums
;; need no additions across lanes. Each vector of weights that is read serves four windows.
(module
  (import "golden" "memory" (memory 1))

  ;; The first `rows` of 8 sums.
  (func $storeSums (param $out i32) (param $rows i32) (param $low v128) (param $high v128)
    (if (i32.ge_u (local.get $rows) (i32.const 8))
      (then
        (v128.store (local.get $out) (local.get $low))
        (v128.store offset=16 (local.get $out) (local.get $high))
        (return)))
    (loop $one
      (v128.store32_lane 0 (local.get $out) (local.get $low))
      (local.set $out (i32.add (local.get $out) (i32.const 4)))
      (local.set $low
        (i8x16.shuffle 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 (local.get $low) (local.get $high)))
      (local.set $high
        (i8x16.shuffle 4 5 6 7 8 9 10 11 12 13 14 15 0 1 2 3 (local.get $high) (local.get $high)))
      (br_if $one (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))

  ;; One window against rows of weights, 8 at a time; weights lie as `dots` says.
  (func $dotsOfOne (param $x i32) (param $bytes i32) (param $w i32) (param $bias i32) (param $rows i32) (param $out i32)
    (local $p i32) (local $end i32) (local $u v128) (local $low v128) (local $high v128)
    (local.set $end (i32.add (local.get $x) (local.get $bytes)))
    (loop $eight
      (local.set $low (v128.load (local.get $bias)))
      (local.set $high (v128.load offset=16 (local.get $bias)))
      (local.set $p (local.get $x))
      (loop $taps
        (local.set $u (v128.load32_splat (local.get $p)))
        (local.set $low
          (i32x4.add (local.get $low) (i32x4.dot_i16x8_s (local.get $u) (v128.load8x8_s (local.get $w)))))
        (local.set $high
          (i32x4.add (local.get $high) (i32x4.dot_i16x8_s (local.get $u) (v128.load8x8_s offset=8 (local.get $w)))))
        (local.set $w (i32.add (local.get $w) (i32.const 16)))
        (br_if $taps (i32.lt_u (local.tee $p (i32.add (local.get $p) (i32.const 4))) (local.get $end))))
      (call $storeSums (local.get $out) (local.get $rows) (local.get $low) (local.get $high))
      (local.set $bias (i32.add (local.get $bias) (i32.const 32)))
      (local.set $out (i32.add (local.get $out) (i32.const 32)))
      (br_if $eight (i32.gt_s (local.tee $rows (i32.sub (local.get $rows) (i32.const 8))) (i32.const 0)))))

  ;; Four windows at once: 8 products for 6 vectors that are read.
  (func $dotsOfFour
    (param $x i32) (param $bytes i32) (param $w i32) (param $bias i32) (param $rows i32)
    (param $out i32) (param $pitch i32)
    (local $p i32) (local $q i32) (local $r i32) (local $s i32) (local $end i32)
    (local $u v128) (local $v v128) (local $z v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $e v128) (local $f v128) (local $g v128) (local $h v128)
    (local.set $end (i32.add (local.get $x) (local.get $bytes)))
    (loop $eight
      (local.set $a (local.tee $c (local.tee $e (local.tee $g (v128.load (local.get $bias))))))
      (local.set $b (local.tee $d (local.tee $f (local.tee $h (v128.load offset=16 (local.get $bias))))))
      (local.set $p (local.get $x))
      (local.set $q (i32.add (local.get $p) (local.get $bytes)))
      (local.set $r (i32.add (local.get $q) (local.get $bytes)))
      (local.set $s (i32.add (local.get $r) (local.get $bytes)))
      (loop $taps
        (local.set $v (v128.load8x8_s (local.get $w)))
        (local.set $z (v128.load8x8_s offset=8 (local.get $w)))
        (local.set $u (v128.load32_splat (local.get $p)))
        (local.set $a (i32x4.add (local.get $a) (i32x4.dot_i16x8_s (local.get $u) (local.get $v))))
        (local.set $b (i32x4.add (local.get $b) (i32x4.dot_i16x8_s (local.get $u) (local.get $z))))
        (local.set $u (v128.load32_splat (local.get $q)))
        (local.set $c (i32x4.add (local.get $c) (i32x4.dot_i16x8_s (local.get $u) (local.get $v))))
        (local.set $d (i32x4.add (local.get $d) (i32x4.dot_i16x8_s (local.get $u) (local.get $z))))
        (local.set $u (v128.load32_splat (local.get $r)))
        (local.set $e (i32x4.add (local.get $e) (i32x4.dot_i16x8_s (local.get $u) (local.get $v))))
        (local.set $f (i32x4.add (local.get $f) (i32x4.dot_i16x8_s (local.get $u) (local.get $z))))
        (local.set $u (v128.load32_splat (local.get $s)))
        (local.set $g (i32x4.add (local.get $g) (i32x4.dot_i16x8_s (local.get $u) (local.get $v))))
        (local.set $h (i32x4.add (local.get $h) (i32x4.dot_i16x8_s (local.get $u) (local.get $z))))
        (local.set $w (i32.add (local.get $w) (i32.const 16)))
        (local.set $q (i32.add (local.get $q) (i32.const 4)))
        (local.set $r (i32.add (local.get $r) (i32.const 4)))
        (local.set $s (i32.add (local.get $s) (i32.const 4)))
        (br_if $taps (i32.lt_u (local.tee $p (i32.add (local.get $p) (i32.const 4))) (local.get $end))))
      (local.set $q (i32.add (local.get $out) (local.get $pitch)))
      (local.set $r (i32.add (local.get $q) (local.get $pitch)))
      (local.set $s (i32.add (local.get $r) (local.get $pitch)))
      (if (i32.ge_u (local.get $rows) (i32.const 8))
        (then
          (v128.store (local.get $out) (local.get $a)) (v128.store offset=16 (local.get $out) (local.get $b))
          (v128.store (local.get $q) (local.get $c)) (v128.store offset=16 (local.get $q) (local.get $d))
          (v128.store (local.get $r) (local.get $e)) (v128.store offset=16 (local.get $r) (local.get $f))
          (v128.store (local.get $s) (local.get $g)) (v128.store offset=16 (local.get $s) (local.get $h)))
        (else
          (call $storeSums (local.get $out) (local.get $rows) (local.get $a) (local.get $b))
          (call $storeSums (local.get $q) (local.get $rows) (local.get $c) (local.get $d))
          (call $storeSums (local.get $r) (local.get $rows) (local.get $e) (local.get $f))
          (call $storeSums (local.get $s) (local.get $rows) (local.get $g) (local.get $h))))
      (local.set $bias (i32.add (local.get $bias) (i32.const 32)))
      (local.set $out (i32.add (local.get $out) (i32.const 32)))
      (br_if $eight (i32.gt_s (local.tee $rows (i32.sub (local.get $rows) (i32.const 8))) (i32.const 0)))))

  (func (export "dots")
    (param $x i32) (param $count i32) (param $bytes i32)
    (param $w i32) (param $bias i32) (param $rows i32) (param $out i32) (param $pitch i32)
    (block $few
      (loop $four
        (br_if $few (i32.lt_u (local.get $count) (i32.const 4)))
        (call $dotsOfFour (local.get $x) (local.get $bytes) (local.get $w) (local.get $bias) (local.get $rows)
          (local.get $out) (local.get $pitch))
        (local.set $x (i32.add (local.get $x) (i32.shl (local.get $bytes) (i32.const 2))))
        (local.set $out (i32.add (local.get $out) (i32.shl (local.get $pitch) (i32.const 2))))
        (local.set $count (i32.sub (local.get $count) (i32.const 4)))
        (br $four)))
    (block $none
      (loop $one
        (br_if $none (i32.eqz (local.get $count)))
        (call $dotsOfOne (local.get $x) (local.get $bytes) (local.get $w) (local.get $bias) (local.get $rows)
          (local.get $out))
        (local.set $x (i32.add (local.get $x) (local.get $bytes)))
        (local.set $out (i32.add (local.get $out) (local.get $pitch)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $one))))
)
