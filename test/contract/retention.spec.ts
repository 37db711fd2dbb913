import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
/** Where a collection gets its name: in its declaration, or in a constant. */
const DECLARATION = /(?:@OwnCollection\(|\b[A-Z_]+ = )'(ws_[a-z_]+)'/g;
const SECTION = /^## In the service's own collections\n([\s\S]*?)^## /m;

/** The source of the service, without its tests. */
function sources(): string[] {
  return readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
    .map((path) => readFileSync(join(ROOT, 'src', path), 'utf8'));
}

function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name);
}

describe('docs/data-retention.md', () => {
  const page = readFileSync(join(ROOT, 'docs/data-retention.md'), 'utf8');
  const rows = all(SECTION.exec(page)?.[1] ?? '', /^\| `(ws_[a-z_]+)` +\|/gm);
  const texts = sources();

  it('has one row for each ws_ collection that the service declares, and no other', () => {
    expect(rows.toSorted()).toEqual(
      [...new Set(texts.flatMap((text) => all(text, DECLARATION)))].toSorted(),
    );
  });

  it('finds the name of every collection that is declared', () => {
    const declared = texts.flatMap((text) => all(text, /@OwnCollection\((['A-Z_a-z]+)\)/g));
    const constants = texts.flatMap((text) => all(text, /\b([A-Z_]+) = 'ws_[a-z_]+'/g));
    expect(declared.length).toBeGreaterThan(0);
    expect(declared.filter((name) => !name.startsWith("'") && !constants.includes(name))).toEqual(
      [],
    );
  });
});
