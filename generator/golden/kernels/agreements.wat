;; SPDX-License-Identifier: Apache-2.0
;; Bits times bits: ones of x ⊕ w, 64 at a time. Each word that is read serves two popcounts.
(module
  (import "golden" "memory" (memory 1))

  ;; Bits in which a window and a row of weights differ.
  (func $differences (param $x i32) (param $w i32) (param $bytes i32) (result i32)
    (local $end i32) (local $sum i64)
    (local.set $end (i32.add (local.get $x) (local.get $bytes)))
    (loop $word
      (local.set $sum
        (i64.add (local.get $sum) (i64.popcnt (i64.xor (i64.load (local.get $x)) (i64.load (local.get $w))))))
      (local.set $x (i32.add (local.get $x) (i32.const 8)))
      (local.set $w (i32.add (local.get $w) (i32.const 8)))
      (br_if $word (i32.lt_u (local.get $x) (local.get $end))))
    (i32.wrap_i64 (local.get $sum)))

  ;; One window against rows of weights, the sums one behind the other.
  (func $agreementsOfOne
    (param $x i32) (param $bytes i32) (param $w i32) (param $rows i32) (param $taps i32) (param $out i32)
    (loop $row
      (i32.store (local.get $out)
        (i32.sub (local.get $taps) (call $differences (local.get $x) (local.get $w) (local.get $bytes))))
      (local.set $w (i32.add (local.get $w) (local.get $bytes)))
      (local.set $out (i32.add (local.get $out) (i32.const 4)))
      (br_if $row (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))

  ;; Two windows against an even number of rows, two at a time: 4 popcounts for 4 words that are read.
  (func $agreementsOfTwo
    (param $x i32) (param $bytes i32) (param $w i32) (param $rows i32) (param $taps i32)
    (param $out i32) (param $out2 i32)
    (local $p i32) (local $p2 i32) (local $w2 i32) (local $end i32)
    (local $u i64) (local $u2 i64) (local $v i64) (local $a i64) (local $b i64) (local $a2 i64) (local $b2 i64)
    (local.set $end (i32.add (local.get $x) (local.get $bytes)))
    (loop $pair
      (local.set $p (local.get $x))
      (local.set $p2 (local.get $end))
      (local.set $w2 (i32.add (local.get $w) (local.get $bytes)))
      (local.set $a (i64.const 0)) (local.set $b (i64.const 0))
      (local.set $a2 (i64.const 0)) (local.set $b2 (i64.const 0))
      (loop $word
        (local.set $u (i64.load (local.get $p)))
        (local.set $u2 (i64.load (local.get $p2)))
        (local.set $v (i64.load (local.get $w)))
        (local.set $a (i64.add (local.get $a) (i64.popcnt (i64.xor (local.get $u) (local.get $v)))))
        (local.set $a2 (i64.add (local.get $a2) (i64.popcnt (i64.xor (local.get $u2) (local.get $v)))))
        (local.set $v (i64.load (local.get $w2)))
        (local.set $b (i64.add (local.get $b) (i64.popcnt (i64.xor (local.get $u) (local.get $v)))))
        (local.set $b2 (i64.add (local.get $b2) (i64.popcnt (i64.xor (local.get $u2) (local.get $v)))))
        (local.set $w (i32.add (local.get $w) (i32.const 8)))
        (local.set $w2 (i32.add (local.get $w2) (i32.const 8)))
        (local.set $p2 (i32.add (local.get $p2) (i32.const 8)))
        (br_if $word (i32.lt_u (local.tee $p (i32.add (local.get $p) (i32.const 8))) (local.get $end))))
      (i32.store (local.get $out) (i32.sub (local.get $taps) (i32.wrap_i64 (local.get $a))))
      (i32.store offset=4 (local.get $out) (i32.sub (local.get $taps) (i32.wrap_i64 (local.get $b))))
      (i32.store (local.get $out2) (i32.sub (local.get $taps) (i32.wrap_i64 (local.get $a2))))
      (i32.store offset=4 (local.get $out2) (i32.sub (local.get $taps) (i32.wrap_i64 (local.get $b2))))
      (local.set $w (local.get $w2))
      (local.set $out (i32.add (local.get $out) (i32.const 8)))
      (local.set $out2 (i32.add (local.get $out2) (i32.const 8)))
      (br_if $pair (local.tee $rows (i32.sub (local.get $rows) (i32.const 2))))))

  (func (export "agreements")
    (param $x i32) (param $count i32) (param $bytes i32)
    (param $w i32) (param $rows i32) (param $taps i32) (param $out i32)
    (local $even i32) (local $pitch i32) (local $out2 i32) (local $lastW i32)
    (local.set $even (i32.and (local.get $rows) (i32.const -2)))
    (local.set $pitch (i32.shl (local.get $rows) (i32.const 2)))
    (local.set $lastW (i32.add (local.get $w) (i32.mul (local.get $even) (local.get $bytes))))
    (block $few
      (loop $two
        (br_if $few (i32.lt_u (local.get $count) (i32.const 2)))
        (local.set $out2 (i32.add (local.get $out) (local.get $pitch)))
        (if (local.get $even)
          (then (call $agreementsOfTwo (local.get $x) (local.get $bytes) (local.get $w) (local.get $even)
            (local.get $taps) (local.get $out) (local.get $out2))))
        (if (i32.ne (local.get $even) (local.get $rows))
          (then
            (call $agreementsOfOne (local.get $x) (local.get $bytes) (local.get $lastW) (i32.const 1) (local.get $taps)
              (i32.sub (local.get $out2) (i32.const 4)))
            (call $agreementsOfOne (i32.add (local.get $x) (local.get $bytes)) (local.get $bytes) (local.get $lastW)
              (i32.const 1) (local.get $taps) (i32.sub (i32.add (local.get $out2) (local.get $pitch)) (i32.const 4)))))
        (local.set $x (i32.add (local.get $x) (i32.shl (local.get $bytes) (i32.const 1))))
        (local.set $out (i32.add (local.get $out2) (local.get $pitch)))
        (local.set $count (i32.sub (local.get $count) (i32.const 2)))
        (br $two)))
    (if (local.get $count)
      (then (call $agreementsOfOne (local.get $x) (local.get $bytes) (local.get $w) (local.get $rows) (local.get $taps)
        (local.get $out)))))
)
