import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeLabels } from './label-places.ts';

const room = { width: 300, labelHeight: 20, gap: 4 };

describe('labels on lines', () => {
  it('stand at the left edge, and beside one another where their lines are close', () => {
    expect(placeLabels([{ y: 10, width: 100 }], room)).toEqual([4]);
    const close = [
      { y: 10, width: 100 },
      { y: 25, width: 80 },
      { y: 100, width: 80 },
    ];
    expect(placeLabels(close, room)).toEqual([4, 108, 4]);
  });

  it('are left out where there is no room left', () => {
    const crowd = [1, 2, 3, 4].map((y) => ({ y, width: 90 }));
    expect(placeLabels(crowd, room)).toEqual([4, 98, 192, undefined]);
  });

  it('use a gap that one further down left open', () => {
    const labels = [
      { y: 0, width: 100 },
      { y: 18, width: 50 },
      { y: 36, width: 100 },
    ];
    expect(placeLabels(labels, room)).toEqual([4, 108, 4]);
  });

  it('never cover one another, whatever the lines', () => {
    const label = fc.record({
      y: fc.integer({ min: 0, max: 200 }),
      width: fc.integer({ min: 20, max: 200 }),
    });
    fc.assert(
      fc.property(fc.array(label, { maxLength: 40 }), (labels) => {
        const places = placeLabels(labels, room);
        const boxes = labels.flatMap(({ y, width }, index) => {
          const from = places[index];
          return from === undefined ? [] : [{ y, from, to: from + width }];
        });
        for (const [index, a] of boxes.entries()) {
          for (const b of boxes.slice(index + 1)) {
            const isBeside = a.to <= b.from || b.to <= a.from;
            expect(isBeside || Math.abs(a.y - b.y) >= room.labelHeight).toBe(true);
          }
          expect(a.to).toBeLessThanOrEqual(room.width);
        }
      }),
    );
  });
});
