import { BSONRegExp, Binary, Double, Int32, Long, MaxKey, ObjectId } from 'bson';
import type { Value } from './value';

/** A value as MongoDB writes it in its messages: `{ email: "a@x", n: 1 }`. */
export function shellText(value: Value): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`;
  if (value instanceof Int32) return String(value.value);
  if (value instanceof Double) return doubleText(value.value);
  if (value instanceof Long) return value.toString();
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Binary) return binaryText(value);
  if (value instanceof BSONRegExp) return `/${value.pattern}/${value.options}`;
  if (Array.isArray(value)) return list('[', value.map(shellText), ']');
  if (value instanceof Map) {
    return list(
      '{',
      [...value].map(([name, item]) => `${name}: ${shellText(item)}`),
      '}',
    );
  }
  return value instanceof MaxKey ? 'MaxKey' : 'MinKey';
}

function doubleText(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function binaryText(binary: Binary): string {
  if (binary.sub_type === Binary.SUBTYPE_UUID && binary.length() === 16) {
    return `UUID("${binary.toUUID().toHexString()}")`;
  }
  const hex = Buffer.from(binary.value()).toString('hex').toUpperCase();
  return `BinData(${binary.sub_type}, ${hex})`;
}

function list(open: string, items: readonly string[], close: string): string {
  return items.length === 0 ? `${open}${close}` : `${open} ${items.join(', ')} ${close}`;
}
