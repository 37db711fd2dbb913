import { Injectable } from '@nestjs/common';
import { digestPassword, BcryptHasher } from '../../auth/bcrypt.hasher';
import { FactorOwner, Proof, SecondFactorMethod } from './second-factor.method';

const SHA256_HEX = /^[0-9a-f]{64}$/i;

/**
 * The account's password, standing in for users who have set up nothing better (contract §4). The code is the hex
 * SHA-256 of the password, as the original's clients send it, or the password itself.
 */
@Injectable()
export class PasswordMethod implements SecondFactorMethod {
  readonly name = 'password';

  constructor(private readonly passwords: BcryptHasher) {}

  isEnabled({ services: { password } }: FactorOwner): boolean {
    return typeof password?.bcrypt === 'string' && password.bcrypt !== '';
  }

  /** Every character of a password is part of it. */
  read(typed: string): string {
    return typed;
  }

  async verify({ id, services }: FactorOwner, code: string): Promise<Proof | undefined> {
    const digest = SHA256_HEX.test(code) ? code.toLowerCase() : digestPassword(code);
    return (await this.passwords.verify(digest, services.password?.bcrypt, `user:${id}`))
      ? { kind: 'reusable' }
      : undefined;
  }
}
