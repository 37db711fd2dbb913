import { IsEmail, Matches, validateSync } from 'class-validator';
import { OperatorError } from '../../common/errors/operator-error';

/** Who administers a new workspace. Each field is the option of the same name of `init`. */
export class FirstAdministrator {
  /** The characters that the original allows; never `@`, by which a sign-in tells an e-mail address. */
  @Matches(/^[A-Za-z0-9._-]{1,64}$/, {
    message: 'must be 1 to 64 letters, digits, dots, hyphens or underscores',
  })
  username = '';

  /** Kept in lower case: a sign-in tries what was typed, and that in lower case. */
  @IsEmail({}, { message: 'must be an e-mail address' })
  email = '';

  @Matches(/^(?=.*\S)\P{Cc}{1,100}$/u, {
    message: 'must be 1 to 100 characters, not only blanks, without control characters',
  })
  name = '';
}

/**
 * Judges what was asked for; the name defaults to the user name.
 * @throws Refusal naming every wrong option at once
 */
export function describeAdministrator(asked: Partial<FirstAdministrator>): FirstAdministrator {
  const administrator = new FirstAdministrator();
  Object.assign(administrator, { name: asked.username }, asked);
  administrator.email = administrator.email.toLowerCase();
  const wrong = validateSync(administrator).map(
    ({ property, constraints }) =>
      `  --${property} ${Object.values(constraints ?? {})[0] ?? 'is wrong'}`,
  );
  if (wrong.length > 0)
    throw new OperatorError(`The administrator is not right:\n${wrong.join('\n')}`);
  return administrator;
}
