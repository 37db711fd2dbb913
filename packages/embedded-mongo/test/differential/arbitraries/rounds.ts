import fc from 'fast-check';
import { readingRound, sequentialRound, writingRound } from '../round';
import type { Round } from '../round';
import type { Command } from '../trial';
import { filter } from './filters';
import { uniqueIndex } from './indexes';
import { pipeline } from './pipelines';
import { partialSort, projectedFind, projection, sort } from './projections';
import { change, upsert } from './updates';
import { countableFields, fields } from './values';

/** Trials of one round. */
const MOST = 40;
const BATCH = 1000;

const many = <T>(arbitrary: fc.Arbitrary<T>, maxLength = MOST): fc.Arbitrary<T[]> =>
  fc.array(arbitrary, { minLength: 1, maxLength, size: 'max' });
const page = fc.record(
  { skip: fc.nat(3), limit: fc.integer({ min: 1, max: 4 }) },
  { requiredKeys: [] },
);

const reading = (
  command: fc.Arbitrary<Command>,
  document: fc.Arbitrary<object> = fields,
): fc.Arbitrary<Round> =>
  fc
    .tuple(many(document, 10), many(command))
    .map(([given, commands]) => readingRound(given, commands));

const find = fc.oneof(
  filter.map((wanted) => ({ find: '', filter: wanted, sort: { _id: 1 }, batchSize: BATCH })),
  fc.tuple(fc.oneof(fc.constant({}), filter), sort, page).map(([wanted, order, rest]) => ({
    find: '',
    filter: wanted,
    sort: order,
    batchSize: BATCH,
    ...rest,
  })),
);
const projected = projectedFind.map((given) => ({
  find: '',
  ...given,
  sort: { _id: 1 },
  batchSize: BATCH,
}));
const count = fc.tuple(filter, page).map(([query, rest]) => ({ count: '', query, ...rest }));
const aggregate = pipeline.map((stages) => ({
  aggregate: '',
  pipeline: stages,
  cursor: { batchSize: BATCH },
}));

/** Makes the command for documents with these `_id`s. */
type Addressed = (ids: readonly number[]) => Command;

const writing = (
  own: fc.Arbitrary<object[]>,
  command: fc.Arbitrary<Addressed>,
): fc.Arbitrary<Round> =>
  many(fc.record({ documents: own, command })).map((trials) => writingRound(trials));

const one = fields.map((document) => [document]);
const few = fc.array(fields, { minLength: 1, maxLength: 3 });
const noneOrOne = fc.oneof(fc.constant<object[]>([]), one);

const update = change.map(({ q, u }): Addressed => ([_id]) => ({
  update: '',
  updates: [{ q: { _id, ...q }, u }],
}));
const updateOfMany = change.map(({ q, u }): Addressed => (ids) => ({
  update: '',
  updates: [{ q: { _id: { $in: ids }, ...q }, u, multi: true }],
}));
const upserting = upsert.map(({ q, u }): Addressed => ([_id]) => ({
  update: '',
  updates: [{ q: { _id, ...q }, u, upsert: true }],
}));
const remove = fc.tuple(filter, fc.constantFrom(0, 1)).map(([q, limit]): Addressed => (ids) => ({
  delete: '',
  deletes: [{ q: { _id: limit === 1 ? ids[0] : { $in: ids }, ...q }, limit }],
}));
const findAndUpdate = fc
  .record({
    change: fc.oneof({ weight: 4, arbitrary: change }),
    returnsNew: fc.boolean(),
    order: partialSort,
    fields: fc.option(projection),
  })
  .map(({ change: { q, u }, returnsNew, order, fields: shown }): Addressed => (ids) => ({
    findAndModify: '',
    query: { _id: { $in: ids }, ...q },
    sort: { ...order, _id: 1 },
    update: u,
    new: returnsNew,
    ...(shown ? { fields: shown } : {}),
  }));
const findAndUpsert = fc
  .tuple(upsert, fc.boolean())
  .map(([{ q, u }, returnsNew]): Addressed => ([_id]) => ({
    findAndModify: '',
    query: { _id, ...q },
    update: u,
    new: returnsNew,
    upsert: true,
  }));
const findAndRemove = fc.tuple(filter, partialSort).map(([q, order]): Addressed => (ids) => ({
  findAndModify: '',
  query: { _id: { $in: ids }, ...q },
  sort: { ...order, _id: 1 },
  remove: true,
}));

const unique = fc
  .tuple(fc.array(fields, { maxLength: 4 }), uniqueIndex, many(fields, 12))
  .map(([given, index, newcomers]) =>
    sequentialRound(given, [
      { createIndexes: '', indexes: [index] },
      ...newcomers.map((document, place) => ({
        insert: '',
        documents: [{ _id: given.length + place, ...document }],
      })),
    ]),
  );

/** Every kind of round, with its part of all trials. */
export const ROUNDS: readonly { what: string; part: number; round: fc.Arbitrary<Round> }[] = [
  { what: 'find and sort', part: 0.25, round: reading(find) },
  { what: 'project', part: 0.12, round: reading(projected) },
  { what: 'count', part: 0.03, round: reading(count) },
  { what: 'aggregate', part: 0.18, round: reading(aggregate, countableFields) },
  { what: 'update one', part: 0.15, round: writing(one, update) },
  { what: 'update many', part: 0.04, round: writing(few, updateOfMany) },
  { what: 'upsert', part: 0.08, round: writing(noneOrOne, upserting) },
  { what: 'delete', part: 0.03, round: writing(few, remove) },
  {
    what: 'find and modify',
    part: 0.08,
    round: writing(few, fc.oneof(findAndUpdate, findAndRemove)),
  },
  { what: 'find and upsert', part: 0.02, round: writing(noneOrOne, findAndUpsert) },
  { what: 'keep a key unique', part: 0.02, round: unique },
];
