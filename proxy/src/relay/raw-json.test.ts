import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinList, joinObject, listParts, objectParts } from './raw-json.ts';

describe('cutting JSON into its parts', () => {
  it('gives the texts of a list’s entries, which put together mean the list', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 1, '\t'), (list, indent) => {
        const text = JSON.stringify(list, null, indent);
        const expected = JSON.parse(text) as unknown[];
        expect(listParts(text).map((part) => JSON.parse(part) as unknown)).toEqual(expected);
        expect(JSON.parse(joinList(listParts(text)))).toEqual(expected);
      }),
    );
  });

  it.each(['{"a":1}', '"a}b"', 'null', '7', ''])('finds no entries in what is no list: %s', (text) => {
    expect(listParts(text)).toEqual([]);
  });

  it('gives the texts of an object’s values by key, which put together mean the object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const text = JSON.stringify(object);
        const expected = JSON.parse(text) as Record<string, unknown>;
        const parts = objectParts(text);
        expect([...parts.keys()]).toEqual(Object.keys(expected));
        expect(JSON.parse(joinObject(parts))).toEqual(expected);
      }),
    );
  });

  it('keeps every digit', () => {
    expect(objectParts('{"t":1763521361212642955,"q":1.10}').get('t')).toBe('1763521361212642955');
    expect(listParts('[1763521361212642955, -0.0 ,1e5]')).toEqual(['1763521361212642955', '-0.0', '1e5']);
  });
});
