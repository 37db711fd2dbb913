import type { EngineUnderTest } from './engine-under-test';
import { decoded, nameOf } from './trial';
import type { Command, Outcome, Trial } from './trial';

/** Trials that are run together, because a round trip for each preparation would take too long. */
export interface Round {
  readonly trials: readonly Trial[];
  /** Whether each trial goes on with what the one before it left behind. */
  readonly sequential?: boolean;
  /** The outcomes of the trials, in their order. */
  run(engine: EngineUnderTest): Promise<Outcome[]>;
}

/** Commands that only read: all on the same documents, at once. */
export function readingRound(fields: readonly object[], commands: readonly Command[]): Round {
  const documents = fields.map((document, _id) => ({ _id, ...document }));
  return {
    trials: commands.map((command) => ({ documents, command })),
    async run(engine) {
      await engine.fill(documents);
      return Promise.all(commands.map((command) => engine.run(command)));
    },
  };
}

/** Most documents that a trial which writes has for itself. */
const APART = 10;

/** Commands that write: each on documents of its own, which it must name in its filter. */
export function writingRound(
  given: readonly { documents: readonly object[]; command: (ids: readonly number[]) => Command }[],
): Round {
  const trials = given.map(({ documents, command }, place) => {
    const first = place * APART;
    const own = documents.map((document, index) => ({ _id: first + index, ...document }));
    return { documents: own, command: command([first, first + 1, first + 2]) };
  });
  return {
    trials,
    async run(engine) {
      await engine.fill(trials.flatMap(({ documents }) => documents));
      const outcomes = await Promise.all(trials.map(({ command }) => engine.run(command)));
      const stored = await engine.stored();
      return outcomes.map((outcome, place) => ({
        ...outcome,
        stored: stored.filter((document) => placeOf(document) === place),
      }));
    },
  };
}

/** The place of the trial that a stored document belongs to. */
function placeOf(hex: string): number {
  return Math.floor(Number(decoded([hex])[0]?._id) / APART);
}

/** Commands one after the other, on the same documents; the collection has no indexes at first. */
export function sequentialRound(fields: readonly object[], commands: readonly Command[]): Round {
  const documents = fields.map((document, _id) => ({ _id, ...document }));
  return {
    trials: commands.map((command, place) => ({
      documents,
      earlier: commands.slice(0, place),
      command,
    })),
    sequential: true,
    async run(engine) {
      await engine.dropIndexes();
      await engine.fill(documents);
      const outcomes: Outcome[] = [];
      for (const command of commands) outcomes.push(await engine.run(command));
      await engine.dropIndexes();
      return outcomes;
    },
  };
}

/** One trial by itself. */
export function singleRound(trial: Trial): Round {
  return {
    trials: [trial],
    async run(engine) {
      await engine.dropIndexes();
      await engine.fill(trial.documents);
      for (const command of trial.earlier ?? []) await engine.run(command);
      const outcome = await engine.run(trial.command);
      return [isRead(trial) ? outcome : { ...outcome, stored: await engine.stored() }];
    },
  };
}

function isRead(trial: Trial): boolean {
  return ['find', 'count', 'aggregate'].includes(nameOf(trial));
}
