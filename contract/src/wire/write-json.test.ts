import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type WireJson, writeJson } from './write-json.ts';

describe('writing JSON', () => {
  it('prints whole numbers past 2^53 bare and to the last digit', () => {
    expect(writeJson({ actionTimeNs: 1763521361212642955n, rows: [[-1n, 0n]] })).toBe(
      '{"actionTimeNs":1763521361212642955,"rows":[[-1,0]]}',
    );
  });

  it('is otherwise the text of JSON.stringify', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(writeJson(value as WireJson)).toBe(JSON.stringify(value));
      }),
    );
  });

  it('escapes whatever text needs it, in values and in names', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(writeJson({ [`k${text}`]: text })).toBe(JSON.stringify({ [`k${text}`]: text }));
      }),
    );
    expect(writeJson('"\\\n\u2028é\ud800')).toBe(JSON.stringify('"\\\n\u2028é\ud800'));
  });

  it('leaves absent fields out, and writes null for what JSON cannot say', () => {
    expect(writeJson({ a: undefined, b: null, c: [undefined, Number.NaN, Number.POSITIVE_INFINITY] })).toBe(
      '{"b":null,"c":[null,null,null]}',
    );
    expect(writeJson({ a: undefined })).toBe('{}');
  });
});
