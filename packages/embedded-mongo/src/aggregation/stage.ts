import type { Collection } from '../storage/collection';
import type { Document, Value } from '../values/value';

/** What a stage makes of the documents before it. It changes none of them: they may be those of the store. */
export type Stage = (documents: readonly Document[]) => readonly Document[];

/** What a stage can see beside the documents before it. */
export interface Scope {
  /** Another collection of the same database. */
  collection(name: string): Collection | undefined;
}

/** Reads the specification of a stage, and refuses what is wrong before any document is read. */
export type CompileStage = (specification: Value, scope: Scope) => Stage;
