/**
 * The strings of a stored list; other programs write the database, so it may be something else. A string is not a list.
 */
export function stringArray(stored: unknown): string[] {
  return Array.isArray(stored) ? stored.filter((item) => typeof item === 'string') : [];
}
