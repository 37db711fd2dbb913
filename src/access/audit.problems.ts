import { DATABASE_UNREACHABLE } from '../common/errors/common.problems';
import { Problem } from '../common/errors/problem';

/** An audited request is not served without its record; answered as every failure of the database. */
export const AUDIT_UNAVAILABLE: Problem = { ...DATABASE_UNREACHABLE, kind: 'audit-unavailable' };
