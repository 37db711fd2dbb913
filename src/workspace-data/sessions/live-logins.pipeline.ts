import { PipelineStage } from 'mongoose';
import { LIVE, NOT_STAMPED } from './live-session';

// Uses only stages that every supported server has.

/**
 * A row is one token of one owner. A document of one user may carry the hash of another user's token; it must not hide
 * that user's login.
 */
const LOGIN = { token: '$loginToken', owner: '$userId' };

export const ROW_FIELDS = ['sessionId', 'userId', 'device', 'host', 'ip', 'loginAt'] as const;

const FIRST_FIELDS = Object.fromEntries(
  ROW_FIELDS.map((field) => [field, { $first: `$${field}` }]),
);

/** Each row with the `_id` of the document that it shows. */
export const NEWEST_OF_EACH_LOGIN: PipelineStage[] = [
  { $sort: { loginAt: -1, _id: 1 } },
  { $group: { _id: LOGIN, document: { $first: '$_id' }, ...FIRST_FIELDS } },
];

/** As many rows as `NEWEST_OF_EACH_LOGIN`, without fields. */
export const EACH_LOGIN: PipelineStage = { $group: { _id: LOGIN } };

const NEEDED = {
  $project: Object.fromEntries([...ROW_FIELDS, 'loginToken'].map((name) => [name, 1])),
};

/**
 * The rows of these tokens alone. The condition on the session id
 * stands behind a projection: beside the tokens, some planners look it up too, in an index of all documents.
 */
export function newestOfTokens(tokens: readonly string[]): PipelineStage[] {
  const { sessionId } = LIVE;
  return [
    { $match: { loginToken: { $exists: true, $in: [...tokens] }, ...NOT_STAMPED } },
    NEEDED,
    { $match: { sessionId } },
    ...NEWEST_OF_EACH_LOGIN,
  ];
}

/**
 * Characters of a text that rows are filtered by: what a database should compile into a pattern for each field. Fields
 * may be longer.
 */
export const LONGEST_FILTER = 1000;

/** In characters, as a selector's `filter` is measured, and not in UTF-16 units. */
export function isTooLongToFilterBy(text: string): boolean {
  return Array.from(text).length > LONGEST_FILTER;
}

/** Keeps rows that contain the text in one of the fields; ignores case. */
export function containing(text: string, fields: readonly string[]): PipelineStage.Match {
  const $regex = literal(text);
  return { $match: { $or: fields.map((field) => ({ [field]: { $regex, $options: 'i' } })) } };
}

/** A pattern that matches exactly this text. A pattern cannot contain NUL itself. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('\0', '\\x00');
}
