// SPDX-License-Identifier: Apache-2.0
/** Bit strings, the first bit in the lowest place of the first byte. */
import { CorruptStream } from './entries.ts';

export class BitWriter {
  private bytes = new Uint8Array(1024);
  private length = 0;

  /** The low `count` bits of `value`, at most 24, lowest first. */
  push(value: number, count: number): void {
    if ((this.length >> 3) + 4 > this.bytes.length) {
      const bytes = new Uint8Array(2 * this.bytes.length);
      bytes.set(this.bytes);
      this.bytes = bytes;
    }
    let at = this.length >> 3;
    for (let rest = value << (this.length & 7); rest !== 0; rest >>>= 8) this.bytes[at++]! |= rest & 255;
    this.length += count;
  }

  /** Whole bytes; spare bits are 0. */
  finish(): Uint8Array {
    return this.bytes.slice(0, Math.ceil(this.length / 8));
  }
}

export class BitReader {
  private at = 0;
  constructor(private readonly bytes: Uint8Array) {}

  /** The next `count` bits, at most 24, without taking them; 0 behind the end. */
  peek(count: number): number {
    const byte = this.at >> 3;
    const { bytes } = this;
    const word =
      ((bytes[byte] ?? 0) |
        ((bytes[byte + 1] ?? 0) << 8) |
        ((bytes[byte + 2] ?? 0) << 16) |
        ((bytes[byte + 3] ?? 0) << 24)) >>>
      (this.at & 7);
    return word & (2 ** count - 1);
  }

  /** Throws CorruptStream behind the end. */
  skip(count: number): void {
    this.at += count;
    if (this.at > 8 * this.bytes.length)
      throw new CorruptStream(`a stream of ${this.bytes.length} bytes ends inside an entry`);
  }

  take(count: number): number {
    const value = this.peek(count);
    this.skip(count);
    return value;
  }

  /** Nothing but the spare bits of the last byte is left, and they are 0. */
  requireEnd(): void {
    const spare = 8 * this.bytes.length - this.at;
    if (spare >= 8 || this.peek(spare) !== 0)
      throw new CorruptStream(`a stream of ${this.bytes.length} bytes has ${spare} bits behind its last entry`);
  }
}
