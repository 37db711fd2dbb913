import { Change, changedLogins, ownerOfChangedTokens, stampedLogins } from './workspace-changes';

const DAY_MS = 24 * 60 * 60 * 1000;
const of = (coll: string, fields: object): Change =>
  ({ ns: { db: 'chat', coll }, documentKey: { _id: 'id' }, ...fields }) as unknown as Change;
const update = (coll: string, updateDescription: object, fullDocument?: object): Change =>
  of(coll, { operationType: 'update', updateDescription, fullDocument });

const LIST = 'services.resume.loginTokens';

describe('the changes of a user', () => {
  // As MongoDB 4.4 to 8 writes them; the engine of the tests always gives the whole list.
  it.each<[string, object, boolean]>([
    ['the list is replaced', { updatedFields: { [LIST]: [] } }, true],
    ['the last token is removed', { truncatedArrays: [{ field: LIST, newSize: 1 }] }, true],
    ['another token moves up', { updatedFields: { [`${LIST}.0`]: {} } }, true],
    ['the list is removed', { removedFields: [LIST] }, true],
    ['what holds the list is removed', { removedFields: ['services.resume'] }, true],
    ['all services are replaced', { updatedFields: { services: {} } }, true],
    ['another service changes', { updatedFields: { 'services.totp.enabled': true } }, false],
    ['the status changes', { updatedFields: { status: 'away' } }, false],
    ['the name changes', { updatedFields: { name: 'Maria' } }, false],
  ])('are suspicious or not: %s', (_what, description, isSuspicious) => {
    const change = update('users', description);
    expect(ownerOfChangedTokens(change)).toBe(isSuspicious ? 'id' : undefined);
    const isRenamed = JSON.stringify(description).includes('name"');
    expect(changedLogins(change)).toEqual(isRenamed ? { owners: ['id'] } : {});
  });

  it('are suspicious when the user is removed or replaced, not when one is created', () => {
    const owner = (operationType: string): string | undefined =>
      ownerOfChangedTokens(of('users', { operationType, fullDocument: {} }));
    expect(['delete', 'replace', 'insert'].map(owner)).toEqual(['id', 'id', undefined]);
  });
});

describe('the changes of a session document', () => {
  const document = { sessionId: 's', loginToken: 'h', userId: 'u', logoutAt: new Date(1) };
  const stamp = { updatedFields: { logoutAt: document.logoutAt } };
  /** Two days after 1970. */
  const clusterTime = { t: (2 * DAY_MS) / 1000 };
  const replacement = (logoutAt: unknown): Change =>
    of('rocketchat_sessions', { operationType: 'replace', clusterTime, fullDocument: { ...document, logoutAt } }); // prettier-ignore

  const changed = (fields: object): Change =>
    update('rocketchat_sessions', { updatedFields: fields }, document);
  const inserted = of('rocketchat_sessions', { operationType: 'insert', fullDocument: document });
  const removed = of('rocketchat_sessions', { operationType: 'delete' });
  const login = { token: 'h', owner: 'u' };

  it.each<[string, Change, object]>([
    ['an insertion', inserted, { logins: [login] }],
    ['a new device', changed({ 'device.name': 'X' }), { logins: [login], documents: ['id'] }],
    ['a field that no list shows', changed({ day: 2 }), {}],
    // Whose it was before, only rows can tell, and those that are being written.
    ['a new token', changed({ loginToken: 'h' }), { logins: [login], removed: ['id'] }],
    ['a new owner', changed({ userId: 'u' }), { logins: [login], removed: ['id'] }],
    ['a replacement', replacement(null), { logins: [login], removed: ['id'] }],
    ['a deletion', removed, { removed: ['id'] }],
    ['an update of what is gone', update('rocketchat_sessions', stamp), { removed: ['id'] }],
  ])('affect logins: %s', (_what, change, expected) => {
    expect(changedLogins(change)).toEqual(expected);
  });

  it.each<[string, Change, boolean]>([
    ['a stamp', update('rocketchat_sessions', stamp, document), true],
    ['its removal', update('rocketchat_sessions', { removedFields: ['logoutAt'] }, { ...document, logoutAt: null }), false], // prettier-ignore
    ['another field', update('rocketchat_sessions', { updatedFields: { day: 2 } }, document), false], // prettier-ignore
    ['a stamp without a session id', update('rocketchat_sessions', stamp, { ...document, sessionId: '' }), false], // prettier-ignore
    ['a stamp of what is gone', update('rocketchat_sessions', stamp), false],
    ['a new stamped document', of('rocketchat_sessions', { operationType: 'insert', fullDocument: document }), false], // prettier-ignore
    ['a user', update('users', stamp, document), false],
    ['a replacement that is stamped', replacement(new Date(DAY_MS)), true],
    ['a replacement stamped long before', replacement(new Date(0)), false],
    ['a replacement with anything for a stamp', replacement('yes'), false],
    ['a replacement without a stamp', replacement(null), false],
  ])('end a login or not: %s', (_what, change, isEnd) => {
    expect(stampedLogins(change)).toEqual(isEnd ? [{ token: 'h', owner: 'u' }] : []);
  });
});
