import { Check } from '../check';
import { fail, Finding, ok, warn } from '../finding';
import { IndexInspector, InspectedIndex } from '../../workspace-admin/indexes/index.inspector';
import { keyOf } from '../../workspace-admin/indexes/same-index';

export function assessIndexes(survey: InspectedIndex[]): Finding {
  const there = survey.filter(({ state }) => state === 'there').length;
  const missing = survey.filter(({ state }) => state === 'missing');
  const others = survey.filter(({ state }) => state === 'other-options');
  const found = `${there} of ${survey.length} of the workspace's indexes are there`;
  if (missing.length > 0) {
    return fail(
      `${found}; missing: ${missing.map(describe).join(', ')}`,
      'npm run workspace -- indexes --apply creates them, and so does a restart of Rocket.Chat.',
    );
  }
  return others.length === 0
    ? ok(found)
    : warn(
        `${found}; with other options: ${others.map(describe).join(', ')}`,
        'npm run workspace -- indexes shows the difference; you decide whether to change it.',
      );
}

function describe({ collection, wanted }: InspectedIndex): string {
  return `${collection} (${keyOf(wanted)
    .map(([field]) => field)
    .join(', ')})`;
}

export const INDEXES_CHECK: Check = {
  name: 'indexes',
  run: async ({ context }) => assessIndexes(await context.get(IndexInspector).survey()),
};
