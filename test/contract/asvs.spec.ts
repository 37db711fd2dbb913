import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; those of level 3 come last in each. */
const SECTIONS: Record<string, number> = {
  ...{ 'V1.1': 2, 'V1.2': 9, 'V1.3': 11, 'V1.4': 3, 'V1.5': 2 },
  ...{ 'V2.1': 3, 'V2.2': 3, 'V2.3': 4, 'V2.4': 1 },
  ...{ 'V3.2': 2, 'V3.3': 4, 'V3.4': 6, 'V3.5': 5, 'V3.7': 2 },
  ...{ 'V4.1': 3, 'V4.2': 1, 'V4.3': 2, 'V4.4': 4 },
  ...{ 'V6.1': 3, 'V6.2': 12, 'V6.3': 4, 'V6.4': 4, 'V6.5': 5, 'V6.6': 3, 'V6.8': 4 },
  ...{ 'V7.1': 3, 'V7.2': 4, 'V7.3': 2, 'V7.4': 5, 'V7.5': 2, 'V7.6': 2 },
  ...{ 'V8.1': 2, 'V8.2': 3, 'V8.3': 1, 'V8.4': 1 },
  ...{ 'V11.1': 2, 'V11.2': 3, 'V11.3': 3, 'V11.4': 4, 'V11.5': 1, 'V11.6': 1 },
  ...{ 'V12.1': 3, 'V12.2': 2, 'V12.3': 4 },
  ...{ 'V13.1': 1, 'V13.2': 5, 'V13.3': 2, 'V13.4': 5 },
  ...{ 'V14.1': 2, 'V14.2': 4, 'V14.3': 3 },
  ...{ 'V15.1': 3, 'V15.2': 3, 'V15.3': 7 },
  ...{ 'V16.1': 1, 'V16.2': 5, 'V16.3': 4, 'V16.4': 3, 'V16.5': 3 },
};
/** Chapters that do not apply at all have one row. */
const CHAPTERS = ['V5', 'V9', 'V10', 'V17'];
const STATUSES = ['met', 'partly', 'not met', 'operator', 'n/a'];

const ID = /V\d+(?:\.\d+)*/g;

describe('docs/asvs.md', () => {
  const page = readFileSync(join(__dirname, '../../docs/asvs.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (V[\d., V]+?) +\|.+$/gm)].flatMap(([line, ids = '']) => {
    const status = line.split(' | ')[3]?.trim() ?? '';
    return [...ids.matchAll(ID)].map(([id]) => ({ id, status }));
  });

  it('has one row for each requirement of levels 1 and 2', () => {
    const all = Object.entries(SECTIONS).flatMap(([section, count]) =>
      Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
    );
    expect(rows.map(({ id }) => id).sort()).toEqual([...all, ...CHAPTERS].sort());
  });

  it('gives each a status that the page explains', () => {
    expect(rows.filter(({ status }) => !STATUSES.includes(status))).toEqual([]);
  });

  it('names as work left exactly what is not met, or met in part', () => {
    const [, left = ''] = /^## Work left\n([\s\S]*?)^## /m.exec(page) ?? [];
    const named = [...left.matchAll(/^- \*\*(.+?)\*\*/gm)].flatMap(([, ids = '']) =>
      [...ids.matchAll(ID)].map(([id]) => id),
    );
    const open = rows.filter(({ status }) => ['partly', 'not met'].includes(status));
    expect(named.sort()).toEqual(open.map(({ id }) => id).sort());
  });
});
