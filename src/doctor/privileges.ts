/** As MongoDB lists it: actions on a resource. An empty name of a database or collection stands for all of them. */
export interface Privilege {
  resource: { db?: string; collection?: string; anyResource?: boolean };
  actions: string[];
}

/**
 * Names the needed actions that no privilege allows, with their collection.
 * @param needed the actions by collection
 */
export function missingRights(
  database: string,
  privileges: Privilege[],
  needed: ReadonlyMap<string, string[]>,
): string[] {
  return [...needed].flatMap(([collection, actions]) => {
    const allowed = new Set(
      privileges
        .filter(({ resource }) => covers(resource, database, collection))
        .flatMap((privilege) => privilege.actions),
    );
    if (allowed.has('anyAction')) return [];
    const missing = actions.filter((action) => !allowed.has(action));
    return missing.length === 0 ? [] : [`${missing.join(', ')} on ${collection}`];
  });
}

function covers(
  { db, collection, anyResource = false }: Privilege['resource'],
  wantedDatabase: string,
  wantedCollection: string,
): boolean {
  if (anyResource) return true;
  return (
    (db === '' || db === wantedDatabase) && (collection === '' || collection === wantedCollection)
  );
}
