import { WORKSPACE_INDEXES } from '../../../src/workspace-data/workspace-indexes';
import { CommandResult, runCommand } from '../../support/command-process';
import { CommandScene } from '../../support/command-scene';

const DUPLICATE_HASH = 'the-hash-of-a-token';

let scene: CommandScene;
beforeEach(async () => {
  scene = await CommandScene.open();
}, 60_000);
afterEach(() => scene.close());

describe('workspace -- indexes', () => {
  const indexes = (...args: string[]): Promise<CommandResult> => scene.run('indexes', args);

  const keysOf = async (collection: string): Promise<unknown[]> =>
    (await scene.db.collection(collection).indexes()).map(({ key }) => key);

  it('shows missing indexes, creates them only with --apply, and then finds them', async () => {
    await scene.db
      .collection('users')
      .createIndexes([{ key: { username: 1 }, unique: true, name: 'by-name' }]);
    const before = await scene.everything();

    const shown = await scene.run('indexes', [], '', runCommand);
    expect(shown.code).toBe(0);
    expect(shown.printed).toContain('1 of 12 are there, 11 missing');
    expect(shown.printed).toMatch(/there +username:1 +\(unique\)/);
    expect(shown.printed).toMatch(/missing +searchTerm:1 +\(where/);
    expect(await scene.everything()).toEqual(before);
    expect(await keysOf('users')).toHaveLength(2);

    const applied = await indexes('--apply');
    expect(applied.code).toBe(0);
    expect(applied.printed.match(/^created: /gm)).toHaveLength(11);
    for (const [collection, wanted] of Object.entries(WORKSPACE_INDEXES)) {
      expect(await keysOf(collection)).toEqual(
        expect.arrayContaining(wanted.map(({ key }) => key as unknown)),
      );
    }
    expect((await indexes()).printed).toContain('12 of 12 are there, 0 missing');
    expect((await indexes('--apply')).printed).not.toContain('created:');
  });

  it('leaves an index with other options as it is', async () => {
    await scene.db
      .collection('users')
      .createIndexes([{ key: { username: 1 }, unique: true, sparse: true }]);
    const { code, printed } = await indexes('--apply');
    expect(code).toBe(0);
    expect(printed).toMatch(/other options +username:1 +\(unique\)\n +is: username:1 +\(.*sparse/);
    const index = (await scene.db.collection('users').indexes()).find(
      ({ key }) => 'username' in key,
    );
    expect(index).toMatchObject({ unique: true, sparse: true });
  });

  it('creates the other indexes when one fails, and shows no stored value', async () => {
    const services = { resume: { loginTokens: [{ hashedToken: DUPLICATE_HASH }] } };
    for (const id of ['ada', 'eve']) await scene.insert('users', id, { username: id, services });
    const { code, printed } = await indexes('--apply');
    expect(code).toBe(1);
    expect(printed).toMatch(/NOT created: users .*hashedToken:1: .*same value/);
    expect(printed.match(/^created: /gm)).toHaveLength(11);
    expect(printed).toContain('1 of 12 indexes could not be created');
    expect(printed).not.toContain(DUPLICATE_HASH);
  });

  it.each([['--aply'], ['all'], ['--apply=yes']])('refuses the argument %s', async (argument) => {
    const { code, printed } = await indexes(argument);
    expect(code).toBe(1);
    expect(printed).toContain('Usage:');
  });
});
