import type { Long } from 'bson';
import { CommandError } from '../errors';
import { isDocument, isNumeric, toNumber, typeName } from '../values/value';
import type { Document, Value } from '../values/value';

/** Reads the fields of a command, or of a statement inside it, by the types they must have. */
export class Arguments {
  /** @param command the name of the command, or of the statement, for messages */
  constructor(
    readonly command: string,
    readonly fields: Document,
  ) {}

  /** The name of the database the command is sent to. */
  get database(): string {
    return this.text('$db');
  }

  /** The collection that the command's own field names. */
  get collection(): string {
    return this.text(this.command);
  }

  has(field: string): boolean {
    return this.fields.has(field);
  }

  value(field: string): Value | undefined {
    return this.fields.get(field);
  }

  text(field: string): string {
    const value = this.required(field);
    return typeof value === 'string' ? value : this.mismatch(field, value, 'string');
  }

  document(field: string): Document {
    const value = this.required(field);
    return isDocument(value) ? value : this.mismatch(field, value, 'object');
  }

  optionalDocument(field: string): Document | undefined {
    return this.fields.has(field) ? this.document(field) : undefined;
  }

  documentOrEmpty(field: string): Document {
    return this.optionalDocument(field) ?? new Map<string, Value>();
  }

  /** An array of documents, each as arguments of its own. */
  statements(field: string): Arguments[] {
    return this.documents(field).map(
      (statement) => new Arguments(`${this.command}.${field}`, statement),
    );
  }

  documents(field: string): Document[] {
    return this.array(field).map((item) =>
      isDocument(item) ? item : this.mismatch(field, item, 'object'),
    );
  }

  array(field: string): Value[] {
    const value = this.required(field);
    return Array.isArray(value) ? value : this.mismatch(field, value, 'array');
  }

  /** A boolean or a number that stands for one. */
  flag(field: string, missing = false): boolean {
    const value = this.fields.get(field);
    if (value === undefined) return missing;
    if (isNumeric(value)) return toNumber(value) !== 0;
    return typeof value === 'boolean' ? value : this.mismatch(field, value, 'bool');
  }

  /** An integer that is not negative, such as a limit. */
  count(field: string): number | undefined {
    const value = this.fields.get(field);
    if (value === undefined || value === null) return undefined;
    const count = isNumeric(value) ? toNumber(value) : this.mismatch(field, value, 'long');
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new CommandError(
        51024,
        `BSON field '${field}' value must be >= 0, actual value '${count}'`,
      );
    }
    return count;
  }

  /** A number that names something, such as a cursor. */
  id(field: string): bigint {
    return this.toId(field, this.required(field));
  }

  ids(field: string): bigint[] {
    return this.array(field).map((value) => this.toId(field, value));
  }

  /**
   * Refuses every field that is not listed.
   * @throws CommandError CommandNotSupported
   */
  allowOnly(options: readonly string[]): void {
    const other = [...this.fields.keys()].find((field) => !options.includes(field));
    if (other !== undefined) {
      throw new CommandError(
        'CommandNotSupported',
        `BSON field '${this.command}.${other}' is not supported by the embedded engine`,
      );
    }
  }

  private toId(field: string, value: Value): bigint {
    if (!isNumeric(value)) return this.mismatch(field, value, 'long');
    return BigInt((value as Long).toString());
  }

  private required(field: string): Value {
    const value = this.fields.get(field);
    if (value !== undefined) return value;
    throw new CommandError(
      40414,
      `BSON field '${this.command}.${field}' is missing but a required field`,
    );
  }

  private mismatch(field: string, value: Value, expected: string): never {
    throw new CommandError(
      'TypeMismatch',
      `BSON field '${this.command}.${field}' is the wrong type '${typeName(value)}', ` +
        `expected type '${expected}'`,
    );
  }
}
