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

  it('ignores errors of our own code, also in a batch', () => {
    const duplicate = new mongo.MongoServerError({ message: 'E11000', code: 11000 });
    expect(isDatabaseUnreachable(duplicate)).toBe(false);
    expect(isDatabaseUnreachable(ofBatch(duplicate))).toBe(false);
    expect(isDatabaseUnreachable(new TypeError('undefined is not a function'))).toBe(false);
  });
});
