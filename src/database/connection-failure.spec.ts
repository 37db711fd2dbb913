import { mongo } from 'mongoose';
import { hopelessness, mayPass, needsOperator, reasonOf } from './connection-failure';

/** A failure as the driver reports it, with its cause. */
const network = (code: string): Error =>
  new mongo.MongoNetworkError('hunter2', { cause: Object.assign(new Error(), { code }) });

const topology = (type: string, errors: (Error | null)[]): Parameters<typeof hopelessness>[0] => ({
  type: type as mongo.TopologyType,
  compatible: true,
  servers: new Map(
    errors.map((error, index) => [String(index), { error } as mongo.ServerDescription]),
  ),
});

describe('needsOperator', () => {
  it.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'CERT_HAS_EXPIRED',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'ERR_OSSL_PEM_NO_START_LINE',
  ])('explains %s as a nested cause', (code) => {
    const words = needsOperator(network(code));
    expect(words).toContain(code);
    expect(words).toContain('tls options of MONGODB_URI');
    expect(words).not.toContain('hunter2');
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'])(
    'explains nothing for %s, which may pass with time',
    (code) => {
      expect(needsOperator(network(code))).toBeUndefined();
      expect(mayPass(network(code))).toBe(true);
    },
  );

  it.each(['ENOTFOUND', 'ESERVFAIL', 'ETIMEOUT', 'ECONNREFUSED'])(
    'explains nothing while a list of servers is looked up: %s',
    (code) => {
      const error = Object.assign(new Error(), { code, syscall: 'querySrv' });
      expect([needsOperator(error), mayPass(error)]).toEqual([undefined, true]);
    },
  );

  it.each([91, 11600, 10107, 134])(
    'explains nothing for a server that is temporarily unavailable: %i',
    (code) => {
      expect(needsOperator(new mongo.MongoServerError({ code }))).toBeUndefined();
    },
  );

  it('names the rights that the service needs when it lacks one', () => {
    expect(needsOperator(new mongo.MongoServerError({ code: 13, codeName: 'Unauthorized' }))).toBe(
      'The database user in MONGODB_URI lacks a right (Unauthorized). It must read rocketchat_permissions, read and ' +
        'update users, read, insert into and update rocketchat_sessions, and own the collections whose names begin ' +
        'with ws_, their indexes included.',
    );
  });

  it('explains any other failure of the driver', () => {
    expect(needsOperator(new mongo.MongoMissingDependencyError('hunter2', {} as never))).toBe(
      'The database driver cannot use MONGODB_URI (MongoMissingDependencyError).',
    );
  });

  it('explains nothing for errors that do not concern the database', () => {
    const bug = new TypeError('x is not a function');
    expect([needsOperator(bug), mayPass(bug)]).toEqual([undefined, false]);
  });
});

describe('hopelessness', () => {
  const expired = network('CERT_HAS_EXPIRED');
  const away = network('ECONNREFUSED');

  it('reports a failure when every server has one, not when one is only away or still unknown', () => {
    expect(hopelessness(topology('Unknown', [expired]))).toContain('CERT_HAS_EXPIRED');
    expect(hopelessness(topology('Unknown', [expired, expired]))).toContain('CERT_HAS_EXPIRED');
    expect(hopelessness(topology('Unknown', [expired, away]))).toBeUndefined();
    expect(hopelessness(topology('Unknown', [expired, null]))).toBeUndefined();
    expect(hopelessness(topology('Unknown', []))).toBeUndefined();
  });

  it('reports a failure when no server of a replica set is left', () => {
    expect(hopelessness(topology('ReplicaSetNoPrimary', []))).toContain('replicaSet');
    expect(hopelessness(topology('ReplicaSetNoPrimary', [null]))).toBeUndefined();
  });

  it('finds the failure in an error about all servers', () => {
    const selection = (errors: Error[]): Error =>
      Object.assign(new Error(), { reason: topology('Unknown', errors) });
    expect(needsOperator(selection([expired]))).toContain('CERT_HAS_EXPIRED');
    expect(needsOperator(selection([expired, away]))).toBeUndefined();
    expect(reasonOf(selection([away]))).toBe('ECONNREFUSED: nothing listens there');
  });
});
