import { invalidParameters } from '../errors/common.problems';
import { Problem } from '../errors/problem';

export const UNKNOWN_PARAMETER = invalidParameter(
  'unknownParameter',
  'There is a parameter that is not documented',
  'must NOT have additional properties',
);

export function textProblems(parameter: string): Problem[] {
  return [
    invalidParameter(
      'missingParameter',
      `\`${parameter}\` is missing`,
      `must have required property '${parameter}'`,
    ),
    invalidParameter('wrongKind', `\`${parameter}\` is repeated or not text`, 'must be string'),
    UNKNOWN_PARAMETER,
  ];
}

export function invalidParameter(name: string, when: string, message: string): Problem {
  return invalidParameters(message, name, when);
}
