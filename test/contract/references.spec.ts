import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

const ROOT = join(__dirname, '../..');
const READ = ['.ts', '.mjs', '.md'];

/** Every source and documentation file, with its path from the root. */
function texts(folder: string): { path: string; text: string }[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => READ.includes(extname(path)) && !/node_modules|(^|\/)dist\//.test(path))
    .map((path) => join(folder, path))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

describe('the text of comments and pages', () => {
  const all = ['src', 'test', 'packages', 'docs', 'bench', 'scripts'].flatMap(texts);
  const readme = { path: 'README.md', text: readFileSync(join(ROOT, 'README.md'), 'utf8') };
  const contract = readFileSync(join(ROOT, 'docs/contract.md'), 'utf8');

  it('names only existing sections of docs/contract.md', () => {
    const unknown = all.flatMap(({ path, text }) =>
      [...text.matchAll(/contract(?:'s)? §(\d+)/gi)]
        .filter(([, section]) => !new RegExp(`^## ${section ?? ''}\\. `, 'm').test(contract))
        .map(([reference]) => `${path}: ${reference}`),
    );
    expect(unknown).toEqual([]);
  });

  it('names only existing rules of docs/architecture.md', () => {
    const rules = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8').split(
      '\n## The rules\n',
    )[1];
    const unknown = all.flatMap(({ path, text }) =>
      [...text.matchAll(/\brule (\d+)\b/g)]
        .filter(([, rule]) => !new RegExp(`^${rule ?? ''}\\. `, 'm').test(rules ?? ''))
        .map(([reference]) => `${path}: ${reference}`),
    );
    expect(unknown).toEqual([]);
  });

  it('names only existing records in docs/adr', () => {
    const records = new Set(
      readdirSync(join(ROOT, 'docs/adr')).map((name) => Number(name.slice(0, 4))),
    );
    const unknown = [...all, readme]
      .filter(({ path }) => !path.startsWith('packages'))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/\bADR (\d+)|docs\/adr\/(\d{4})/g)]
          .filter(([, number, file]) => !records.has(Number(number ?? file)))
          .map(([reference]) => `${path}: ${reference}`),
      );
    expect(unknown).toEqual([]);
  });
});
