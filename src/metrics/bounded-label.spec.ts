import { BoundedLabel } from './bounded-label';

describe('BoundedLabel', () => {
  it('keeps the first fifty values, and calls all others one', () => {
    const bounded = new BoundedLabel();
    const labels = Array.from({ length: 1000 }, (_, n) => bounded.label(`c${n}`));
    expect(new Set(labels).size).toBe(51);
    expect(bounded.label('c49')).toBe('c49');
    expect(bounded.label('c50')).toBe('other');
  });
});
