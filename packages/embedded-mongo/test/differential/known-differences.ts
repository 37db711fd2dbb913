import { Double } from 'bson';
import { updateOperators } from '../../src/update/operators';
import { aggregating, reading, updating } from './examples';
import { isRefused, isUpdate, isWrite, mentions, sameStored, sortedFields } from './questions';
import { decoded, nameOf, text } from './trial';
import type { Outcome, Trial } from './trial';

/**
 * Where the real test engine, which speaks MongoDB's protocol but is not MongoDB, answers otherwise than MongoDB. The
 * embedded engine gives MongoDB's answer there.
 */
export interface KnownDifference {
  /** What the real test engine does, and what MongoDB does. */
  what: string;
  applies(trial: Trial, embedded: Outcome, real: Outcome): boolean;
  /** Shows the difference, so that it is noticed when it is gone. */
  example: Trial;
}

/** Codes for the same refusal: of two faults the engines name another one, or one has no code of its own. */
const SAME_REFUSALS: readonly (readonly [embedded: number, real: number])[] = [
  [28, 9],
  [28, 2],
  [28, 14],
  [2, 28],
  [2, 9],
  [2, 14],
  [14, 28],
  [14, 2],
  [14, 9],
  [14, 40],
  [40, 2],
  [40, 9],
  [40, 14],
  [40, 28],
  [54, 2],
  [171, 11000],
];

