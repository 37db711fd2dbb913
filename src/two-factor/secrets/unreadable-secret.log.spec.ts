import { Logger } from '@nestjs/common';
import { Clock } from '../../common/clock/clock';
import { EncryptionConfig } from '../../config/encryption.config';
import { UnreadableSecretLog } from './unreadable-secret.log';
import { TotpSecretCipher } from './totp-secret.cipher';

describe('UnreadableSecretLog', () => {
  it('warns once a minute about a user and the reason, on one line', () => {
    let now = 1_000_000;
    const clock: Clock = { now: () => new Date(now) };
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const log = new UnreadableSecretLog(new TotpSecretCipher(new EncryptionConfig()), clock);
    log.warnOfSecret('ada\nforged line', 'sealed.v1');
    log.warnOfSecret('eve', 'sealed.v1');
    now += 59_999;
    log.warnOfSecret('eve', 'sealed.v1');
    expect(warn.mock.calls).toEqual([
      [
        'The TOTP secret of user "ada\\nforged line" cannot be decrypted, so every code is wrong: this version does not know its format.',
      ],
    ]);
    now += 1;
    log.warnOfSecret('eve', 'sealed.v1');
    expect(warn).toHaveBeenCalledTimes(2);
    warn.mockRestore();
  });
});
