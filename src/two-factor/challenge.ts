export type SecondFactorName = 'totp' | 'email' | 'password';

export interface SecondFactorChallenge {
  method: SecondFactorName;
  codeGenerated: boolean;
  /** When the code sent earlier expires. */
  codeExpires?: Date;
  /** The name to pass to `users.2fa.sendEmailCode`. */
  emailOrUsername?: string;
  availableMethods: SecondFactorName[];
}

export type FailedChallenge = Pick<SecondFactorChallenge, 'method' | 'codeGenerated'>;

export const EMAIL_CHALLENGES = {
  sent: {
    method: 'email',
    codeGenerated: true,
    emailOrUsername: 'Rod',
    availableMethods: ['email'],
  },
  alreadySent: {
    method: 'email',
    codeGenerated: false,
    codeExpires: new Date('2023-05-24T05:18:42.806Z'),
    emailOrUsername: 'Rod',
    availableMethods: ['email'],
  },
} satisfies Record<string, SecondFactorChallenge>;

/** In the key order of contract §4; JSON omits undefined keys. */
export function detailsOf(challenge: SecondFactorChallenge): object {
  const { method, codeGenerated, codeExpires, emailOrUsername, availableMethods } = challenge;
  return { method, codeGenerated, codeExpires, emailOrUsername, availableMethods };
}

/** After a wrong code, `availableMethods` is left out (contract §4). */
export function failedDetailsOf({ method, codeGenerated }: FailedChallenge): object {
  return { method, codeGenerated };
}
