export type Succeeded<T extends object> = T & { success: true };

/** An answer carries `"success": true` as its last key (contract §1). */
export function succeed<T extends object>(answer: T): Succeeded<T> {
  return { ...answer, success: true };
}
