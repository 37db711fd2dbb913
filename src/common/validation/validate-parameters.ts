import { getMetadataStorage, validateSync, ValidationError } from 'class-validator';
import { ApiError } from '../errors/api-error';
import { invalidParameters } from '../errors/common.problems';

/** A class whose class-validator rules describe what a route takes. */
export type ParametersClass<T extends object = object> = new () => T;

/**
 * Judges raw input by the rules of a class and hands out an instance that carries what the class declares and nothing
 * else. Only own properties are read and only declared names are written, so a hostile key (`__proto__`) stays data.
 *
 * The first failure answers, in the order of the original's JSON schema validator: a missing parameter, an unknown one,
 * one of a wrong kind.
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

/** Parameters with rules that no decorator expresses. */
interface SelfChecking {
  /** @throws ApiError */
  check(): void;
}

function checksItself(parameters: object): parameters is SelfChecking {
  return 'check' in parameters && typeof parameters.check === 'function';
}

function declaredNames(rules: ParametersClass): Set<string> {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(rules, '', false, false);
  return new Set(metadata.map(({ propertyName }) => propertyName));
}

function messageOf({ constraints }: ValidationError): string {
  return Object.values(constraints ?? {})[0] ?? 'is invalid';
}

function invalid(message: string): ApiError {
  return new ApiError(invalidParameters(message));
}
