import { mongo } from 'mongoose';
import { SEARCHED_FIELDS } from '../session-index/live-row';
import { containing } from '../workspace-data/sessions/live-logins.pipeline';
import { SessionSelector } from './session-selector';

export type Condition = mongo.Filter<mongo.Document>;

/** What a row of a list must show; the fields have the same names in the index and in the workspace. */
export function rowConditions(
  selector: SessionSelector,
  idsOfUsernames: string[] | undefined,
): Condition[] {
  const { userIds, filter, deviceType, deviceName, osName, host, before, after } = selector;
  const exact = {
    'device.type': deviceType,
    'device.name': deviceName,
    'device.os.name': osName,
    host,
  };
  return [
    ...(userIds ? [{ userId: { $in: userIds } }] : []),
    ...(idsOfUsernames ? [{ userId: { $in: idsOfUsernames } }] : []),
    ...Object.entries(exact).flatMap(([path, value]) =>
      value === undefined ? [] : [{ [path]: value }],
    ),
    ...(after ? [{ loginAt: { $gte: after } }] : []),
    ...(before ? [{ loginAt: { $lt: before } }] : []),
    ...(filter === undefined ? [] : [containing(filter, SEARCHED_FIELDS).$match as Condition]),
  ];
}
