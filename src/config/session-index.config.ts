import { Variable } from './environment-variable';
import { OneOf } from './environment.rules';

const MODES = ['auto', 'off'] as const;

export class SessionIndexConfig {
  /** `auto`: lists of all sessions come from an index of our own where the database allows it. `off`: never. */
  @Variable('SESSION_INDEX')
  @OneOf(MODES)
  mode: (typeof MODES)[number] = 'auto';
}
