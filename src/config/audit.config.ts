import { Variable } from './environment-variable';
import { WholeNumber } from './environment.rules';

export class AuditConfig {
  /** How long an audit record is kept. */
  @Variable('AUDIT_RETENTION_DAYS')
  @WholeNumber(1, 3650)
  retentionDays = 400;
}
