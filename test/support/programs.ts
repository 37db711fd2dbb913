import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Also where Debian keeps programs that only root has in the path. */
const FOLDERS = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`.split(':').filter(Boolean);

/** The whole path of an installed program, or undefined. */
export function findProgram(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/**
 * `describe`, where all of these programs are installed; elsewhere it skips, and prints why.
 * @param without what is not tested then
 */
export function describeWith(names: readonly string[], without: string): jest.Describe {
  const missing = names.filter((name) => findProgram(name) === undefined);
  if (missing.length === 0) return describe;
  process.stderr.write(
    `${missing.join(' and ')}: not installed, so this is not tested: ${without}\n`,
  );
  return describe.skip;
}
