/** Hears that so many more documents of a collection have been dealt with; 0 when a collection begins. */
export type OnProgress = (collection: string, documents: number) => void;
