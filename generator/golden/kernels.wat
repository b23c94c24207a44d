;; SPDX-License-Identifier: Apache-2.0
;; Inner loops of the golden model's fast form. generator/golden/kernels.ts says what each function does, and assembles
;; this text with wabt. Maps and windows are runs of bytes in one memory, whose layout is that of tensor.ts: NHWC, 32-bit
;; integers, or bits in 32-bit words. A window holds the taps of one output pixel, (ky, kx, channel) order.
;;
;; Copies go in steps of 8 bytes and may pass the end of a run by 7; what lies there is written afterwards.
(module
  (import "golden" "memory" (memory 1))

  ;; ---- maps and windows

  (func $copy (param $from i32) (param $to i32) (param $bytes i32)
    (loop $more
      (i64.store (local.get $to) (i64.load (local.get $from)))
      (local.set $from (i32.add (local.get $from) (i32.const 8)))
      (local.set $to (i32.add (local.get $to) (i32.const 8)))
      (br_if $more (i32.gt_s (local.tee $bytes (i32.sub (local.get $bytes) (i32.const 8))) (i32.const 0)))))

  (func (export "rows") (param $from i32) (param $to i32) (param $pitch i32) (param $bytes i32) (param $rows i32)
    (loop $row
      (memory.copy (local.get $to) (local.get $from) (local.get $bytes))
      (local.set $from (i32.add (local.get $from) (local.get $bytes)))
      (local.set $to (i32.add (local.get $to) (local.get $pitch)))
      (br_if $row (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))

  (func (export "narrowRows") (param $from i32) (param $to i32) (param $pitch i32) (param $elements i32) (param $rows i32)
    (local $i i32) (local $x i32)
    (loop $row
      (local.set $i (local.get $elements))
      (local.set $x (local.get $to))
      (block $few
        (loop $eight
          (br_if $few (i32.lt_u (local.get $i) (i32.const 8)))
          (v128.store (local.get $x)
            (i16x8.narrow_i32x4_s (v128.load (local.get $from)) (v128.load offset=16 (local.get $from))))
          (local.set $from (i32.add (local.get $from) (i32.const 32)))
          (local.set $x (i32.add (local.get $x) (i32.const 16)))
          (local.set $i (i32.sub (local.get $i) (i32.const 8)))
          (br $eight)))
      (block $none
        (loop $one
          (br_if $none (i32.eqz (local.get $i)))
          (i32.store16 (local.get $x) (i32.load (local.get $from)))
          (local.set $from (i32.add (local.get $from) (i32.const 4)))
          (local.set $x (i32.add (local.get $x) (i32.const 2)))
          (local.set $i (i32.sub (local.get $i) (i32.const 1)))
          (br $one)))
      (local.set $to (i32.add (local.get $to) (local.get $pitch)))
      (br_if $row (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))

  (func (export "windows")
    (param $map i32) (param $pitch i32) (param $right i32) (param $down i32) (param $width i32)
    (param $kernel i32) (param $runs i32) (param $apart i32) (param $run i32)
    (param $first i32) (param $count i32) (param $to i32) (param $bytes i32)
    (local $x i32) (local $row i32) (local $line i32) (local $from i32) (local $ky i32) (local $kx i32) (local $end i32)
    (local.set $x (i32.rem_u (local.get $first) (local.get $width)))
    (local.set $row
      (i32.add (local.get $map) (i32.mul (local.get $down) (i32.div_u (local.get $first) (local.get $width)))))
    (loop $window
      (local.set $line (i32.add (local.get $row) (i32.mul (local.get $x) (local.get $right))))
      (local.set $end (local.get $to))
      (local.set $ky (local.get $kernel))
      (loop $kernelRow
        (local.set $from (local.get $line))
        (local.set $kx (local.get $runs))
        (loop $column
          (call $copy (local.get $from) (local.get $end) (local.get $run))
          (local.set $end (i32.add (local.get $end) (local.get $run)))
          (local.set $from (i32.add (local.get $from) (local.get $apart)))
          (br_if $column (local.tee $kx (i32.sub (local.get $kx) (i32.const 1)))))
        (local.set $line (i32.add (local.get $line) (local.get $pitch)))
        (br_if $kernelRow (local.tee $ky (i32.sub (local.get $ky) (i32.const 1)))))
      ;; What fills the window's last 8 bytes is 0.
      (i64.store (local.get $end) (i64.const 0))
      (local.set $to (i32.add (local.get $to) (local.get $bytes)))
      (if (i32.eq (local.tee $x (i32.add (local.get $x) (i32.const 1))) (local.get $width))
        (then
          (local.set $x (i32.const 0))
          (local.set $row (i32.add (local.get $row) (local.get $down)))))
      (br_if $window (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))

  ;; ---- bits times bits

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
    (param $x i32) (param $bytes i32) (param $w i32) (param $rows i32) (param $taps i32) (param $out i32) (param $out2 i32)
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
          (then (call $agreementsOfTwo (local.get $x) (local.get $bytes) (local.get $w) (local.get $even) (local.get $taps)
            (local.get $out) (local.get $out2))))
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

  ;; ---- integers times bytes

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
    (param $x i32) (param $bytes i32) (param $w i32) (param $bias i32) (param $rows i32) (param $out i32) (param $pitch i32)
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

  ;; ---- layers of one step

  (func (export "lookUp") (param $x i32) (param $table i32) (param $out i32) (param $elements i32)
    (loop $one
      (i32.store (local.get $out)
        (i32.load (i32.add (local.get $table) (i32.shl (i32.load (local.get $x)) (i32.const 2)))))
      (local.set $x (i32.add (local.get $x) (i32.const 4)))
      (local.set $out (i32.add (local.get $out) (i32.const 4)))
      (br_if $one (local.tee $elements (i32.sub (local.get $elements) (i32.const 1))))))

  ;; 16 channels at a time: four compares of four lanes, narrowed to bytes, whose signs are the bits.
  (func (export "compare")
    (param $x i32) (param $pixels i32) (param $pitch i32) (param $words i32)
    (param $theta i32) (param $flips i32) (param $masks i32) (param $out i32)
    (local $from i32) (local $t i32) (local $end i32) (local $half i32)
    (local.set $end (i32.shl (local.get $words) (i32.const 2)))
    (loop $pixel
      (local.set $from (local.get $x))
      (local.set $t (local.get $theta))
      (local.set $half (i32.const 0))
      (loop $channels
        (i32.store16 (local.get $out)
          (i32.and (i32.load16_u (i32.add (local.get $masks) (local.get $half)))
            (i32.xor (i32.load16_u (i32.add (local.get $flips) (local.get $half)))
              (i8x16.bitmask
                (i8x16.narrow_i16x8_s
                  (i16x8.narrow_i32x4_s
                    (i32x4.gt_s (v128.load (local.get $t)) (v128.load (local.get $from)))
                    (i32x4.gt_s (v128.load offset=16 (local.get $t)) (v128.load offset=16 (local.get $from))))
                  (i16x8.narrow_i32x4_s
                    (i32x4.gt_s (v128.load offset=32 (local.get $t)) (v128.load offset=32 (local.get $from)))
                    (i32x4.gt_s (v128.load offset=48 (local.get $t)) (v128.load offset=48 (local.get $from)))))))))
        (local.set $from (i32.add (local.get $from) (i32.const 64)))
        (local.set $t (i32.add (local.get $t) (i32.const 64)))
        (local.set $out (i32.add (local.get $out) (i32.const 2)))
        (br_if $channels (i32.lt_u (local.tee $half (i32.add (local.get $half) (i32.const 2))) (local.get $end))))
      (local.set $x (i32.add (local.get $x) (local.get $pitch)))
      (br_if $pixel (local.tee $pixels (i32.sub (local.get $pixels) (i32.const 1))))))

  ;; One pixel of a window after the other joins what came before.
  (func (export "poolBits")
    (param $x i32) (param $height i32) (param $width i32) (param $words i32) (param $size i32) (param $stride i32)
    (param $minimum i32) (param $out i32) (param $outHeight i32) (param $outWidth i32)
    (local $oy i32) (local $ox i32) (local $y i32) (local $c i32) (local $from i32) (local $lastX i32) (local $lastY i32)
    (local $pixel i32) (local $first i32) (local $end i32) (local $line i32) (local $before i32) (local $bits i32)
    (local.set $pixel (i32.shl (local.get $words) (i32.const 2)))
    (loop $outRow
      (local.set $ox (i32.const 0))
      (local.set $lastY (i32.add (i32.mul (local.get $oy) (local.get $stride)) (local.get $size)))
      (if (i32.gt_u (local.get $lastY) (local.get $height)) (then (local.set $lastY (local.get $height))))
      (loop $outPixel
        (local.set $lastX (i32.add (i32.mul (local.get $ox) (local.get $stride)) (local.get $size)))
        (if (i32.gt_u (local.get $lastX) (local.get $width)) (then (local.set $lastX (local.get $width))))
        (local.set $c (i32.const 0))
        (loop $word
          (local.set $y (i32.mul (local.get $oy) (local.get $stride)))
          (local.set $first (i32.const 1))
          (loop $row
            (local.set $line (i32.add (local.get $x)
              (i32.mul (i32.mul (local.get $y) (local.get $width)) (local.get $pixel))))
            (local.set $from (i32.add (i32.add (local.get $line) (local.get $c))
              (i32.mul (i32.mul (local.get $ox) (local.get $stride)) (local.get $pixel))))
            (local.set $end (i32.add (local.get $line) (i32.mul (local.get $lastX) (local.get $pixel))))
            (loop $column
              (local.set $bits (i32.load (local.get $from)))
              (local.set $before (select (local.get $bits) (local.get $before) (local.get $first)))
              (local.set $before
                (i32.or (i32.and (local.get $before) (local.get $bits))
                  (i32.and (i32.or (local.get $before) (local.get $bits))
                    (i32.xor (i32.load (i32.add (local.get $minimum) (local.get $c))) (i32.const -1)))))
              (local.set $first (i32.const 0))
              (br_if $column
                (i32.lt_u (local.tee $from (i32.add (local.get $from) (local.get $pixel))) (local.get $end))))
            (br_if $row (i32.lt_u (local.tee $y (i32.add (local.get $y) (i32.const 1))) (local.get $lastY))))
          (i32.store (local.get $out) (local.get $before))
          (local.set $out (i32.add (local.get $out) (i32.const 4)))
          (br_if $word (i32.lt_u (local.tee $c (i32.add (local.get $c) (i32.const 4))) (local.get $pixel))))
        (br_if $outPixel
          (i32.lt_u (local.tee $ox (i32.add (local.get $ox) (i32.const 1))) (local.get $outWidth))))
      (br_if $outRow (i32.lt_u (local.tee $oy (i32.add (local.get $oy) (i32.const 1))) (local.get $outHeight)))))
)
