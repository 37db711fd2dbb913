import { PipelineStage } from 'mongoose';
import { USERS_COLLECTION } from '../workspace-data/collections';
import { LIVE } from '../workspace-data/sessions/live-session';

// Uses only stages that every supported server has: MongoDB 4.4 lacks `$lookup` with both fields and a pipeline, and
// other engines that speak its protocol lack `$facet`.

/**
 * A row is one token of one owner. A document of one user may carry the hash of another user's token; it must not hide
 * that user's login.
 */
const LOGIN = { token: '$loginToken', owner: '$userId' };

const FIELDS = ['sessionId', 'userId', 'device', 'host', 'ip', 'loginAt'];

/** What other users may see of an owner. */
const OWNER_FIELDS = ['name', 'username', 'avatarETag', 'avatarOrigin'];

/** Joins the whole owner; `SHOWN` then projects what other users may see. */
export const JOIN_OWNER: PipelineStage[] = [
  { $lookup: { from: USERS_COLLECTION, localField: 'userId', foreignField: '_id', as: '_user' } },
  { $unwind: { path: '$_user', preserveNullAndEmptyArrays: true } },
];

/** What leaves the database, for the rows of a page. */
export const SHOWN: PipelineStage = {
  $project: Object.fromEntries(
    [...FIELDS, ...OWNER_FIELDS.map((field) => `_user.${field}`)].map((field) => [field, 1]),
  ),
};

/** The documents of live sessions (contract §2), of one user or of all users. */
export function liveDocuments(owner: { userId?: string }): PipelineStage {
  return { $match: { ...owner, ...LIVE } };
}

export const NEWEST_OF_EACH_LOGIN: PipelineStage[] = [
  { $sort: { loginAt: -1, _id: 1 } },
  {
    $group: {
      _id: LOGIN,
      ...Object.fromEntries(FIELDS.map((field) => [field, { $first: `$${field}` }])),
    },
  },
];

/** As many rows as `NEWEST_OF_EACH_LOGIN`, without fields. */
export const EACH_LOGIN: PipelineStage = { $group: { _id: LOGIN } };

/** Keeps rows that contain the text in one of the fields; ignores case. */
export function containing(text: string, fields: readonly string[]): PipelineStage {
  const $regex = literal(text);
  return { $match: { $or: fields.map((field) => ({ [field]: { $regex, $options: 'i' } })) } };
}

/** A pattern that matches exactly this text. A pattern cannot contain NUL itself. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('\0', '\\x00');
}
