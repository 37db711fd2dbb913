import type { Change, ChangeLog } from '../storage/change';
import type { Journal } from './journal';

/** When an answer may leave: when its changes are on the disk, or at once, with a sync every second. */
export type SyncMode = 'always' | 'interval';

/** Collects what a command changes, so that all of it is kept or none. */
export class CommandChanges implements ChangeLog {
  private pending: { change: Change; undo: () => void }[] = [];

  constructor(
    private readonly journal: Journal,
    private readonly mode: SyncMode,
  ) {}

  record(change: Change, undo: () => void): void {
    this.pending.push({ change, undo });
  }

  /**
   * Ends a command: appends its changes to the journal as one record. No other command runs before this returns, so
   * none sees changes that are rolled back.
   * @param mustBeSafe the client wants to wait for the disk, whatever the mode
   * @returns what the answer has to wait for, if anything. Reads wait as well: what they saw must not get lost.
   * @throws CommandError when the journal refuses; then nothing has changed
   */
  commit(mustBeSafe = false): Promise<void> | undefined {
    const { pending } = this;
    this.pending = [];
    if (pending.length > 0) this.keepOrUndo(pending);
    if (!mustBeSafe && this.mode === 'interval') return undefined;
    const safe = this.journal.sync();
    // A command that changed nothing has nothing that could fail.
    return pending.length > 0 ? safe : safe?.catch(() => undefined);
  }

  private keepOrUndo(pending: { change: Change; undo: () => void }[]): void {
    try {
      this.journal.append(pending.map(({ change }) => change));
    } catch (error) {
      for (const { undo } of pending.reverse()) undo();
      throw error;
    }
  }
}
