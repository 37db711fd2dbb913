import { ROUTE_POLICY } from '../http/route-policy';
import { Problem } from '../errors/problem';

const OWN_PROBLEMS = 'own-problems';

/**
 * The route's own problems. `@Access`, above, documents them: two decorators for one status would overwrite each other.
 */
export function ApiOwnProblems(...problems: Problem[]): MethodDecorator {
  return (_target, name, { value: handler }) => {
    if (Reflect.hasMetadata(ROUTE_POLICY, handler as object)) {
      throw new Error(`${String(name)} documents problems above its @Access, which must see them.`);
    }
    Reflect.defineMetadata(OWN_PROBLEMS, problems, handler as object);
  };
}

export function ownProblemsOf(handler: object): Problem[] {
  return (Reflect.getMetadata(OWN_PROBLEMS, handler) ?? []) as Problem[];
}
