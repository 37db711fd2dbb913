import { BackgroundTasks } from '../common/background/background-tasks.service';
import { IndexStatus } from './index.status';
import { FoundRows, IndexQuery, ListedRow, LiveSessionFinder } from './live-session.finder';
import { OwnedLogin } from './live-row';
import { SessionIndex } from './session-index.service';
import { SessionProjector } from './session.projector';

const QUERY: IndexQuery = { filter: '', order: [['loginAt', -1]], offset: 0, count: 2 };

const rowOf = (token: string): ListedRow => ({
  _id: token,
  token,
  userId: 'maria',
  sessionId: token,
  document: token,
  at: {},
});

describe('SessionIndex', () => {
  it('takes a row that has ended off the total once, however many rounds fill the page', async () => {
    const rounds: FoundRows[] = [
      { rows: ['one', 'gone', 'three'].map(rowOf), total: 60 },
      // What the first round has found is mended by now.
      { rows: ['three', 'four'].map(rowOf), total: 59 },
    ];
    const find = jest.fn(() => Promise.resolve(rounds.shift()));
    const read = (tokens: readonly string[]): Promise<Map<string, OwnedLogin>> =>
      Promise.resolve(
        new Map(
          tokens
            .filter((token) => token !== 'gone')
            .map((token) => [token, { _id: { token, owner: 'maria' } } as unknown as OwnedLogin]),
        ),
      );
    const status = new IndexStatus();
    status.isOn = true;
    status.setBuilt(true);
    status.hear(0);
    const index = new SessionIndex(
      status,
      { find } as unknown as LiveSessionFinder,
      { read, project: () => Promise.resolve() } as unknown as SessionProjector,
      new BackgroundTasks(),
    );
    const page = await index.list(QUERY);
    expect(page?.rows.map(({ _id }) => _id.token)).toEqual(['one', 'three']);
    expect(page?.total).toBe(59);
    expect(find).toHaveBeenCalledTimes(2);
  });
});
