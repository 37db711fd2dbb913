import { TestApp } from '../../support/app';

/** Collections of a single document that an operator's command or the demo writes. */
const LASTING = ['ws_demo', 'ws_imports'];

describe('own collections', () => {
  it('gives every own collection a TTL index when the service has started', async () => {
    const app = await TestApp.start();
    const { db } = app.workspace;
    const names = (await db.listCollections({}, { nameOnly: true }).toArray())
      .map(({ name }) => name)
      .filter((name) => name.startsWith('ws_') && !LASTING.includes(name));
    expect(names).toEqual(expect.arrayContaining(['ws_rate_limits', 'ws_second_factors']));
    for (const name of names) {
      expect([name, await db.collection(name).indexes()]).toEqual([
        name,
        expect.arrayContaining([
          expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }),
        ]),
      ]);
    }
    await app.close();
  });
});
