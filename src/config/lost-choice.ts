/**
 * Finds misspelt settings that were meant to name the workspace: without `MONGODB_URI` the demo starts, and prints its
 * credentials.
 */

/** Other programs' names for a MongoDB address (Rocket.Chat, Meteor, hosts, libraries), without separators. */
const OTHER_WORDS =
  /^MONGO(DB)?(DATABASE)?(CONN|CONNECTION)?(URI|URL|URIS|URLS|DSN|STR|STRING|ADDRESS|ADDR)(FILE)?$|^MONGOOPLOGURL$|^MONGO(HQ|LAB)UR[IL]$/;
const ANY_DATABASE = /^(DATABASE|DB)(URI|URL|DSN|CONNECTIONSTRING)?$/;
const MONGODB_SCHEME = /^\s*["'`]?mongodb(\+srv)?:/i;
/** The server for tests and benchmarks, never the workspace. */
const FOR_TESTS = 'TEST_MONGODB_URI';
const PRODUCTION = /^prod(uction)?$/i;

/** @param fromFile names of the variables in the service's own `.env`, which hold no other program's address */
export function findLostChoices(
  env: NodeJS.ProcessEnv,
  fromFile: readonly string[] = [],
): string[] {
  const { MONGODB_URI } = env;
  if (MONGODB_URI !== undefined) {
    return MONGODB_URI.trim()
      ? []
      : ['MONGODB_URI is set, but empty: name the database, or unset it to run the demo'];
  }
  return Object.entries(env).flatMap(([name, value = '']) => {
    if (!value.trim() || name === FOR_TESTS) return [];
    if (namesDatabase(name, value, fromFile.includes(name))) {
      return [`${name} is not read: name the database in MONGODB_URI, or unset it to run the demo`];
    }
    if (name !== 'NODE_ENV' && PRODUCTION.test(value.trim()) && isLike(name, 'NODE_ENV')) {
      return [`${name} is not read: write NODE_ENV, or unset it to run the demo`];
    }
    return [];
  });
}

function namesDatabase(name: string, value: string, isFromFile: boolean): boolean {
  const plain = withoutSeparators(name);
  if (OTHER_WORDS.test(plain) || isLike(name, 'MONGODB_URI')) return true;
  return MONGODB_SCHEME.test(value) && (isFromFile || ANY_DATABASE.test(plain));
}

/** Whether two names differ only in case, separators and one typo: a letter more, less, wrong or swapped. */
function isLike(name: string, meant: string): boolean {
  const [a, b] = [withoutSeparators(name), withoutSeparators(meant)];
  let start = 0;
  while (start < b.length && a[start] === b[start]) start += 1;
  const isSwapped = a[start] === b[start + 1] && a[start + 1] === b[start];
  return (
    a === b ||
    a.slice(start + 1) === b.slice(start) ||
    a.slice(start) === b.slice(start + 1) ||
    a.slice(start + 1) === b.slice(start + 1) ||
    (isSwapped && a.slice(start + 2) === b.slice(start + 2))
  );
}

function withoutSeparators(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '').toUpperCase();
}
