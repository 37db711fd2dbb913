import { mongo } from 'mongoose';
import { OperatorError } from '../../common/errors/operator-error';
import { Check } from './check';
import { ok } from './finding';
import { NamedFinding } from './named-finding';
import { runCheck } from './run-check';

const check = (run: () => Promise<never>): Check<undefined> => ({ name: 'it', run });
const failing = (error: unknown): Promise<NamedFinding> =>
  runCheck(
    check(() => Promise.reject(error as Error)),
    undefined,
  );

describe('runCheck', () => {
  it('returns the finding of a check under its name', async () => {
    const run = (): Promise<ReturnType<typeof ok>> => Promise.resolve(ok('fine'));
    expect(await runCheck({ name: 'it', run }, undefined)).toEqual({
      check: 'it',
      status: 'ok',
      found: 'fine',
    });
  });

  it('turns a check that does not end in time into a failure', async () => {
    const finding = await runCheck(
      check(() => new Promise(() => undefined)),
      undefined,
      20,
    );
    expect(finding).toMatchObject({ check: 'it', status: 'fail', found: expect.stringContaining('0.02 s') as string }); // prettier-ignore
  });

  it.each<[string, unknown, string]>([
    ['an operator can mend it', new OperatorError('The disk is full.'), 'The disk is full.'],
    ['the database does not answer', new mongo.MongoNetworkError('hunter2'), 'does not answer'],
    [
      'the database forbids it',
      new mongo.MongoServerError({ code: 13, codeName: 'Unauthorized', errmsg: 'hunter2' }),
      'lacks a right',
    ],
    ['an unexpected error occurs', new TypeError('hunter2'), 'TypeError'],
    ['a value other than an error is thrown', 'hunter2', 'unknown error'],
  ])('reports a failure, without its message, when %s', async (_case, error, words) => {
    const finding = await failing(error);
    expect(finding).toMatchObject({ status: 'fail', found: expect.stringContaining(words) as string }); // prettier-ignore
    expect(JSON.stringify(finding)).not.toContain('hunter2');
  });
});
