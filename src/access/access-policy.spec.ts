import { CodeParameters } from '../two-factor/code.parameters';
import { Access } from './access.decorator';
import { AccessPolicy } from './access-policy';
import { describeRoute } from './declared-routes';

class NamedUser {
  userId?: string;
}

const FOR_OTHERS = { permission: 'logout-other-user', stepUp: 'always' } as const;

/** What the compiler refuses: each comment fails the type check when its line becomes legal. */
const REFUSED: AccessPolicy[] = [
  // @ts-expect-error -- a permission that no workspace is seeded with
  { permission: 'view-everything' },
  // @ts-expect-error -- a public route has no caller whose permission could be looked up
  { public: true, permission: 'view-device-management' },
  // @ts-expect-error -- a public route has no caller who could submit a code
  { public: true, stepUp: 'always' },
  // @ts-expect-error -- a caller's factor is never left to a sign-in
  { stepUp: 'at-sign-in' },
  // @ts-expect-error -- there is no body that carries the code
  { stepUp: { codeInBody: 'totp' } },
  // @ts-expect-error -- it does not say whose secret it is
  { parameters: CodeParameters, stepUp: { codeInBody: 'new-totp-secret' } },
  {
    parameters: CodeParameters,
    stepUp: { codeInBody: 'totp' },
    // @ts-expect-error -- the code would be logged
    audit: { event: 'second-factor.changed', about: ['code'] },
  },
  // @ts-expect-error -- there is no `userId` that could name somebody else
  { forOthers: FOR_OTHERS },
  // @ts-expect-error -- nor is there one among these parameters
  { forOthers: FOR_OTHERS, parameters: CodeParameters },
  // @ts-expect-error -- two answers to what it takes to act on others
  { forOthers: FOR_OTHERS, parameters: NamedUser, permission: 'logout-other-user' },
  // @ts-expect-error -- others must not be had without a second factor
  { forOthers: { permission: 'logout-other-user' }, parameters: NamedUser },
];

describe('@Access', () => {
  it.each([
    ['a misspelt part', { permision: 'view-device-management' }, 'does not know "permision"'],
    ['a part without a value', { stepUp: undefined }, 'was given no value for "stepUp"'],
  ])('refuses %s', (_case, policy, message) => {
    expect(() => Access(policy as AccessPolicy)).toThrow(message);
  });
});

describe('describeRoute', () => {
  it.each<[string, AccessPolicy | undefined, string]>([
    ['a route without a policy', undefined, 'GET a | undeclared'],
    ['a route that asks for a caller only', {}, 'GET a | signed-in | - | - | - | - | default | -'],
    [
      'a public route',
      { public: true, stepUp: 'at-sign-in', rateLimit: 'public', audit: { event: 'login' } },
      'GET a | public | - | - | - | at-sign-in, by the handler | public | login',
    ],
    [
      'a route with a permission and a step-up',
      { permission: 'view-device-management', stepUp: 'always' },
      'GET a | signed-in | view-device-management | - | - | always | default | -',
    ],
    [
      'a route with a code in the body',
      { parameters: CodeParameters, stepUp: { codeInBody: 'totp' } },
      'GET a | signed-in | - | CodeParameters | - | code in body: totp | default | -',
    ],
    [
      'a route that acts on its caller or on others',
      { forOthers: FOR_OTHERS, parameters: NamedUser },
      'GET a | signed-in | logout-other-user for others | NamedUser | - | always for others | default | -',
    ],
  ])('prints the declaration of %s', (_case, policy, line) => {
    expect(describeRoute({ route: 'GET a', policy })).toBe(line);
  });
});

describe('AccessPolicy', () => {
  it('does not compile where it requires what no guard could enforce', () => {
    // The comments above are the test; the type check runs it.
    expect(REFUSED).toHaveLength(11);
  });
});
