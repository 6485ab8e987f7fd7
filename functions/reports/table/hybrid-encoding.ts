/** A run of equal values shorter than this is packed with its neighbours. */
const MINIMUM_RUN = 8;
const MAXIMUM_VARINT_BYTES = 5;

/** Bytes that {@link encodeHybrid} may take at most. */
export const hybridBytes = (count: number, bitWidth: number): number =>
  (Math.ceil(count / 8) + 1) * (bitWidth + 4 + MAXIMUM_VARINT_BYTES);

/** Bits that hold every number up to `largest`. */
export const bitWidthOf = (largest: number): number => 32 - Math.clz32(largest);

/**
 * Writes numbers in Parquet's RLE / bit-packing hybrid: runs of eight or more equal numbers as their count, others in
 * groups of eight, packed. Source: Apache Parquet, "Encodings", RLE = 3.
 *
 * @param bitWidth of each number, 0 to 24
 * @returns where it ends in `out`
 */
export function encodeHybrid(
  values: Int32Array,
  count: number,
  bitWidth: number,
  out: Uint8Array,
  start = 0,
): number {
  let at = start;
  let packedFrom = 0;
  let index = 0;
  while (index < count) {
    const value = values[index];
    let next = index + 1;
    while (next < count && values[next] === value) next += 1;
    if (next - index < MINIMUM_RUN) {
      // Only whole groups of eight can be packed before a run.
      index = Math.min(index + 8, count);
      continue;
    }
    at = packGroups(values, packedFrom, index, bitWidth, out, at);
    at = writeRun(value ?? 0, next - index, bitWidth, out, at);
    index = next;
    packedFrom = next;
  }
  return packGroups(values, packedFrom, count, bitWidth, out, at);
}

function writeRun(value: number, count: number, bitWidth: number, out: Uint8Array, start: number): number {
  let at = writeVarint(count * 2, out, start);
  for (let bits = 0; bits < bitWidth; bits += 8) out[at++] = (value >>> bits) & 0xff;
  return at;
}

/** Packs the numbers `[from, to)`; the last group is filled up with zeros, which nobody reads. */
function packGroups(
  values: Int32Array,
  from: number,
  to: number,
  bitWidth: number,
  out: Uint8Array,
  start: number,
): number {
  if (from === to) return start;
  const groups = Math.ceil((to - from) / 8);
  let at = writeVarint(groups * 2 + 1, out, start);
  const end = at + groups * bitWidth;
  let packed = 0;
  let bits = 0;
  for (let index = from; index < to; index += 1) {
    packed |= (values[index] ?? 0) << bits;
    bits += bitWidth;
    while (bits >= 8) {
      out[at++] = packed & 0xff;
      packed >>>= 8;
      bits -= 8;
    }
  }
  if (bits > 0) out[at++] = packed & 0xff;
  out.fill(0, at, end);
  return end;
}

function writeVarint(value: number, out: Uint8Array, start: number): number {
  let at = start;
  let rest = value;
  while (rest > 0x7f) {
    out[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  out[at++] = rest;
  return at;
}
