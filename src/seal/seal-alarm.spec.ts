import { Logger } from '@nestjs/common';
import { Clock } from '../common/clock';
import { Configuration } from '../config/configuration';
import { SealAlarm } from './seal-alarm';
import { SecretSeal } from './secret-seal';

describe('SealAlarm', () => {
  it('warns once a minute, of the user and the reason, on one line', () => {
    let now = 1_000_000;
    const clock: Clock = { now: () => new Date(now) };
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const alarm = new SealAlarm(new SecretSeal(new Configuration()), clock);
    alarm.raise('ada\nforged line', 'sealed.v1');
    alarm.raise('eve', 'sealed.v1');
    now += 59_999;
    alarm.raise('eve', 'sealed.v1');
    expect(warn.mock.calls).toEqual([
      [
        'The TOTP secret of user "ada\\nforged line" cannot be opened, so no code is right: it has no form that this version knows.',
      ],
    ]);
    now += 1;
    alarm.raise('eve', 'sealed.v1');
    expect(warn).toHaveBeenCalledTimes(2);
    warn.mockRestore();
  });
});
