import { Observed } from './observed';

describe('Observed', () => {
  it('tells every listener each fact, until it stops to listen', () => {
    const observed = new Observed<{ n: number }>('spec-1');
    const heard: string[] = [];
    observed.report({ n: 0 });
    const stops = ['a', 'b'].map((who) => observed.listen(({ n }) => heard.push(`${who}${n}`)));
    observed.report({ n: 1 });
    stops[0]?.();
    observed.report({ n: 2 });
    stops[1]?.();
    observed.report({ n: 3 });
    expect(heard).toEqual(['a1', 'b1', 'b2']);
    expect(observed.isObserved).toBe(false);
  });
});
