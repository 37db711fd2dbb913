import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, findProgram } from '../support/programs';

const UNIT = join(__dirname, '../../deploy/systemd/workspace-sessions.service');
const text = fs.readFileSync(UNIT, 'utf8');

/** The values of a setting, in their order. */
function settings(name: string): string[] {
  return text
    .split('\n')
    .flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1)] : []));
}

describe('deploy/systemd/workspace-sessions.service', () => {
  it('runs without rights, without a way to write, and with machine code for V8', () => {
    const expected = {
      DynamicUser: 'yes',
      NoNewPrivileges: 'yes',
      ProtectSystem: 'strict',
      CapabilityBoundingSet: '',
      MemoryDenyWriteExecute: 'no',
      RestrictAddressFamilies: 'AF_INET AF_INET6 AF_UNIX',
      Restart: 'on-failure',
    };
    for (const [name, value] of Object.entries(expected)) {
      expect([name, settings(name)]).toEqual([name, [value]]);
    }
    expect(settings('ReadWritePaths')).toEqual([]);
  });

  it('has longer to stop than the longest request', () => {
    expect(Number(settings('TimeoutStopSec')[0])).toBeGreaterThan(60);
  });

  it('replaces its processes on a reload', () => {
    expect(settings('ExecReload')).toEqual(['/bin/kill -HUP $MAINPID']);
  });

  it('takes secrets from a file, never from the unit', () => {
    expect(settings('Environment').join(' ')).not.toMatch(/URI|KEYS|SMTP/);
    expect(settings('EnvironmentFile')).toHaveLength(1);
  });

  // Who reaches the port past the proxy could name any address as the client's.
  it('listens on this machine alone, unless the file says otherwise', () => {
    expect(settings('Environment')).toEqual([
      'NODE_ENV=production',
      'HOST=127.0.0.1',
      'MANAGEMENT_HOST=127.0.0.1',
    ]);
  });
});

describeWith(['systemd-analyze'], 'deploy/systemd by systemd itself')('systemd-analyze', () => {
  const analyse = findProgram('systemd-analyze') ?? '';

  it('finds nothing wrong with the unit', () => {
    const folder = fs.mkdtempSync(join(tmpdir(), 'unit-'));
    const unit = join(folder, 'workspace-sessions.service');
    // It also looks whether the program is there.
    fs.writeFileSync(unit, text.replace('/usr/bin/node', process.execPath));
    const { status, stdout, stderr } = spawnSync(analyse, ['verify', unit], { encoding: 'utf8' });
    fs.rmSync(folder, { recursive: true });
    // What it says of other units of this machine is none of ours.
    const about = (stdout + stderr)
      .split('\n')
      .filter((line) => line.includes('workspace-sessions'));
    expect([status, about]).toEqual([0, []]);
  });

  it('rates its exposure OK', () => {
    const args = ['security', '--offline=true', '--threshold=20', UNIT];
    expect(execFileSync(analyse, args, { encoding: 'utf8' })).toMatch(
      /exposure level .*: 1\.\d OK/,
    );
  });
});
