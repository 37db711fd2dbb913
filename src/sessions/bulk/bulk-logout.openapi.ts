import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation } from '@nestjs/swagger';
import { Problem } from '../../common/errors/problem';
import { ApiAnswer } from '../../common/openapi/answer.shape';
import { ApiOwnProblems } from '../../common/openapi/own-problems.decorator';
import { invalidParameter, UNKNOWN_PARAMETER } from '../../common/openapi/parameter-problems';
import { WEBSOCKET_NOTE } from '../../common/openapi/websocket-note';
import { LONGEST_REASON } from '../../session-selection/remark';
import {
  CONFIRMATION_REQUIRED,
  TOO_MANY_ADDRESSES,
} from '../../session-selection/session-selection.problems';
import { MAX_TEXTS } from '../../session-selection/session-selector';
import { LONGEST_FILTER } from '../../workspace-data/sessions/live-logins.pipeline';
import { SESSION_ID_EXAMPLE, SESSION_OWNER_EXAMPLE } from '../session.shapes';
import { BULK_LOGOUT_ANSWER, PREVIEW_EXAMPLE } from './bulk-logout.shapes';

const text = (description: string): object => ({ type: 'string', description });
const texts = (description: string, example: string): object => ({
  type: 'array',
  items: { type: 'string' },
  minItems: 1,
  maxItems: MAX_TEXTS,
  description,
  example: [example],
});

const SELECTOR = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  description: 'Live sessions for which all of this is true',
  properties: {
    userIds: texts('Of one of these users', SESSION_OWNER_EXAMPLE),
    usernames: texts('Of a user with exactly one of these usernames', 'Rod'),
    sessionIds: texts('With one of these ids', SESSION_ID_EXAMPLE),
    filter: {
      type: 'string',
      minLength: 1,
      maxLength: LONGEST_FILTER,
      description: 'As in a list of all sessions',
    },
    deviceType: text('Exactly this type, such as `browser`'),
    deviceName: text('Exactly this name, such as `Chrome`'),
    osName: text('Exactly this operating system, such as `Windows`'),
    host: text('Exactly this host'),
    ip: text('This address, or an address of this CIDR block'),
    loginBefore: text('Begun before this moment (ISO 8601)'),
    loginAfter: text('Begun at this moment or later (ISO 8601)'),
  },
};

const BODY = {
  type: 'object',
  required: ['selector'],
  additionalProperties: false,
  properties: {
    selector: SELECTOR,
    dryRun: { type: 'boolean', default: false, description: 'Only show what would end' },
    confirm: text('The `confirm` of a dry run of the same selector'),
    reason: {
      type: 'string',
      minLength: 1,
      maxLength: LONGEST_REASON,
      description: 'A remark for the history and the audit trail, one line',
    },
    includeOwn: {
      type: 'boolean',
      default: false,
      description: 'Also the session that makes the request, if it matches',
    },
  },
};

const SELECTOR_EXAMPLE = { selector: { osName: 'Windows', ip: '172.20.0.0/16' } };

const PROBLEMS: Problem[] = [
  invalidParameter(
    'missingSelector',
    '`selector` is missing',
    "must have required property 'selector'",
  ),
  invalidParameter('notAnObject', '`selector` is no object', 'must be object'),
  invalidParameter('emptySelector', '`selector` is empty', 'must NOT have fewer than 1 properties'),
  invalidParameter('wrongKind', 'A text is not text', 'must be string'),
  invalidParameter('notAList', 'A list is not a list', 'must be array'),
  invalidParameter('emptyList', 'A list is empty', 'must NOT have fewer than 1 items'),
  invalidParameter('longList', 'A list is too long', `must NOT have more than ${MAX_TEXTS} items`),
  invalidParameter(
    'emptyText',
    '`filter` or `reason` is empty',
    'must NOT have fewer than 1 characters',
  ),
  invalidParameter(
    'longText',
    '`filter` or `reason` is too long',
    `must NOT have more than ${LONGEST_REASON} characters`,
  ),
  invalidParameter(
    'notABlock',
    '`ip` is neither an address nor a CIDR block',
    'must match format "ip-or-cidr"',
  ),
  invalidParameter(
    'notADate',
    '`loginBefore` or `loginAfter` is no ISO 8601 date',
    'must match format "date-time"',
  ),
  invalidParameter(
    'notABoolean',
    '`dryRun` or `includeOwn` is neither true nor false',
    'must be boolean',
  ),
  UNKNOWN_PARAMETER,
  TOO_MANY_ADDRESSES,
  CONFIRMATION_REQUIRED,
];

export function ApiSessionsLogoutBulk(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'sessionsLogoutBulk',
      summary: 'Revoke all sessions that a selector matches',
      description: `First with \`dryRun\`, which shows what would end and gives \`confirm\`; then with \`confirm\`, within ten minutes and by the same login, again and again until \`remaining\` is 0. Each call revokes at most 1,000 sessions, the oldest login first, before its answer is sent. Sessions that began after the dry run are left alone, and so is the session that makes the request unless \`includeOwn\` is true. ${WEBSOCKET_NOTE}`,
    }),
    ApiBody({
      required: true,
      schema: BODY,
      examples: {
        dryRun: { summary: 'A dry run', value: { ...SELECTOR_EXAMPLE, dryRun: true } },
        act: {
          summary: 'The act',
          value: { ...SELECTOR_EXAMPLE, confirm: PREVIEW_EXAMPLE.confirm, reason: 'lost laptops' },
        },
      },
    }),
    ApiAnswer('What would end, or what has ended', BULK_LOGOUT_ANSWER),
    ApiOwnProblems(...PROBLEMS),
  );
}
