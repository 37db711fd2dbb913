import { Check } from '../check';
import { fail, Finding, ok, warn } from '../finding';
import { IndexInspector, InspectedIndex } from '../../workspace-admin/indexes/index.inspector';
import { keyOf } from '../../workspace-admin/indexes/same-index';

export function judgeIndexes(survey: InspectedIndex[]): Finding {
  const there = survey.filter(({ state }) => state === 'there').length;
  const missing = survey.filter(({ state }) => state === 'missing');
  const others = survey.filter(({ state }) => state === 'other-options');
  const found = `${there} of ${survey.length} of the workspace's indexes are there`;
  if (missing.length > 0) {
    return fail(
      `${found}; missing: ${missing.map(describe).join(', ')}`,
      'npm run workspace -- indexes --apply makes them, or restart the workspace, which does so too.',
    );
  }
  return others.length === 0
    ? ok(found)
    : warn(
        `${found}; with other options: ${others.map(describe).join(', ')}`,
        'npm run workspace -- indexes shows the difference; whether to change it is yours to decide.',
      );
}

function describe({ collection, wanted }: InspectedIndex): string {
  return `${collection} (${keyOf(wanted)
    .map(([field]) => field)
    .join(', ')})`;
}

export const INDEXES_CHECK: Check = {
  name: 'indexes',
  run: async ({ context }) => judgeIndexes(await context.get(IndexInspector).survey()),
};
