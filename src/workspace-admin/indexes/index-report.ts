import { isNativeError } from 'node:util/types';
import { mongo } from 'mongoose';
import { isDuplicateKey } from '../../common/errors/duplicate-key';
import { OperatorError } from '../../common/errors/operator-error';
import { IndexState, IndexInspector, InspectedIndex } from './index.inspector';
import { decisiveOptions, keyOf } from './same-index';

const STATES: Record<IndexState, string> = {
  there: 'there',
  missing: 'missing',
  'other-options': 'other options',
};
const WIDTH = Math.max(...Object.values(STATES).map((state) => state.length));
const DAY_SECONDS = 24 * 60 * 60;

export function describeSurvey(survey: InspectedIndex[]): string {
  const collections = [...new Set(survey.map(({ collection }) => collection))];
  const tables = collections.map((name) =>
    [name, ...survey.filter(({ collection }) => collection === name).map(describeRow)].join('\n'),
  );
  const count = (state: IndexState): number => survey.filter((row) => row.state === state).length;
  return [
    ...tables,
    `${count('there')} of ${survey.length} are there, ${count('missing')} missing, ${count('other-options')} with other options.`,
    ...(count('other-options') > 0
      ? ['This command never changes an index with other options: that is your decision.']
      : []),
  ].join('\n\n');
}

/** @throws OperatorError when some could not be created; the others were */
export async function createMissing(
  survey: IndexInspector,
  found: InspectedIndex[],
  print: (line: string) => void,
): Promise<void> {
  const missing = found.filter(({ state }) => state === 'missing');
  let failed = 0;
  for (const index of missing) {
    const name = `${index.collection} ${describeKey(index.wanted)}`;
    try {
      await survey.create(index);
      print(`created: ${name}`);
    } catch (error) {
      failed += 1;
      print(`NOT created: ${name}: ${reasonOf(error)}`);
    }
  }
  if (failed > 0)
    throw new OperatorError(`${failed} of ${missing.length} indexes could not be created.`);
}

function describeRow({ wanted, state, found }: InspectedIndex): string {
  const row = `  ${STATES[state].padEnd(WIDTH)}  ${describeKey(wanted)}${describeOptions(wanted)}`;
  if (state !== 'other-options' || !found) return row;
  return `${row}\n  ${' '.repeat(WIDTH)}  is: ${describeKey(found)}${describeOptions(found)}`;
}

function describeKey(index: mongo.IndexDescription): string {
  return keyOf(index)
    .map(([field, direction]) => `${field}:${String(direction)}`)
    .join(', ');
}

function describeOptions(index: mongo.IndexDescription): string {
  const options = Object.entries(decisiveOptions(index)).map(([option, value]) => {
    if (value === true) return option;
    if (option === 'expireAfterSeconds') {
      return `TTL: removes documents ${Number(value) / DAY_SECONDS} days after this date`;
    }
    return `${option === 'partialFilterExpression' ? 'where' : option} ${JSON.stringify(value)}`;
  });
  return options.length > 0 ? `  (${options.join('; ')})` : '';
}

/** The database's own message would show a duplicate value, which may be a token hash. */
function reasonOf(error: unknown): string {
  if (isDuplicateKey(error)) return 'several documents have the same value';
  if (error instanceof mongo.MongoServerError && error.codeName) {
    return `the database refused (${error.codeName})`;
  }
  return isNativeError(error) ? error.name : 'unknown error';
}
