/** What lists sort by (contract §3). */
export const SORT_KEYS = [
  'loginAt',
  'device.name',
  'device.os.name',
  'device.os.version',
  '_user.name',
  '_user.username',
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** Sort keys and directions, the most important first; at least one. */
export type SessionOrder = readonly (readonly [SortKey, 1 | -1])[];

/** Ties go by session id in the direction of the last key, so that one index serves both directions. */
export function tieDirection(order: SessionOrder): 1 | -1 {
  return order.at(-1)?.[1] ?? 1;
}
