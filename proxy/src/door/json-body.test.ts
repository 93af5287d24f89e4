import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonObject } from './json-body.ts';

const parse = (text: string) => parseJsonObject(Buffer.from(text));

describe('a body', () => {
  it('that is an object with distinct keys passes, whatever its texts hold', () => {
    const key = fc.string().filter((text) => !['__proto__', 'constructor', 'prototype'].includes(text));
    const leaf = fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean());
    const value = fc.oneof(leaf, fc.array(leaf), fc.dictionary(key, leaf));
    fc.assert(
      fc.property(fc.dictionary(key, value), (object) => {
        const text = JSON.stringify(object);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('with a key twice never passes, wherever and however it is spelled', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat({ max: 5 }), (key, depth) => {
        const plain = JSON.stringify(key);
        const escaped = `"${[...Array(key.length).keys()]
          .map((i) => `\\u${key.charCodeAt(i).toString(16).padStart(4, '0')}`)
          .join('')}"`;
        const twice = `{${plain}:1,"other":[{"a":"}"}],${escaped}:2}`;
        expect(parse(`${'{"x":'.repeat(depth)}${twice}${'}'.repeat(depth)}`)).toBeUndefined();
      }),
    );
  });

  it('may repeat a key in different objects, and as a value', () => {
    expect(parse('{"a":{"b":1},"c":{"b":"b"},"b":["b","b"]}')).toBeDefined();
  });

  it.each(['null', '1', '[]', '', '{', '{"a":1}x', '{a:1}', '{"a":NaN}', '\ufeff{}'])(
    'refuses %j',
    (text) => {
      expect(parse(text)).toBeUndefined();
    },
  );

  it('refuses what is deeper than an order ever is', () => {
    const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
    expect(parse(deep(8))).toBeDefined();
    expect(parse(deep(9))).toBeUndefined();
  });
});
