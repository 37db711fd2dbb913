export type Succeeded<T extends object> = T & { success: true };

/** Appends `"success": true`, the last key of most answers (contract §1). */
export function succeed<T extends object>(answer: T): Succeeded<T> {
  return { ...answer, success: true };
}
