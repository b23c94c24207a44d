;; SPDX-License-Identifier: Apache-2.0
;; Maps into windows. A window holds the taps of one output pixel, (ky, kx, channel) order. Copies go in steps of 8
;; bytes and may pass the end of a run by 7; what lies there is written afterwards.
(module
  (import "golden" "memory" (memory 1))

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

  (func (export "narrowRows")
    (param $from i32) (param $to i32) (param $pitch i32) (param $elements i32) (param $rows i32)
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
)
