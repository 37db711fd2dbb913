import { ShownAuditRecord } from '../audit/audit-records.repository';
import { linesOf } from './audit-lines';

const FORMULA = /^[ "]*[=+\-@\uff1d\uff0b\uff0d\uff20]/;

/** What a cell of `useragent` says. */
function cellOf(useragent: string): string {
  const ts = new Date('2026-11-01T00:00:00Z');
  const record: ShownAuditRecord = { _id: 'id', t: 'login', ts, actor: { useragent }, data: [] };
  const line = linesOf('csv', [record]);
  const [, cell = ''] = /^2026-11-01T00:00:00\.000Z,login,,,,(.*),{8}\{\},id\n$/s.exec(line) ?? [];
  return cell;
}

describe('a line of CSV', () => {
  it.each([
    ['Mozilla/5.0 (X11;=1+1', "Mozilla/5.0 (X11;'=1+1"],
    ['a;+1;-1;@x', "a;'+1;'-1;'@x"],
    ['a; =1+1', "a; '=1+1"],
    ['a;"=1+1"', '"a;""\'=1+1"""'],
    ['a;;=1', "a;;'=1"],
    ['a;\uff1d1', "a;'\uff1d1"],
    ['a\t=1', "a\t'=1"],
    ['=1;=1', "'=1;'=1"],
    [';=1', ";'=1"],
  ])('holds no formula where ; or a tab separates cells: %j', (useragent, cell) => {
    expect(cellOf(useragent)).toBe(cell);
    for (const part of cell.split(/[;\t]/)) expect(part).not.toMatch(FORMULA);
  });

  it.each(['Mozilla/5.0 (X11; Linux x86_64; rv:102.0)', 'a=1; b=2', 'a - b', 'a;1=1'])(
    'keeps %s as it is',
    (useragent) => {
      expect(cellOf(useragent)).toBe(useragent);
    },
  );

  it('holds none in what shares a column', () => {
    const record: ShownAuditRecord = {
      _id: 'id',
      t: 'login',
      ts: new Date(0),
      actor: {},
      data: [{ key: 'tokenName', value: 'a;=1' }],
    };
    expect(linesOf('csv', [record])).toContain(`"{""tokenName"":""a;'=1""}"`);
  });
});
