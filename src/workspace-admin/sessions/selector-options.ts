import { ApiError } from '../../common/errors/api-error';
import { OperatorError } from '../../common/errors/operator-error';
import { ParametersClass, validateParameters } from '../../common/validation/validate-parameters';
import {
  SELECTION_LIMITS,
  SelectedSessions,
  Selection,
  SelectionBounds,
} from '../../session-selection/selected-sessions.service';
import { CONFIRMATION_REQUIRED } from '../../session-selection/session-selection.problems';
import { SessionSelector } from '../../session-selection/session-selector';

/** For `parseOptions`. */
export const SELECTOR_OPTIONS = {
  'user-id': { type: 'string', multiple: true },
  username: { type: 'string', multiple: true },
  'session-id': { type: 'string', multiple: true },
  filter: { type: 'string' },
  'device-type': { type: 'string' },
  'device-name': { type: 'string' },
  'os-name': { type: 'string' },
  host: { type: 'string' },
  ip: { type: 'string' },
  'login-before': { type: 'string' },
  'login-after': { type: 'string' },
} as const;

type OptionName = keyof typeof SELECTOR_OPTIONS;

/** The names of the selector's parts by those of the options. */
const PARTS: Record<OptionName, string> = {
  'user-id': 'userIds',
  username: 'usernames',
  'session-id': 'sessionIds',
  filter: 'filter',
  'device-type': 'deviceType',
  'device-name': 'deviceName',
  'os-name': 'osName',
  host: 'host',
  ip: 'ip',
  'login-before': 'loginBefore',
  'login-after': 'loginAfter',
};

export const SELECTOR_USAGE = `Selectors; all that are given must match:
  --user-id ID  --username NAME  --session-id ID    one of these; may be repeated
  --filter TEXT                                     as in list.all
  --device-type TYPE  --device-name NAME  --os-name NAME  --host HOST    exactly
  --ip ADDRESS                                      or a CIDR block
  --login-before TIME  --login-after TIME           ISO 8601, such as 2026-11-26T12:00:00Z`;

/**
 * @param values of `SELECTOR_OPTIONS`
 * @returns undefined if no option is given
 * @throws OperatorError naming the option that is wrong
 */
export function selectorOf(
  values: Partial<Record<OptionName, unknown>>,
): SessionSelector | undefined {
  const given = Object.entries(PARTS).flatMap(([option, part]) => {
    const value = values[option as OptionName];
    if (value === undefined) return [];
    checkOption(option, SessionSelector, { [part]: value });
    return [[part, value] as const];
  });
  return given.length === 0
    ? undefined
    : validateParameters(SessionSelector, Object.fromEntries(given));
}

/** @throws OperatorError that names the option and quotes no value */
export function checkOption(option: string, rules: ParametersClass, value: object): void {
  try {
    validateParameters(rules, value);
  } catch (error) {
    throw naming(option, error);
  }
}

/** As `SelectedSessions.resolve`. @throws OperatorError for a block of too many addresses, and too many new logins */
export async function resolveSelector(
  sessions: SelectedSessions,
  selector: SessionSelector,
  bounds: SelectionBounds,
): Promise<Selection> {
  try {
    return await sessions.resolve(selector, bounds);
  } catch (error) {
    if (error instanceof ApiError && error.problem === CONFIRMATION_REQUIRED) {
      throw new OperatorError(
        `More than ${SELECTION_LIMITS.resumed} logins were opened meanwhile. Run the command again.`,
      );
    }
    throw naming('ip', error);
  }
}

/** Any other error is returned as it is. */
function naming(option: string, error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const { error: text = '' } = error.problem.body as { error?: string };
  return new OperatorError(`--${option} ${text.replace(' [invalid-params]', '')}.`);
}