/** What groups are, but for what came first in them. */
function withoutFirst({ answer }: Outcome): object[] {
  return decoded(answer).map((group) => ({ ...group, first: undefined }));
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    what: 'refuses the same with another code',
    applies: (_trial, embedded, real) =>
      SAME_REFUSALS.some(([ours, theirs]) => ours === embedded.code && theirs === real.code) &&
      sameStored(embedded, real),
    example: updating({ a: [] }, { $set: { 'a.b': 1 } }),
  },
  {
    what: 'keeps new fields in the order of the update; MongoDB sorts them by name',
    applies: (trial, embedded, real) =>
      isWrite(trial) &&
      text(sortedFields(embedded)) === text(sortedFields(real)) &&
      !isRefused(embedded),
    example: updating({}, { $set: { b: 1, a: 1 } }),
  },
  {
    what: 'counts a replacement by the very same document as a change',
    applies: (trial, embedded, real) =>
      isUpdate(trial) &&
      !mentions(trial.command, ...updateOperators.keys()) &&
      sameStored(embedded, real) &&
      !isRefused(embedded) &&
      text(decoded(real.answer)).includes('nModified: new Int32(1)'),
    example: updating({}, {}),
  },
  {
    what: 'counts adding zero as a change',
    applies: (trial, embedded, real) =>
      isUpdate(trial) &&
      mentions(trial.command, '$inc') &&
      sameStored(embedded, real) &&
      !isRefused(embedded) &&
      !isRefused(real),
    example: updating({ a: new Double(0) }, { $inc: { a: 0 } }),
  },
  {
    what: 'sorts an empty array like null; in MongoDB it stands below null',
    applies: (trial, embedded, real) =>
      mentions(trial.command, '$sort', 'sort') &&
      text([trial.documents, decoded(real.answer)]).includes('[]') &&
      (nameOf(trial) === 'findAndModify' || !(isRefused(embedded) || isRefused(real))),
    example: reading([{ a: [] }, {}], { find: '', sort: { a: -1 } }),
  },
  {
    what: 'counts no documents as 0; the $count of MongoDB then answers nothing',
    applies: (trial, _embedded, real) =>
      mentions(trial.command, '$count') && text(decoded(real.answer)).includes('n: new Int32(0)'),
    example: aggregating([{}], [{ $match: { a: 1 } }, { $count: 'n' }]),
  },
  {
    what: 'groups a missing value apart from null; MongoDB takes it for null',
    applies: (trial, _embedded, real) =>
      mentions(trial.command, '$group') && decoded(real.answer).some((group) => !('_id' in group)),
    example: aggregating([{ a: 1 }], [{ $group: { _id: '$a.b', n: { $sum: 1 } } }]),
  },
  {
    what: 'takes a missing field for null in a group by several fields; MongoDB leaves it out of the key',
    applies: (trial, embedded) =>
      text(trial.command).includes("_id: { x: '$") &&
      decoded(embedded.answer).some(({ _id }) => Object.keys(_id as object).length < 2),
    example: aggregating([{ a: 1 }], [{ $group: { _id: { x: '$a', y: '$b' } } }]),
  },
  {
    what: 'leaves the $first out that is missing; MongoDB answers null',
    applies: (trial, _embedded, real) =>
      mentions(trial.command, '$group') &&
      decoded(real.answer).some((group) => !('first' in group)),
    example: aggregating(
      [{ a: 1 }],
      [{ $sort: { _id: 1 } }, { $group: { _id: 1, first: { $first: '$a.b' } } }],
    ),
  },
  {
    what: 'gives a group the elements of an unwound array in another order',
    applies: (trial, embedded, real) =>
      mentions(trial.command, '$unwind') &&
      mentions(trial.command, '$group') &&
      text(withoutFirst(embedded)) === text(withoutFirst(real)),
    example: aggregating(
      [{ a: [null, {}] }, {}],
      [
        { $sort: { a: -1, _id: 1 } },
        { $unwind: '$a' },
        { $group: { _id: null, first: { $first: '$a' } } },
      ],
    ),
  },
  {
    what: 'judges what stands in $elemMatch only when it must look at an element',
    applies: (trial, embedded, real) =>
      mentions(trial.command, '$elemMatch') && embedded.code === 51075 && !isRefused(real),
    example: reading([{ a: 1 }], {
      find: '',
      filter: { $nor: [{ a: 1 }, { b: { $elemMatch: { $regex: /a/m, $options: '' } } }] },
    }),
  },
  {
    what: 'judges a projection only when it has a document to show',
    applies: (trial, embedded, real) =>
      mentions(trial.command, 'projection', '$project', 'fields') &&
      [31249, 31250, 31253, 31254, 51075].includes(embedded.code ?? 0) &&
      !isRefused(real),
    example: reading([], { find: '', projection: { a: 1, b: 0 } }),
  },
  {
    what: 'shows everything beside an $elemMatch with _id: 0; in MongoDB $elemMatch includes',
    applies: ({ command }, embedded, real) =>
      mentions(command, 'projection') &&
      text(command.projection).includes('$elemMatch') &&
      text(command.projection).includes('_id: 0') &&
      !isRefused(embedded) &&
      !isRefused(real),
    example: reading([{ b: 1 }], {
      find: '',
      projection: { a: { $elemMatch: { $gt: 1 } }, _id: 0 },
    }),
  },
  {
    what: 'shows an array without a match for $; MongoDB refuses',
    applies: (trial, embedded, real) =>
      mentions(trial.command, 'projection') && embedded.code === 51246 && !isRefused(real),
    example: reading([{ a: [1] }], {
      find: '',
      filter: { a: { $ne: 2 } },
      projection: { 'a.$': 1 },
    }),
  },
  {
    what: 'refuses a projection by $ of what is no array; MongoDB shows it as it is',
    applies: ({ command }, embedded, real) =>
      text(command.projection).includes('.$') && !isRefused(embedded) && real.code === 2,
    example: reading([{ a: [{}] }, {}], {
      find: '',
      filter: { 'a.c': null },
      projection: { 'a.$': 1 },
    }),
  },
  {
    what: 'takes the element that $ names before what is not shown is left out; MongoDB afterwards',
    applies: ({ command }, embedded, real) =>
      /\w\.\w+\.\$/.test(text(command.projection)) &&
      [undefined, 51247].includes(embedded.code) &&
      !isRefused(real),
    example: reading([{ a: [1, { b: 2 }] }], {
      find: '',
      filter: { 'a.b': 2 },
      projection: { 'a.b.$': 1 },
    }),
  },
  {
    what: 'judges an update only when it meets a document',
    applies: (trial, embedded, real) =>
      isUpdate(trial) &&
      isRefused(embedded) &&
      text(decoded(real.answer)).includes('n: new Int32(0)') &&
      sameStored(embedded, real),
    example: updating({}, { $inc: { a: 'x' } }, { _id: 1 }),
  },
  {
    what: 'judges $setOnInsert only when it inserts',
    applies: (trial, embedded, real) =>
      isUpdate(trial) &&
      mentions(trial.command, '$setOnInsert') &&
      isRefused(embedded) &&
      !isRefused(real),
    example: updating({}, { $setOnInsert: { a: 1, 'a.b': 1 } }),
  },
  {
    what: 'makes no array when $push or $addToSet leave it empty; MongoDB makes it',
    applies: (trial, embedded, real) =>
      isUpdate(trial) &&
      /'\$each': \[\]|'\$slice': 0/.test(text(trial.command)) &&
      !isRefused(embedded) &&
      !isRefused(real),
    example: updating({}, { $push: { a: { $each: [] } } }),
  },
  {
    what: 'does not take NaN for the smallest number in $min and $max',
    applies: (trial, embedded, real) =>
      isUpdate(trial) &&
      mentions(trial.command, '$min', '$max') &&
      text(trial).includes('NaN') &&
      !isRefused(embedded) &&
      !isRefused(real),
    example: updating({ a: 0 }, { $min: { a: new Double(NaN) } }),
  },
  {
    what: 'adds to a boolean as to a number; MongoDB refuses',
    applies: (trial, embedded, real) =>
      isUpdate(trial) &&
      mentions(trial.command, '$inc') &&
      embedded.code === 14 &&
      [undefined, 11000].includes(real.code),
    example: updating({ a: true }, { $inc: { a: 1 } }),
  },
  {
    what: 'refuses $unset of a path that leads nowhere; in MongoDB it does nothing',
    applies: (trial, embedded, real) =>
      isUpdate(trial) &&
      mentions(trial.command, '$unset') &&
      [undefined, 11000].includes(embedded.code) &&
      [28, 2].includes(real.code ?? 0),
    example: updating({ a: [1] }, { $unset: { 'a.b': '' } }),
  },
  {
    what: 'passes over a $ without a match where there is nothing to do; MongoDB refuses',
    applies: (trial, embedded, real) =>
      isUpdate(trial) &&
      text(trial.command).includes('.$') &&
      embedded.code === 2 &&
      !isRefused(real),
    example: updating({ b: [] }, { $unset: { 'b.$': '' } }, { _id: 0, b: { $exists: true } }),
  },
  {
    what: 'refuses a $ where the update meets no array; MongoDB takes the position for a name',
    applies: (trial, embedded, real) =>
      isUpdate(trial) &&
      text(trial.command).includes('.$') &&
      !mentions(trial.command, '$all') &&
      !isRefused(embedded) &&
      real.code === 2,
    example: updating({ a: { b: [1] } }, { $set: { 'a.$': 1 } }, { 'a.b': 1 }),
  },
  {
    what: 'does not know what $ is after a match by $all',
    applies: (trial, embedded, real) =>
      isUpdate(trial) &&
      mentions(trial.command, '$all') &&
      text(trial.command).includes('.$') &&
      !isRefused(embedded) &&
      real.code === 2,
    example: updating({ a: [{ b: 1 }] }, { $set: { 'a.$.c': 1 } }, { 'a.b': { $all: [1] } }),
  },
  {
    what: 'matches everything with an empty $all in a write; in MongoDB it matches nothing',
    applies: (trial) => isWrite(trial) && text(trial.command).includes("'$all': []"),
    example: updating({ a: 1 }, { $set: { b: 1 } }, { _id: 0, a: { $all: [] } }),
  },
  {
    what: 'makes the documents on the way to what a $pull does not find',
    applies: (trial, embedded, real) =>
      isUpdate(trial) &&
      mentions(trial.command, '$pull') &&
      !isRefused(embedded) &&
      !isRefused(real),
    example: updating({}, { $pull: { 'a.b.c': 1 }, $set: { d: 1 } }),
  },
  {
    what: 'takes back what an update of many did before it failed; MongoDB keeps it',
    applies: (trial, embedded, real) =>
      mentions(trial.command, 'multi') && isRefused(embedded) && isRefused(real),
    example: {
      documents: [{ _id: 0 }, { _id: 1, a: 1 }],
      command: { update: '', updates: [{ q: {}, u: { $set: { 'a.b': 1 } }, multi: true }] },
    },
  },
  {
    what: 'lets documents without the field share a descending unique key; in MongoDB null is a key, too',
    applies: (trial, embedded, real) =>
      ['createIndexes', 'insert'].includes(nameOf(trial)) &&
      /key: \{[^}]*: -1/.test(text(trial)) &&
      embedded.code === 11000 &&
      !isRefused(real),
    example: reading([{}, {}], {
      createIndexes: '',
      indexes: [{ key: { a: -1 }, name: 'index', unique: true }],
    }),
  },
  {
    what: 'keeps no key for an array element that is no document; MongoDB keeps null',
    applies: (trial, embedded, real) =>
      ['createIndexes', 'insert'].includes(nameOf(trial)) &&
      /key: \{[^}]*\w\.\w/.test(text(trial)) &&
      embedded.code === 11000 &&
      !isRefused(real),
    example: {
      documents: [{ _id: 0 }],
      earlier: [
        { createIndexes: '', indexes: [{ key: { 'a.b': 1 }, name: 'index', unique: true }] },
      ],
      command: { insert: '', documents: [{ _id: 1, a: [0, { b: 'x' }] }] },
    },
  },
  {
    what: 'indexes two arrays together when one is empty',
    applies: (trial, embedded, real) =>
      ['createIndexes', 'insert'].includes(nameOf(trial)) &&
      text(trial).includes('[]') &&
      embedded.code === 171 &&
      !isRefused(real),
    example: reading([{ a: [], b: [] }], {
      createIndexes: '',
      indexes: [{ key: { a: 1, b: 1 }, name: 'index', unique: true, sparse: true }],
    }),
  },
  {
    what: 'says that findAndModify updated nothing when nothing changed; MongoDB says what matched',
    applies: (trial, embedded, real) =>
      nameOf(trial) === 'findAndModify' &&
      text(decoded(embedded.answer).map(({ value }) => value as unknown)) ===
        text(decoded(real.answer).map(({ value }) => value as unknown)) &&
      text(decoded(real.answer)).includes('n: new Int32(0), updatedExisting: false') &&
      sameStored(embedded, real),
    example: {
      documents: [{ _id: 0, a: 1 }],
      command: { findAndModify: '', query: { _id: 0 }, update: { $max: { a: 1 } } },
    },
  },
];
