import type { UUID } from 'bson';
import type { Document } from '../values/value';

/**
 * One change of the store: what is there afterwards, not how it came about, so that repeating it needs no judgement. A
 * collection is told by its `uuid`, because a dropped one and its successor have the same name.
 */
export type Change =
  | { kind: 'create'; collection: UUID; database: string; name: string }
  | { kind: 'drop'; collection: UUID }
  | { kind: 'createIndex'; collection: UUID; specification: Document }
  | { kind: 'dropIndex'; collection: UUID; name: string }
  | { kind: 'put'; collection: UUID; recordId: string; bytes: Buffer }
  | { kind: 'remove'; collection: UUID; recordId: string };

/** Is told of every change of the store, right after it was made. */
export interface ChangeLog {
  /** @param undo takes the change back; called, if at all, after everything that came later was taken back */
  record(change: Change, undo: () => void): void;
}
