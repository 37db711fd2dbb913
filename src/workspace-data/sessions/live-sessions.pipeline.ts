import { PipelineStage } from 'mongoose';
import { USERS_COLLECTION } from '../collections';
import { ROW_FIELDS } from './live-logins.pipeline';
import { LIVE } from './live-session';

// Uses only stages that every supported server has: MongoDB 4.4 lacks `$lookup` with both fields and a pipeline, and
// other engines that speak its protocol lack `$facet`.

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
    ['document', ...ROW_FIELDS, ...OWNER_FIELDS.map((field) => `_user.${field}`)].map((field) => [
      field,
      1,
    ]),
  ),
};

/** The documents of live sessions (contract §2), of one user, of some, or of all users. */
export function liveDocuments(owner: { userId?: string | { $in: string[] } }): PipelineStage {
  return { $match: { ...owner, ...LIVE } };
}
