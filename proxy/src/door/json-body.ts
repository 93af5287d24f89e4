/**
 * Checks a JSON body without changing a byte of it: a well-formed UTF-8 object without duplicate keys (`JSON.parse`
 * takes the last, the exchange perhaps the first), without `__proto__` and `constructor`, and not deep.
 */

const DEPTH_MAX = 8;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The object, or undefined if the bytes are not one that may pass. */
export function parseJsonObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(bytes);
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return areKeysClean(text) ? (value as Record<string, unknown>) : undefined;
}

/** Index after the closing quote of the string that opens at `at`. */
function endOfString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const char = text[i];
    if (char === '\\') i += 1;
    else if (char === '"') return i + 1;
  }
  return text.length;
}

/** `text` is known to be JSON. A string is a key where an object waits for one. */
function areKeysClean(text: string): boolean {
  /** The keys seen in each object that is open; undefined for an open list. */
  const open: (Set<string> | undefined)[] = [];
  let isKeyNext = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '{' || char === '[') {
      if (open.length >= DEPTH_MAX) return false;
      open.push(char === '{' ? new Set() : undefined);
      isKeyNext = char === '{';
    } else if (char === '}' || char === ']') {
      open.pop();
      isKeyNext = false;
    } else if (char === ',') {
      isKeyNext = open.at(-1) !== undefined;
    } else if (char === '"') {
      const end = endOfString(text, i);
      if (isKeyNext && !isNewKey(open.at(-1), text.slice(i, end))) return false;
      isKeyNext = false;
      i = end - 1;
    }
  }
  return true;
}

function isNewKey(keys: Set<string> | undefined, quoted: string): boolean {
  const key = JSON.parse(quoted) as string;
  if (keys === undefined || keys.has(key) || FORBIDDEN_KEYS.has(key)) return false;
  keys.add(key);
  return true;
}
