import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { WORKSPACE_INDEXES } from '../../src/workspace-data/workspace-indexes';
import { callCommand } from './command';
import { CommandResult, runCommand } from './command-process';
import { TestDatabase } from './database';

const { Binary, BSONRegExp, Double, Int32, Long, ObjectId } = mongo.BSON;

/** A stored secret that no command may print. */
export const SECRET = 'the-seed-of-a-second-factor';
/** Late enough that no TTL index removes the document during a test. */
const LATER = new Date('2999-01-01T00:00:00Z');

/** Where the files of one test file are; it is removed after the tests. */
export const folder = mkdtempSync(join(tmpdir(), 'workspace-transfer-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
let files = 0;
/** @returns a path in `folder` at which there is no file yet */
export const newPath = (): string => join(folder, `${(files += 1)}.ndjson`);

/** Runs a command on a database; `by` tells whether in this process or in one of its own. */
export const run = (
  name: string,
  { uri }: TestDatabase,
  args: string[] = [],
  stdin = '',
  by: typeof runCommand = callCommand,
): Promise<CommandResult> => by(name, { args, stdin, env: { MONGODB_URI: uri } });

/** Exports to standard output. */
export const exportFrom = (from: TestDatabase, by?: typeof runCommand): Promise<CommandResult> =>
  run('export', from, [], '', by);

/** Imports from standard input. */
export const importInto = (
  to: TestDatabase,
  file: string,
  by?: typeof runCommand,
): Promise<CommandResult> => run('import', to, [], file, by);

/** Imports from a file with this content. */
export function importFile(to: TestDatabase, file: string): Promise<CommandResult> {
  const path = newPath();
  writeFileSync(path, file);
  return run('import', to, ['--file', path]);
}

/** All documents of all collections as bytes. */
export async function everything({ db }: TestDatabase): Promise<Record<string, string[]>> {
  const collections = await db.listCollections({}, { nameOnly: true }).toArray();
  const names = collections.map(({ name }) => name).sort();
  const documents = await Promise.all(
    names.map(async (name) => {
      const found: unknown[] = await db
        .collection(name)
        .find({}, { raw: true, sort: { _id: 1 } })
        .toArray();
      return [name, (found as Buffer[]).map((bytes) => bytes.toString('hex'))] as const;
    }),
  );
  return Object.fromEntries(documents.filter(([, found]) => found.length > 0));
}

/** The lines of a file except the first and the last, which say when and from where it comes. */
export const bodyOf = (file: string): string[] => file.split('\n').slice(1, -2);

/** A file of these lines with a valid last line. */
function fileOf(lines: object[], documents: object): string {
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const sha256 = createHash('sha256').update(body).digest('hex');
  return `${body}${JSON.stringify({ end: { documents, sha256 } })}\n`;
}

/** A file that holds only these users. */
export function fileOfUsers(users: object[], indexes: object[] = []): string {
  const header = { format: 'workspace-sessions', version: 1, collections: ['users'] };
  const documents = users.map((document) => ({ document }));
  const lines = [{ header }, { collection: { name: 'users', indexes } }, ...documents];
  return fileOf(lines, { users: users.length });
}

/** A document with every type that both engines can hold. */
function curious(_id: unknown): Map<string, unknown> {
  return new Map<string, unknown>([
    ['_id', _id],
    ['int', new Int32(-1)],
    ['double', new Double(1)],
    ['minusZero', new Double(-0)],
    ['nan', new Double(NaN)],
    ['infinity', new Double(-Infinity)],
    ['long', Long.fromString('9007199254740993')],
    ['smallLong', Long.fromNumber(1)],
    ['date', new Date('+012345-06-07T08:09:10.011Z')],
    ['early', new Date(-62_135_596_800_001)],
    ['objectId', new ObjectId('0123456789abcdef01234567')],
    ['binary', new Binary(Buffer.from([0, 1, 255]))],
    ['uuid', new mongo.BSON.UUID('01234567-89ab-4def-8123-456789abcdef')],
    ['pattern', new BSONRegExp('^a/"', 'i')],
    ['null', null],
    ['yes', true],
    ['text', 'é\u0000😀\u2028"\\'],
    ['min', new mongo.BSON.MinKey()],
    ['max', new mongo.BSON.MaxKey()],
    ['', 'the empty name'],
    ['__proto__', new Map([['__proto__', 1]])],
    ['claims', new Map([['0', new Map([['timeStep', Long.fromNumber(7)]])]])],
    ['a b"', [[], new Map([['toString', 1]]), [null]]],
  ]);
}

/** Fills every collection of a workspace, and a foreign one that must not be exported. */
export async function fill({ db }: TestDatabase): Promise<void> {
  const stored = { forceServerObjectId: true };
  for (const [name, indexes] of Object.entries(WORKSPACE_INDEXES)) {
    await db.collection(name).createIndexes(indexes);
  }
  const own = db.collection('ws_second_factors');
  await own.createIndexes([{ key: { expiresAt: 1 }, expireAfterSeconds: 0 }]);
  await own.insertMany([new Map<string, unknown>([['_id', 'ada'], ['failures', new Int32(5)], ['claims', new Map([['3', 1], ['0', 2]])], ['expiresAt', LATER]])], stored); // prettier-ignore
  await db.collection('rocketchat_roles').insertMany([curious('admin')], stored);
  await db.collection('rocketchat_permissions').insertMany([curious('view')], stored);
  const ids = ['text', new ObjectId('00112233445566778899aabb'), new Int32(3), Long.fromNumber(4), new Double(0.5), '']; // prettier-ignore
  await db.collection('rocketchat_sessions').insertMany(ids.map(curious), stored);
  await db.collection('users').insertMany(
    ['ada', 'eve'].map((name) => curious(name).set('username', name).set('seed', SECRET)),
    stored,
  );
  await db.collection('rocketchat_message').insertOne({ msg: 'is not for you' });
}
