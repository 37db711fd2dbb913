import { OperatorError } from '../../common/errors/operator-error';
import { CodesOfKey, RotationCounts, RotationGoal } from './secret-rotation.service';

/** @throws OperatorError when the options contradict each other */
export function goalOf({ plain, unseal }: { plain?: boolean; unseal?: boolean }): RotationGoal {
  if (plain === true && unseal === true) {
    throw new OperatorError(
      '--plain seals the plain secrets and --unseal makes all plain: choose one.',
    );
  }
  if (unseal === true) return 'all-plain';
  return plain === true ? 'all-sealed' : 'sealed';
}

export function describeResealing(
  counts: RotationCounts,
  goal: RotationGoal,
  apply: boolean,
): string {
  const { users, right, changed, plain } = counts;
  const aim = goal === 'all-plain' ? 'plain' : 'sealed with the first key';
  return [
    `${users} users. Of their TOTP secrets:`,
    `  ${right} ${right === 1 ? 'is' : 'are'} ${aim} already`,
    `  ${changed} ${apply ? 'changed now' : 'would be changed with --apply'}`,
    ...(goal === 'sealed' ? [`  ${plain} plain, left alone`] : []),
    ...describeCodes(counts, goal),
    ...(apply ? [] : ['Nothing has been changed.']),
  ].join('\n');
}

/** What happens to backup codes that are bound to a key; nothing when they need no care. */
function describeCodes({ codes }: RotationCounts, goal: RotationGoal): string[] {
  const lines = [...codes].flatMap(([keyId, ofKey]) => {
    const fate = fateOf(ofKey, goal);
    if (fate === undefined) return [];
    const users = `${ofKey.users} ${ofKey.users === 1 ? 'user' : 'users'}`;
    return [`  ${ofKey.codes} of ${users} under key ${keyId} ${fate}`];
  });
  if (lines.length === 0) return [];
  return [
    'Backup codes, which are stored as hashes that are bound to a key:',
    ...lines,
    '  Their users create new ones with users.regenerateTotpCodes.',
  ];
}

function fateOf({ key }: CodesOfKey, goal: RotationGoal): string | undefined {
  if (key === 'missing') return 'do not work: TOTP_ENCRYPTION_KEYS lacks it';
  if (goal === 'all-plain')
    return 'cannot be made plain: they work here as long as the key is given';
  return key === 'given' ? 'work until that key is removed: keep it, or warn the users' : undefined;
}

/** @throws OperatorError when a secret is not as requested, so that the operator keeps its key */
export function refuseIfUnfinished({ unreadable, overtaken }: RotationCounts): void {
  const problems = [
    ...(unreadable > 0
      ? [`${unreadable} cannot be opened (named above) and stay as they are. Keep all keys.`]
      : []),
    ...(overtaken > 0 ? [`${overtaken} changed during the write: run the command again.`] : []),
  ];
  if (problems.length > 0) throw new OperatorError(problems.join('\n'));
}
