import { Injectable } from '@nestjs/common';
import { BcryptHasher, digestPassword, readDigest } from '../../auth/bcrypt.hasher';
import { FactorOwner, Proof, SecondFactorMethod } from './second-factor.method';
import { asUnicode } from './typed-code';

/**
 * The account's password, for users without another method (contract §4). The code is the password, or its hex SHA-256
 * as Rocket.Chat's clients send it.
 */
@Injectable()
export class PasswordMethod implements SecondFactorMethod {
  readonly name = 'password';

  constructor(private readonly hasher: BcryptHasher) {}

  isEnabled({ services: { password } }: FactorOwner): boolean {
    return typeof password?.bcrypt === 'string' && password.bcrypt !== '';
  }

  /** Spaces and hyphens are part of a password. */
  read(typed: string): string {
    return asUnicode(typed);
  }

  async verify({ id, services }: FactorOwner, code: string): Promise<Proof | undefined> {
    const digest = readDigest(code) ?? digestPassword(code);
    return (await this.hasher.verify(digest, services.password?.bcrypt, `user:${id}`))
      ? { kind: 'reusable' }
      : undefined;
  }
}
