import { PipelineStage } from 'mongoose';
import { USERS_COLLECTION } from '../workspace-data/collections';
import { LIVE } from '../workspace-data/sessions/live-session';

// Only stages that every supported server has: MongoDB 4.4 knows no `$lookup` with both fields and a pipeline, and other
// engines that speak its protocol know no `$facet`.

/**
 * What makes two documents two rows: the login token and whom the session names as its owner. Records of one user that
 * carry the hash of another user's token occur, and none of them may hide that user's login.
 */
const LOGIN = { token: '$loginToken', owner: '$userId' };

/** What of a document makes its row. */
const FIELDS = ['sessionId', 'userId', 'device', 'host', 'ip', 'loginAt'];

/** What others may see of an owner. */
const OWNER_FIELDS = ['name', 'username', 'avatarETag', 'avatarOrigin'];

/** Puts the owner beside each session, all of them: `SHOWN` lets out what others may see. */
export const JOIN_OWNER: PipelineStage[] = [
  { $lookup: { from: USERS_COLLECTION, localField: 'userId', foreignField: '_id', as: '_user' } },
  { $unwind: { path: '$_user', preserveNullAndEmptyArrays: true } },
];

/** What leaves the database, of the rows of a page. */
export const SHOWN: PipelineStage = {
  $project: Object.fromEntries(
    [...FIELDS, ...OWNER_FIELDS.map((field) => `_user.${field}`)].map((field) => [field, 1]),
  ),
};

/** The documents of live sessions (contract §2), of one user or of all. */
export function liveDocuments(owner: { userId?: string }): PipelineStage {
  return { $match: { ...owner, ...LIVE } };
}

/** Folds live documents into one row per login: its newest. */
export const NEWEST_OF_EACH_LOGIN: PipelineStage[] = [
  { $sort: { loginAt: -1, _id: 1 } },
  {
    $group: {
      _id: LOGIN,
      ...Object.fromEntries(FIELDS.map((field) => [field, { $first: `$${field}` }])),
    },
  },
];

/** As many rows, with nothing in them. */
export const EACH_LOGIN: PipelineStage = { $group: { _id: LOGIN } };

/** Keeps what contains the text in one of the fields, in whatever case. */
export function containing(text: string, fields: readonly string[]): PipelineStage {
  const $regex = literal(text);
  return { $match: { $or: fields.map((field) => ({ [field]: { $regex, $options: 'i' } })) } };
}

/** A pattern that matches exactly this text. NUL cannot stand in a pattern as itself. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('\0', '\\x00');
}
