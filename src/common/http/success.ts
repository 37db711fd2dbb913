export type Succeeded<T extends object> = T & { success: true };

/** An answer carries `"success": true` as its last key (contract §1). */
export async function succeed<T extends object>(answer: Promise<T>): Promise<Succeeded<T>> {
  return { ...(await answer), success: true };
}
