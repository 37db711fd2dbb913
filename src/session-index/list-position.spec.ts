import { compareRows, isBeyond, ListPosition, PlacedRow, positionAfter } from './list-position';
import { SessionOrder } from './session-order';

const TIED = 40;

describe('a walk through rows of one value and one session id', () => {
  it.each([1, -1] as const)('shows each once and ends, in the direction %d', (direction) => {
    const order: SessionOrder = [['device.name', direction]];
    const rows = Array.from({ length: TIED }, (_, n): PlacedRow => {
      const row = { sessionId: 'same', document: `document-${n}`, device: { name: 'Firefox' } };
      return { rowId: `row-${(n * 7) % TIED}`, row };
    });
    const sorted = rows.sort((a, b) => compareRows(order, a, b));
    const seen: string[] = [];
    let after: ListPosition | undefined;
    for (let steps = 0; steps < TIED; steps++) {
      const last = after;
      const page = sorted.filter((row) => !last || isBeyond(order, row, last)).slice(0, 3);
      seen.push(...page.map(({ rowId }) => rowId));
      after = positionAfter(order, page, last);
      if (page.length === 0) break;
    }
    expect(seen).toEqual(sorted.map(({ rowId }) => rowId));
  });
});
