/** A power of two; a few times the names that a handful of collections use. */
const SLOTS = 1024;

/**
 * Turns the bytes of field names into strings. The documents of a collection have the same names over and over: decoded
 * once and shared, they cost neither time nor memory. Each name has one slot, so hostile names only push out others.
 */
export class NameCache {
  private readonly slots: ({ bytes: Buffer; text: string } | undefined)[] = Array.from({
    length: SLOTS,
  });

  /** @param decode makes a string of bytes that are not known yet */
  constructor(private readonly decode: (bytes: Buffer) => string) {}

  /** The string of the bytes in [start, end). @param hash any function of these bytes */
  find(bytes: Buffer, start: number, end: number, hash: number): string {
    const slot = hash & (SLOTS - 1);
    const known = this.slots[slot];
    if (known && isSame(known.bytes, bytes, start, end)) return known.text;
    // A copy: the bytes are part of a message that would stay in memory with them.
    const copy = Buffer.from(bytes.subarray(start, end));
    const text = this.decode(copy);
    this.slots[slot] = { bytes: copy, text };
    return text;
  }
}

function isSame(known: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false;
  return true;
}
