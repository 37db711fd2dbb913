import { Refusal } from '../common/errors/refusal';
import { ResealCounts, ResealGoal } from '../seal/resealing.service';

/**
 * What the options of `workspace:reseal-totp` ask for.
 * @throws Refusal when they contradict each other
 */
export function goalOf({ plain, unseal }: { plain?: boolean; unseal?: boolean }): ResealGoal {
  if (plain === true && unseal === true) {
    throw new Refusal('--plain seals the plain secrets and --unseal makes all plain: choose one.');
  }
  if (unseal === true) return 'all-plain';
  return plain === true ? 'all-sealed' : 'sealed';
}

/** The counts, for a person. */
export function describeResealing(counts: ResealCounts, goal: ResealGoal, apply: boolean): string {
  const { users, right, changed, plain } = counts;
  const aim = goal === 'all-plain' ? 'plain' : 'sealed with the first key';
  return [
    `${users} users. Of their TOTP secrets:`,
    `  ${right} ${right === 1 ? 'is' : 'are'} ${aim} already`,
    `  ${changed} ${apply ? 'made so now' : 'would be made so with -- --apply'}`,
    ...(goal === 'sealed' ? [`  ${plain} plain, left alone`] : []),
    ...(apply ? [] : ['Nothing has been changed.']),
  ].join('\n');
}

/** @throws Refusal when a secret is not as it was asked for, so that nobody removes a key too early */
export function refuseIfUnfinished({ unreadable, overtaken }: ResealCounts): void {
  const problems = [
    ...(unreadable > 0
      ? [`${unreadable} cannot be opened (named above) and stay as they are. Keep all keys.`]
      : []),
    ...(overtaken > 0 ? [`${overtaken} changed while they were being written: run it again.`] : []),
  ];
  if (problems.length > 0) throw new Refusal(problems.join('\n'));
}
