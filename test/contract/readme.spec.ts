import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';

const ROOT = join(__dirname, '../..');
/** A README must be readable in one sitting. */
const MOST_LINES = 200;
/** A relative link or image; links with a scheme are external. */
const LINK = /\]\((?![a-z]+:)([^)\s]+)\)/g;
/** Code blocks contain neither links nor headings. */
const CODE_BLOCK = /^( *)(`{3,})[\s\S]*?^\1\2$/gm;

const read = (path: string): string => readFileSync(path, 'utf8');
const textOf = (path: string): string => read(path).replace(CODE_BLOCK, '');

/** The anchor that GitHub generates for a heading. */
function anchorOf(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

/** All anchors of a page; repeated headings are numbered. */
function anchorsOf(path: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of textOf(path).matchAll(/^#{1,6} (.+)$/gm)) {
    const anchor = anchorOf(heading);
    let unique = anchor;
    for (let again = 1; anchors.has(unique); again += 1) unique = `${anchor}-${String(again)}`;
    anchors.add(unique);
  }
  return anchors;
}

/** The broken links of a page, each with the page's path from the root. */
function brokenLinksOf(page: string): string[] {
  return [...textOf(page).matchAll(LINK)]
    .map(([, target = '']) => target)
    .filter((target) => !exists(page, target))
    .map((target) => `${relative(ROOT, page)}: ${target}`);
}

function exists(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  if (!existsSync(file)) return false;
  if (anchor === undefined) return true;
  return statSync(file).isFile() && extname(file) === '.md' && anchorsOf(file).has(anchor);
}

/** The pages in a folder and its subfolders. */
function pagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => extname(path) === '.md')
    .map((path) => join(folder, path));
}

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'packages/embedded-mongo/README.md',
  ...['docs', 'packages/embedded-mongo/docs'].flatMap(pagesIn),
];

describe('the README', () => {
  it(`has at most ${String(MOST_LINES)} lines`, () => {
    const lines = read(join(ROOT, 'README.md')).trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(MOST_LINES);
  });
});

describe('the documentation', () => {
  it.each(pages)('finds the target of every link in %s', (page) => {
    expect(brokenLinksOf(join(ROOT, page))).toEqual([]);
  });
});
