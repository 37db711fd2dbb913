import { mongo } from 'mongoose';
import { isDatabaseUnreachable } from './database-unreachable';

/** The error that the driver throws for a batch that failed for this reason. */
const ofBatch = (error: mongo.AnyError): mongo.MongoBulkWriteError =>
  new mongo.MongoBulkWriteError(error, {} as mongo.BulkWriteResult);

describe('isDatabaseUnreachable', () => {
  it.each([
    ['the network', new mongo.MongoNetworkError('gone')],
    ['the time limit of an operation', new mongo.MongoOperationTimeoutError('late')],
    ['a server that is shutting down', new mongo.MongoServerError({ message: 'no', code: 91 })],
  ])('recognises %s, also as the cause of a failed batch', (_what, error) => {
    expect(isDatabaseUnreachable(error)).toBe(true);
    expect(isDatabaseUnreachable(ofBatch(error))).toBe(true);
  });

  const failure = (code: string, fields = {}): Error =>
    Object.assign(new Error('socket'), { code, ...fields });

  it('recognises what a socket reports while the driver waits to write to it', () => {
    // Without a system call, when the other side had ended the connection before.
    expect(isDatabaseUnreachable(failure('EPIPE'))).toBe(true);
    expect(isDatabaseUnreachable(failure('ECONNRESET', { syscall: 'write' }))).toBe(true);
  });

  it('takes no client that breaks off its request for a database', () => {
    expect(isDatabaseUnreachable(failure('ECONNRESET'))).toBe(false);
    expect(isDatabaseUnreachable(failure('ENOENT', { syscall: 'open' }))).toBe(false);
  });

  it('ignores errors of our own code, also in a batch', () => {
    const duplicate = new mongo.MongoServerError({ message: 'E11000', code: 11000 });
    expect(isDatabaseUnreachable(duplicate)).toBe(false);
    expect(isDatabaseUnreachable(ofBatch(duplicate))).toBe(false);
    expect(isDatabaseUnreachable(new TypeError('undefined is not a function'))).toBe(false);
  });
});
