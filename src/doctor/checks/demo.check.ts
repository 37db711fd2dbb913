import { Configuration } from '../../config/configuration';
import { Check } from '../check';
import { fail, Finding, ok, warn } from '../finding';
import { DemoRevocation } from '../../workspace-admin/demo/demo-revocation.service';

const REMEDY = 'npm run workspace -- revoke-demo --apply removes them.';

/** @param people the number of demo users with credentials */
export function assessDemo({ environment, database }: Configuration, people: number): Finding {
  if (people === 0) return ok('no credentials of a demo');
  if (database.uri === undefined) return ok('the demo, on the embedded database');
  const found = `${people} demo users have credentials that were printed`;
  return environment.isProduction ? fail(found, REMEDY) : warn(found, REMEDY);
}

export const DEMO_CHECK: Check = {
  name: 'demo',
  run: async ({ context, configuration }) =>
    assessDemo(
      configuration,
      (await context.get(DemoRevocation).findUsersWithCredentials()).length,
    ),
};
