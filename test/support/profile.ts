import { TestApp } from './app';
import { TestUser } from './workspace';

/** A user with every field of a profile. */
export interface UserWithProfile {
  user: TestUser;
  username: string;
  /** What `me` answers, without the closing brace of the object. */
  profile: string;
}

/** Creates a user whose names are unique to the present time. */
export async function createUserWithProfile(
  { workspace, clock }: TestApp,
  password: string,
): Promise<UserWithProfile> {
  const suffix = clock.now().getTime();
  const username = `rod-${suffix}`;
  const user = await workspace.createUser({
    password,
    totp: false,
    roles: ['user'],
    fields: {
      username,
      name: 'Rod',
      emails: [
        { address: `old-${suffix}@example.com`, verified: false },
        { address: `rod-${suffix}@example.com`, verified: true },
      ],
      createdAt: new Date('2023-05-24T05:00:00.000Z'),
      avatarETag: 'etag',
      avatarOrigin: 'upload',
      customFields: { secret: 'not shown' },
    },
  });
  const profile =
    `{"_id":"${user.id}","name":"Rod","username":"rod-${suffix}",` +
    `"emails":[{"address":"old-${suffix}@example.com","verified":false},{"address":"rod-${suffix}@example.com","verified":true}],` +
    `"active":true,"roles":["user"],"createdAt":"2023-05-24T05:00:00.000Z","avatarETag":"etag","avatarOrigin":"upload",` +
    `"email":"rod-${suffix}@example.com",` +
    `"services":{"password":{"exists":true},"totp":{"enabled":false},"email2fa":{"enabled":false}}`;
  return { user, username, profile };
}
