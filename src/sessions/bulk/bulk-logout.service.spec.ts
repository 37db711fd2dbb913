import { Caller } from '../../auth/caller';
import { validateParameters } from '../../common/validation/validate-parameters';
import { HttpConfig } from '../../config/http.config';
import { BulkRevocation } from '../../session-selection/bulk-revocation.service';
import { SelectedSessions } from '../../session-selection/selected-sessions.service';
import { BulkLogoutParameters } from './bulk-logout.parameters';
import { BulkLogoutService } from './bulk-logout.service';
import { writeConfirmation } from './confirmation';

const NOW = new Date('2026-01-01T12:00:00Z');
const CALLER = { id: 'rod', clientSecret: 'secret', token: { hashedToken: 'hash' } } as Caller;

describe('BulkLogoutService', () => {
  it('takes the time of the look-up from that of the revocation', async () => {
    let elapsed = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => elapsed);
    const resolve = jest.fn(() => {
      elapsed += 2000;
      return Promise.resolve({});
    });
    const revokeNext = jest.fn().mockResolvedValue({ matched: 0, ended: 0, remaining: 0 });
    const service = new BulkLogoutService(
      { resolve } as unknown as SelectedSessions,
      { revokeNext } as unknown as BulkRevocation,
      { now: () => NOW },
      { requestTimeoutMs: 5000 } as HttpConfig,
    );
    const selector = { host: 'x' };
    const { canonical } = validateParameters(BulkLogoutParameters, { selector });
    const { confirm } = writeConfirmation(CALLER.clientSecret, canonical, NOW);
    const parameters = validateParameters(BulkLogoutParameters, { selector, confirm });
    await service.end(CALLER, parameters, { address: '::1', userAgent: '' });
    expect(revokeNext).toHaveBeenCalledWith({}, expect.anything(), { budgetMs: 1000 });
  });
});
