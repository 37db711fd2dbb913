import { Variable } from './environment-variable';
import { WholeNumber } from './environment.rules';

export class HistoryConfig {
  /** For how many days ended sessions are shown. 0: none is. */
  @Variable('SESSION_HISTORY_DAYS')
  @WholeNumber(0, 3650)
  days = 90;
}
