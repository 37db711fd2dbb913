import type { Command, Trial } from './trial';

/** A command that reads documents with 0, 1, 2, … as their `_id`. */
export function reading(fields: readonly object[], command: Command): Trial {
  return { documents: fields.map((document, _id) => ({ _id, ...document })), command };
}

/** A pipeline over such documents. */
export function aggregating(fields: readonly object[], pipeline: readonly object[]): Trial {
  return reading(fields, { aggregate: '', pipeline, cursor: {} });
}

/** An update of one document, or of none. */
export function updating(
  fields: object | undefined,
  u: object,
  q: object = { _id: 0 },
  options = {},
): Trial {
  return {
    documents: fields ? [{ _id: 0, ...fields }] : [],
    command: { update: '', updates: [{ q, u, ...options }] },
  };
}
