/**
 * The texts of a stored list. What is stored was written by other programs: what should be a list may be something else,
 * and a text is not to be taken for the list of its letters.
 */
export function stringArray(stored: unknown): string[] {
  return Array.isArray(stored) ? stored.filter((item) => typeof item === 'string') : [];
}
