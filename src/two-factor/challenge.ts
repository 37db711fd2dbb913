/** The second factors that the API speaks of (contract §4). */
export type SecondFactorName = 'totp' | 'email' | 'password';

/** What a client is told about the factor that it must submit. */
export interface SecondFactorChallenge {
  method: SecondFactorName;
  /** Whether a code has just been sent. */
  codeGenerated: boolean;
  /** Until when the code counts that was sent before. */
  codeExpires?: Date;
  /** The name by which a client may ask for another code. */
  emailOrUsername?: string;
  availableMethods: SecondFactorName[];
}

/** What a client is told that has submitted a wrong code. */
export type FailedChallenge = Pick<SecondFactorChallenge, 'method' | 'codeGenerated'>;

/** What a challenge says of a code by e-mail: one has just been sent, or one was sent before. */
export const EMAIL_CHALLENGES = {
  sent: {
    method: 'email',
    codeGenerated: true,
    emailOrUsername: 'Rod',
    availableMethods: ['email'],
  },
  out: {
    method: 'email',
    codeGenerated: false,
    codeExpires: new Date('2023-05-24T05:18:42.806Z'),
    emailOrUsername: 'Rod',
    availableMethods: ['email'],
  },
} satisfies Record<string, SecondFactorChallenge>;

/** The details of a challenge in the order of contract §4; what is absent is left out. */
export function detailsOf(challenge: SecondFactorChallenge): object {
  const { method, codeGenerated, codeExpires, emailOrUsername, availableMethods } = challenge;
  return { method, codeGenerated, codeExpires, emailOrUsername, availableMethods };
}

/** The details after a wrong code: without the methods (contract §4). */
export function failedDetailsOf({ method, codeGenerated }: FailedChallenge): object {
  return { method, codeGenerated };
}
