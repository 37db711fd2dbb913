import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const FOLDERS = ['src', 'test', 'docs', 'deploy', 'packages', 'scripts', 'bench', '.github'];
/** Code blocks show commands, whose paths may be the reader's. */
const CODE_BLOCK = /^( *)(`{3,})[\s\S]*?^\1\2$/gm;
/** A path in backticks; a pattern (`*.problems.ts`) is none. */
const PATH = new RegExp(
  `\`((?:${FOLDERS.map((name) => name.replace('.', '\\.')).join('|')})/[\\w./@-]+)\``,
  'g',
);
/** Tell what once was, or what each deployment makes for itself. */
const GONE = new Map([
  ['docs/architecture.md', ['src/database/embedded']],
  ['docs/deployment.md', ['deploy/secrets/']],
]);

const pages = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  // A decision tells of the code as it was then.
  .filter((path) => path.endsWith('.md') && !path.startsWith('adr'))
  .map((path) => `docs/${path}`);

describe('the pages of docs', () => {
  it.each(pages)('name only files that exist: %s', (page) => {
    const text = readFileSync(join(ROOT, page), 'utf8').replace(CODE_BLOCK, '');
    const missing = [...text.matchAll(PATH)]
      .map(([, path = '']) => path)
      .filter((path) => !existsSync(join(ROOT, path)) && !GONE.get(page)?.includes(path));
    expect(missing).toEqual([]);
  });
});
