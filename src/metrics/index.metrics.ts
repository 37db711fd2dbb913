import { Gauge, Registry } from 'prom-client';
import { INDEX_STATES, IndexStatus } from '../session-index/index.status';

/** How the index of live sessions stands, as this process knows it. */
export function showIndex(registry: Registry, index: IndexStatus): void {
  new Gauge({
    name: 'ws_session_index_state',
    help: 'The state of the index of live sessions: 1 for the one that holds, 0 for the others.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      for (const state of INDEX_STATES) this.set({ state }, index.state === state ? 1 : 0);
    },
  });
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name: `ws_session_index_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  };
  gauge(
    'lag_seconds',
    'How far the index was behind the workspace when its follower last said so.',
    () => index.lagSeconds,
  );
  gauge(
    'following',
    'Whether this process follows the changes of the workspace (1) or not (0).',
    () => (index.isFollowing ? 1 : 0),
  );
  gauge(
    'rows',
    'Live sessions in the index; 0 in a process that does not follow.',
    () => index.rows,
  );
  gauge(
    'build_looked_at',
    'Logins and rows that the running or last build of this process has looked at.',
    () => index.lookedAt,
  );
}
