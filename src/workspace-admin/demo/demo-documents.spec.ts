import { newSessionDocument } from '../../workspace-data/sessions/session-document';
import { sessionDocument, userDocument } from './demo-documents';
import { DEMO_PEOPLE } from './demo-people';

const LOGIN = {
  userId: 'u',
  roles: ['user'],
  hashedToken: 'h',
  client: { userAgent: '', address: '192.0.2.7' },
  host: '',
};

describe('the documents of the demo', () => {
  it('have the fields of those that a sign-in makes', () => {
    const fields = Object.keys(newSessionDocument(LOGIN, new Date(0))).sort();
    for (const person of DEMO_PEOPLE) {
      const document = sessionDocument(person, 'h');
      const { id, device, loginAt } = person.session;
      expect(Object.keys(document).sort()).toEqual(fields);
      expect(document).toMatchObject({ sessionId: id, device, loginAt, createdAt: loginAt });
      expect(document.searchTerm).toBe(
        [device.name, device.type, device.os?.name, id, person.id].join(''),
      );
    }
  });

  it('give each person one token and a verified address', () => {
    for (const person of DEMO_PEOPLE) {
      const token = { when: person.session.loginAt, hashedToken: 'h' };
      const { emails, services, active } = userDocument(person, token);
      expect(emails).toMatchObject([{ verified: true }]);
      expect([active, services]).toEqual([true, { resume: { loginTokens: [token] } }]);
    }
  });
});
