import { Configuration } from '../config/configuration';

/** What the primary uses itself, and not only its workers, by the names of the variables. */
function ownSettings({ management, logging }: Configuration): Map<string, unknown> {
  return new Map<string, unknown>([
    ['MANAGEMENT_PORT', management.port],
    ['MANAGEMENT_HOST', management.host],
    ['LOG_LEVEL', logging.level],
    ['LOG_FORMAT', logging.format],
  ]);
}

/** The settings in which a primary that was started with one configuration does not follow the other. */
export function keptSettings(started: Configuration, now: Configuration): string[] {
  const wanted = ownSettings(now);
  return [...ownSettings(started)]
    .filter(([name, value]) => wanted.get(name) !== value)
    .map(([name]) => name);
}
