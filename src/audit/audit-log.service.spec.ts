import { Logger } from '@nestjs/common';
import { ServiceLogger } from '../common/logging/service.logger';
import { LONGEST_TEXT } from './audit-event';
import { AuditLog } from './audit-log.service';

describe('AuditLog', () => {
  const NOW = new Date('2026-01-01T00:00:00.000Z');
  let line: string;

  beforeEach(() => {
    const write = (written: string): string => (line = written);
    Logger.overrideLogger(new ServiceLogger({ level: 'fatal', format: 'json' }, { write }));
  });
  afterAll(() => {
    Logger.overrideLogger(['log', 'warn', 'error', 'fatal']);
  });

  const written = (data: object = {}, actor: object = {}): unknown => {
    new AuditLog().write({
      t: 'login',
      ts: NOW,
      actor: { type: 'user', ip: '192.0.2.1', useragent: 'curl', ...actor },
      data: { result: 'login-refused', ...data },
    });
    return (JSON.parse(line) as { audit: unknown }).audit;
  };

  it('writes an entry at every level, in the shape of an audit record', () => {
    expect(written({ sessionId: 'S' }, { _id: 'ann' })).toEqual({
      t: 'login',
      ts: '2026-01-01T00:00:00.000Z',
      actor: { type: 'user', ip: '192.0.2.1', useragent: 'curl', _id: 'ann' },
      data: { result: 'login-refused', sessionId: 'S' },
    });
  });

  it('truncates long text, and leaves nothing that a terminal obeys', () => {
    const hostile = '"}\n{"t":"login"\x1b[2J\x9b31m\u202e\u200b\u2028\ud800';
    const entry = written({ tokenName: hostile }, { useragent: hostile + 'x'.repeat(5000) });
    expect(line).toMatch(/^[\x20-\x7e]*\n$/);
    expect(entry).toMatchObject({
      actor: { useragent: (hostile + 'x'.repeat(5000)).slice(0, LONGEST_TEXT) },
      data: { tokenName: hostile },
    });
  });
});
