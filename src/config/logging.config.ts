import {
  LOG_FORMATS,
  LOG_LEVELS,
  type LogFormat,
  type LogLevel,
} from '../common/logging/log-level';
import { Variable } from './environment-variable';
import { OneOf } from './environment.rules';

export class LoggingConfig {
  /** The least urgent lines that are written; the audit log is written at every level. */
  @Variable('LOG_LEVEL')
  @OneOf(LOG_LEVELS)
  level: LogLevel = 'info';

  @Variable('LOG_FORMAT')
  @OneOf(LOG_FORMATS)
  format: LogFormat;

  constructor(isProduction = false) {
    this.format = isProduction ? 'json' : 'text';
  }
}
