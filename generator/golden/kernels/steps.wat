;; SPDX-License-Identifier: Apache-2.0
;; Layers that take each element, or each window of a channel, by itself.
(module
  (import "golden" "memory" (memory 1))

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

  (func (export "affine")
    (param $x i32) (param $pixels i32) (param $channels i32) (param $factors i32) (param $terms i32)
    (param $unit f64) (param $min f64) (param $max f64) (param $out i32)
    (local $left i32) (local $f i32) (local $t i32) (local $y v128)
    (loop $pixel
      (local.set $left (local.get $channels))
      (local.set $f (local.get $factors))
      (local.set $t (local.get $terms))
      (loop $two
        (local.set $y
          (i32x4.trunc_sat_f64x2_s_zero
            (f64x2.pmax (f64x2.splat (local.get $min))
              (f64x2.pmin (f64x2.splat (local.get $max))
                (f64x2.floor
                  (f64x2.mul (f64x2.splat (local.get $unit))
                    (f64x2.add (v128.load (local.get $t))
                      (f64x2.mul (v128.load (local.get $f))
                        (f64x2.convert_low_i32x4_s (v128.load64_zero (local.get $x)))))))))))
        (if (i32.gt_u (local.get $left) (i32.const 1))
          (then
            (v128.store64_lane 0 (local.get $out) (local.get $y))
            (local.set $x (i32.add (local.get $x) (i32.const 8)))
            (local.set $out (i32.add (local.get $out) (i32.const 8))))
          (else
            (v128.store32_lane 0 (local.get $out) (local.get $y))
            (local.set $x (i32.add (local.get $x) (i32.const 4)))
            (local.set $out (i32.add (local.get $out) (i32.const 4)))))
        (local.set $f (i32.add (local.get $f) (i32.const 16)))
        (local.set $t (i32.add (local.get $t) (i32.const 16)))
        (br_if $two (i32.gt_s (local.tee $left (i32.sub (local.get $left) (i32.const 2))) (i32.const 0))))
      (br_if $pixel (local.tee $pixels (i32.sub (local.get $pixels) (i32.const 1))))))

  (func (export "sumOfTwo")
    (param $x1 i32) (param $x2 i32) (param $factor1 f64) (param $factor2 f64) (param $min f64) (param $max f64)
    (param $out i32) (param $elements i32)
    (loop $one
      (i32.store (local.get $out)
        (i32.trunc_f64_s
          (f64.max (local.get $min)
            (f64.min (local.get $max)
              (f64.add
                (f64.mul (local.get $factor1) (f64.convert_i32_s (i32.load (local.get $x1))))
                (f64.mul (local.get $factor2) (f64.convert_i32_s (i32.load (local.get $x2)))))))))
      (local.set $x1 (i32.add (local.get $x1) (i32.const 4)))
      (local.set $x2 (i32.add (local.get $x2) (i32.const 4)))
      (local.set $out (i32.add (local.get $out) (i32.const 4)))
      (br_if $one (local.tee $elements (i32.sub (local.get $elements) (i32.const 1))))))

  ;; Word by word: the pixels of a window one after the other.
  (func (export "pool")
    (param $isBits i32) (param $x i32) (param $height i32) (param $width i32) (param $words i32)
    (param $size i32) (param $stride i32) (param $minimum i32)
    (param $out i32) (param $outHeight i32) (param $outWidth i32)
    (local $oy i32) (local $ox i32) (local $y i32) (local $c i32) (local $from i32)
    (local $lastX i32) (local $lastY i32) (local $pixel i32) (local $first i32) (local $end i32) (local $line i32) (local $before i32)
    (local $next i32) (local $least i32)
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
              (local.set $next (i32.load (local.get $from)))
              (local.set $before (select (local.get $next) (local.get $before) (local.get $first)))
              (local.set $least (i32.load (i32.add (local.get $minimum) (local.get $c))))
              (if (local.get $isBits)
                (then
                  (local.set $before
                    (i32.or (i32.and (local.get $before) (local.get $next))
                      (i32.and (i32.or (local.get $before) (local.get $next))
                        (i32.xor (local.get $least) (i32.const -1))))))
                (else
                  (local.set $before
                    (select (local.get $before) (local.get $next)
                      (i32.xor (local.get $least) (i32.ge_s (local.get $before) (local.get $next)))))))
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
