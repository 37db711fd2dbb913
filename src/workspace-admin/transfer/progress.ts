/** Hears that so many more documents of a collection have been dealt with; 0 when a collection begins. */
export type OnProgress = (collection: string, documents: number) => void;

/** Hears how far an import is. */
export interface ImportProgress {
  /** A line of the file has been judged; nothing is stored yet. */
  judged: () => void;
  stored: OnProgress;
}
