import { stringify } from 'csv-stringify/sync';
import { ShownAuditRecord } from '../audit/audit-records.repository';
import { AuditFormat } from './requested-format.decorator';

/** The `data` that has a column of its own; all others share one. */
const OWN_COLUMNS = ['result', 'reason', 'route', 'requestId', 'answered', 'sessionId', 'userId'];

const COLUMNS = [
  ...['ts', 't', 'actorId', 'actorUsername', 'ip', 'useragent'],
  ...OWN_COLUMNS,
  ...['data', '_id'],
];

/**
 * Where a spreadsheet that takes `;` or a tab for the separator would find a formula. It looks for quotes at the beginning
 * of its own cells only, so that quoted values are cut there, too.
 */
const INNER_FORMULA = /(?<=[;\t][ "]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

/** One line for each record; spreadsheets must not take a value for a formula. */
export function linesOf(format: Exclude<AuditFormat, 'json'>, records: ShownAuditRecord[]): string {
  if (format === 'ndjson') return records.map((one) => `${JSON.stringify(shown(one))}\n`).join('');
  return stringify(records.map(rowOf), {
    columns: COLUMNS,
    escape_formulas: true,
    cast: { string: (value) => value.replace(INNER_FORMULA, "'") },
  });
}

/** The line before all others. */
export function headOf(format: Exclude<AuditFormat, 'json'>): string {
  return format === 'csv' ? stringify([COLUMNS]) : '';
}

/** In the order of the shape, whatever the order in the database. */
function shown({ _id, t, ts, actor, data }: ShownAuditRecord): ShownAuditRecord {
  return { _id, t, ts, actor, data };
}

function rowOf({ _id, t, ts, actor, data }: ShownAuditRecord): Record<string, unknown> {
  const values = data.map(({ key, value }) => [key, value] as const);
  const others = values.filter(([key]) => !OWN_COLUMNS.includes(key));
  return {
    ...Object.fromEntries(values.filter(([key]) => OWN_COLUMNS.includes(key))),
    ts: ts.toISOString(),
    t,
    actorId: actor._id,
    actorUsername: actor.username,
    ip: actor.ip,
    useragent: actor.useragent,
    data: JSON.stringify(Object.fromEntries(others)),
    _id,
  };
}
