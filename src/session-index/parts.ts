import { createHash } from 'node:crypto';

/** Enough that a part of a million rows is counted in milliseconds, and few enough that all are read at once. */
export const PARTS = 128;

/** The part of the collection that a row is counted in. */
export function partOf(rowId: string): number {
  return createHash('sha256').update(rowId).digest().readUInt16BE() % PARTS;
}

/** The `_id` of a part's count; no row's id begins so. */
export function partId(part: number): string {
  return `#${part}`;
}

/** The ids of all counts. */
export const ALL_PARTS = { $gte: '#', $lt: '$' } as const;
