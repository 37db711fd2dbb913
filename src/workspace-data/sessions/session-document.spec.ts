import { newSessionDocument } from './session-document';

const NOW = new Date('2026-03-04T05:06:07Z');
const LOGIN = {
  userId: 'u',
  roles: ['moderator', 'user'],
  hashedToken: 'h',
  client: { userAgent: 'RC Mobile; iOS 12.2; v3.4.0 (250)', address: '192.0.2.7' },
  host: 'chat.example.com',
};

describe('newSessionDocument', () => {
  it('recognises the device, and makes what the workspace searches and counts by', () => {
    const { sessionId, ...document } = newSessionDocument(LOGIN, NOW);
    expect(sessionId).toMatch(/^\w{17}$/);
    expect(document).toMatchObject({
      device: { type: 'mobile-app', name: 'RC Mobile' },
      searchTerm: `RC Mobilemobile-appiOS${sessionId}u`,
      mostImportantRole: 'user',
      loginAt: NOW,
      createdAt: NOW,
      closedAt: NOW,
      year: 2026,
      month: 3,
      day: 4,
    });
  });
});
