import { Injectable } from '@nestjs/common';
import { digestPassword, BcryptHasher } from '../../auth/bcrypt.hasher';
import { FactorOwner, Proof, SecondFactorMethod } from './second-factor.method';

const SHA256_HEX = /^[0-9a-f]{64}$/i;

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
    return typed;
  }

  async verify({ id, services }: FactorOwner, code: string): Promise<Proof | undefined> {
    const digest = SHA256_HEX.test(code) ? code.toLowerCase() : digestPassword(code);
    return (await this.hasher.verify(digest, services.password?.bcrypt, `user:${id}`))
      ? { kind: 'reusable' }
      : undefined;
  }
}
