import { Arguments } from '../commands/arguments';
import { CommandError, notSupported } from '../errors';
import { isDocument } from '../values/value';
import type { Document, Value } from '../values/value';
import type { CompileStage } from './stage';

/** The fields of an `$unwind` that is more than a path. */
export const unwindOptions: readonly string[] = ['path', 'preserveNullAndEmptyArrays'];

/** `$unwind`: one document for each element of an array. What is no array stays as it is. */
export const compileUnwind: CompileStage = (specification) => {
  const { name, keepsEmpty } = parse(specification);
  return (documents) =>
    documents.flatMap((document) => {
      const value = document.get(name);
      if (Array.isArray(value) && value.length > 0) {
        return value.map((element) => new Map(document).set(name, element));
      }
      if (value !== undefined && value !== null && !Array.isArray(value)) return [document];
      return keepsEmpty ? [withoutEmptyArray(document, name)] : [];
    });
};

function parse(specification: Value): { name: string; keepsEmpty: boolean } {
  if (!isDocument(specification)) return { name: parseName(specification), keepsEmpty: false };
  const unwind = new Arguments('$unwind', specification);
  unwind.allowOnly(unwindOptions);
  return {
    name: parseName(unwind.value('path')),
    keepsEmpty: unwind.flag('preserveNullAndEmptyArrays'),
  };
}

function parseName(path: Value | undefined): string {
  if (typeof path !== 'string') {
    throw new CommandError(28812, 'no path specified to $unwind stage');
  }
  if (!path.startsWith('$')) {
    throw new CommandError(
      28818,
      `path option to $unwind stage should be prefixed with a '$': ${path}`,
    );
  }
  if (path.includes('.')) throw notSupported('$unwind of a dotted path');
  return path.slice(1);
}

function withoutEmptyArray(document: Document, name: string): Document {
  if (!Array.isArray(document.get(name))) return document;
  const copy = new Map(document);
  copy.delete(name);
  return copy;
}
