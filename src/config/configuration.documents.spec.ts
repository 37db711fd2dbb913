import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { Configuration } from './configuration';
import { variablesOf } from './environment-variable';

const ROOT = join(__dirname, '../..');

describe('documentation of the configuration', () => {
  const defaults = new Map(
    new Configuration().parts.flatMap((part) => {
      const values = new Map<string, unknown>(Object.entries(part));
      return [...variablesOf(part)].map(
        ([property, name]) => [name, values.get(property)] as const,
      );
    }),
  );
  const example = readFileSync(join(ROOT, '.env.example'), 'utf8');

  it('.env.example holds every variable with its default', () => {
    // Some have no single default: optional ones, and those that depend on NODE_ENV.
    const without = ['MONGODB_URI', 'SMTP_URL', 'MAIL_FROM', 'PUBLIC_URL', 'MANAGEMENT_PORT'];
    for (const name of without) {
      expect(defaults.get(name)).toBeUndefined();
      expect(example).toMatch(new RegExp(`^# ${name}=`, 'm'));
    }
    const depending = [
      'HOST',
      'API_DOCS',
      'LOG_FORMAT',
      'MANAGEMENT_HOST',
      'SHUTDOWN_DRAIN_SECONDS',
    ];
    for (const name of depending) {
      expect(example).toContain(`# ${name}=${String(defaults.get(name))}\n`);
    }
    expect(parseEnv(example)).toEqual(
      Object.fromEntries(
        [...defaults]
          .filter(([name]) => ![...without, ...depending].includes(name))
          .map(([name, value]) => [name, String(value)]),
      ),
    );
  });

  it.each([...defaults.keys()])('explains %s in docs/operations.md', (name) => {
    expect(readFileSync(join(ROOT, 'docs/operations.md'), 'utf8')).toContain(`| \`${name}\``);
  });
});
