import { createServer } from 'node:net';
import { OperatorError } from '../errors/operator-error';
import { listenRefusal } from './listen-refusal';

const failure = (code: string): Error => Object.assign(new Error('hunter2'), { code });

describe('listenRefusal', () => {
  it.each([
    ['EADDRINUSE', /Port 80 is in use on ::1.*PORT/],
    ['EACCES', /may not listen on port 80.*PORT/],
    ['EPERM', /may not listen on port 80.*PORT/],
    ['EADDRNOTAVAIL', /HOST is not an address of this machine/],
    ['ENOTFOUND', /HOST is not an address of this machine/],
  ])('says for %s what to do', (code, words) => {
    const refusal = listenRefusal(failure(code), 80, '::1');
    expect(refusal).toBeInstanceOf(OperatorError);
    expect(refusal?.message).toMatch(words);
    expect(refusal?.message).not.toMatch(/\n|hunter2/);
  });

  it.each(['192.0.2.1', 'nobody.invalid'])('knows what the system says of %s', async (host) => {
    const server = createServer();
    const error = await new Promise((resolve) => server.on('error', resolve).listen(0, host));
    expect(listenRefusal(error, 0, host)?.message).toContain('HOST is not an address');
  });

  it('ignores errors of our own code', () => {
    expect(listenRefusal(new TypeError(), 80, '::1')).toBeUndefined();
    expect(listenRefusal(failure('ERR_SOCKET_BAD_PORT'), 80, '::1')).toBeUndefined();
    expect(listenRefusal(undefined, 80, '::1')).toBeUndefined();
  });
});
