import { getMetadataStorage, validateSync, ValidationError } from 'class-validator';
import { ApiError } from '../errors/api-error';
import { invalidParameters } from '../errors/common.problems';

export type ParametersClass<T extends object = object> = new () => T;

/**
 * Validates raw input. Reads own properties and writes declared names only, so a hostile key (`__proto__`) stays data.
 * The first failure answers, in the order of Rocket.Chat's JSON schema validator: missing, unknown, wrong type.
 * @throws ApiError invalid-parameters (contract §1)
 */
export function validateParameters<T extends object>(rules: ParametersClass<T>, raw: unknown): T {
  const given: unknown = raw ?? {};
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalid('must be object');

  const declared = declaredNames(rules);
  const parameters = new rules();
  for (const [name, value] of Object.entries(given as Record<string, unknown>)) {
    if (declared.has(name)) Object.assign(parameters, { [name]: value });
  }

  const errors = validateSync(parameters, { forbidUnknownValues: false });
  const missing = errors.find(({ property }) => !Object.hasOwn(given, property));
  if (missing) throw invalid(`must have required property '${missing.property}'`);
  if (Object.keys(given).some((name) => !declared.has(name))) {
    throw invalid('must NOT have additional properties');
  }
  const [first] = errors;
  if (first) throw invalid(messageOf(first));
  if (checksItself(parameters)) parameters.check();
  return parameters;
}

/** For rules that no decorator expresses. */
interface SelfChecking {
  check(): void;
}

function checksItself(parameters: object): parameters is SelfChecking {
  return 'check' in parameters && typeof parameters.check === 'function';
}

/** Decorators declare them when the class is defined, so they do not change. */
const namesOf = new WeakMap<ParametersClass, Set<string>>();

function declaredNames(rules: ParametersClass): Set<string> {
  const known = namesOf.get(rules);
  if (known) return known;
  const metadata = getMetadataStorage().getTargetValidationMetadatas(rules, '', false, false);
  const names = new Set(metadata.map(({ propertyName }) => propertyName));
  namesOf.set(rules, names);
  return names;
}

function messageOf({ constraints }: ValidationError): string {
  return Object.values(constraints ?? {})[0] ?? 'is invalid';
}

function invalid(message: string): ApiError {
  return new ApiError(invalidParameters(message));
}
