import { ROUTE_POLICY } from '../http/route-policy';
import { Problem } from '../errors/problem';

const OWN_PROBLEMS = 'own-problems';

/**
 * Names the problems that a route has beside those that follow from what it demands. `@Access`, which stands above,
 * documents both together: two decorators for the same status would overwrite each other.
 */
export function ApiOwnProblems(...problems: Problem[]): MethodDecorator {
  return (_target, name, { value: handler }) => {
    if (Reflect.hasMetadata(ROUTE_POLICY, handler as object)) {
      throw new Error(`${String(name)} documents problems above its @Access, which must see them.`);
    }
    Reflect.defineMetadata(OWN_PROBLEMS, problems, handler as object);
  };
}

/** The problems that a handler names as its own. */
export function ownProblemsOf(handler: object): Problem[] {
  return (Reflect.getMetadata(OWN_PROBLEMS, handler) ?? []) as Problem[];
}
