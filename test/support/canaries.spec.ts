import { findLeaks, keepSecret, keepStoredSecrets, recordCall, recordPrinted } from './canaries';
import { HttpAnswer } from './http';

const URL_OF = 'http://127.0.0.1/api/v1/';

function answer(body: object, headers: HttpAnswer['headers'] = {}): HttpAnswer {
  return { status: 200, headers, text: JSON.stringify(body), body };
}

describe('the canary scan', () => {
  it('finds secrets in answers, headers and logs, and reports where', () => {
    keepSecret('a token', 'tttttttttttt');
    keepSecret('a TOTP code', '918273');
    keepStoredSecrets({ totp: { secret: 'SSSSSSSSSSSSSSSS', hashedBackup: ['hhhhhhhhhhhh'] } });
    recordCall(`${URL_OF}me`, {}, answer({ name: 'Rod', number: 1918273 }));
    expect(findLeaks()).toEqual([]);

    recordCall(`${URL_OF}me`, {}, answer({ deep: [{ token: 'x tttttttttttt' }] }));
    recordCall(`${URL_OF}me`, {}, answer({}, { 'x-debug': 'code=918273' }));
    recordPrinted('log: SSSSSSSSSSSSSSSS');
    recordPrinted('error: hhhhhhhhhhhh');
    const leaks = findLeaks();
    expect(leaks.map((leak) => leak.split(' in: ')[0])).toEqual([
      'a token',
      'a TOTP code',
      'the stored secret',
      'the stored hashedBackup',
    ]);
    expect(leaks.join()).not.toMatch(/tttt|918273|SSSS|hhhh/);
  });

  it('finds the secrets that a request has sent', () => {
    const before = findLeaks().length;
    const headers = { 'x-auth-token': 'uuuuuuuuuuuu', 'x-2fa-code': '564738' };
    const body = JSON.stringify({ user: 'rod', password: 'pppppppppppp' });
    recordCall(`${URL_OF}login`, { headers, body }, answer({}));
    recordPrinted('uuuuuuuuuuuu 564738 pppppppppppp');
    expect(findLeaks()).toHaveLength(before + 3);
  });

  it('allows a secret in the answer that issues it, and finds it anywhere else', () => {
    const before = findLeaks().length;
    recordCall(`${URL_OF}login`, {}, answer({ data: { authToken: 'vvvvvvvvvvvv' } }));
    expect(findLeaks()).toHaveLength(before);
    recordCall(`${URL_OF}me`, {}, answer({ authToken: 'vvvvvvvvvvvv' }));
    expect(findLeaks()).toHaveLength(before + 1);
  });
});
