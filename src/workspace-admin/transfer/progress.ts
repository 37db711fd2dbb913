/** Called when more documents of a collection are done; with 0 when a collection begins. */
export type OnProgress = (collection: string, documents: number) => void;

export interface ImportProgress {
  /** A line of the file is valid; nothing is stored yet. */
  validated: () => void;
  stored: OnProgress;
}
