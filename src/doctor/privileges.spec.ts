import { missingRights, Privilege } from './privileges';

const NEEDED = new Map([
  ['users', ['find', 'update']],
  ['ws_a', ['insert']],
]);
const ALL = ['find', 'update', 'insert'];
const missing = (...privileges: Privilege[]): string[] => missingRights('chat', privileges, NEEDED);

describe('missingRights', () => {
  it.each<[string, Privilege['resource']]>([
    ['the database', { db: 'chat', collection: '' }],
    ['all databases', { db: '', collection: '' }],
    ['any resource', { anyResource: true }],
  ])('finds nothing missing when a privilege on %s allows everything', (_resource, resource) => {
    expect(missing({ resource, actions: ALL })).toEqual([]);
    expect(missing({ resource, actions: ['anyAction'] })).toEqual([]);
  });

  it('adds up the privileges on single collections', () => {
    expect(
      missing(
        { resource: { db: 'chat', collection: 'users' }, actions: ['find'] },
        { resource: { db: '', collection: 'users' }, actions: ['update'] },
        { resource: { db: 'chat', collection: 'ws_a' }, actions: ['insert'] },
      ),
    ).toEqual([]);
  });

  it('names what no privilege allows', () => {
    expect(missing({ resource: { db: 'chat', collection: '' }, actions: ['find'] })).toEqual([
      'update on users',
      'insert on ws_a',
    ]);
  });

  it.each<[string, Privilege['resource']]>([
    ['another database', { db: 'admin', collection: '' }],
    ['another collection', { db: 'chat', collection: 'user' }],
    ['the cluster', { cluster: true } as Privilege['resource']],
  ])('counts no privilege on %s', (_resource, resource) => {
    expect(missing({ resource, actions: ALL })).toEqual([
      'find, update on users',
      'insert on ws_a',
    ]);
  });
});
