import { IsEmail, Matches, validateSync } from 'class-validator';
import { OperatorError } from '../../common/errors/operator-error';

/** The administrator of a new workspace. Each field is the `init` option of the same name. */
export class FirstAdministrator {
  /** The characters that Rocket.Chat allows; never `@`, which marks an e-mail address at a sign-in. */
  @Matches(/^[A-Za-z0-9._-]{1,64}$/, {
    message: 'must be 1 to 64 letters, digits, dots, hyphens or underscores',
  })
  username = '';

  @IsEmail({}, { message: 'must be an e-mail address' })
  email = '';

  @Matches(/^(?=.*\S)\P{Cc}{1,100}$/u, {
    message: 'must be 1 to 100 characters, not only spaces, without control characters',
  })
  name = '';
}

/** Validates the options. @throws OperatorError naming every wrong one */
export function describeAdministrator(asked: Partial<FirstAdministrator>): FirstAdministrator {
  const administrator = new FirstAdministrator();
  Object.assign(administrator, { name: asked.username }, asked);
  administrator.email = administrator.email.toLowerCase();
  const wrong = validateSync(administrator).map(
    ({ property, constraints }) =>
      `  --${property} ${Object.values(constraints ?? {})[0] ?? 'is wrong'}`,
  );
  if (wrong.length > 0)
    throw new OperatorError(`The administrator's options are wrong:\n${wrong.join('\n')}`);
  return administrator;
}
