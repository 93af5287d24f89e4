import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LabelSize, placeLabels } from './label-places.ts';

const room = { width: 300, height: 400, labelHeight: 20, gap: 4 };
const label = (y: number, width: number, isFirst = false): LabelSize => ({ y, width, isFirst });
const lefts = (labels: readonly LabelSize[]) => placeLabels(labels, room).map((place) => place?.left);

describe('labels on lines', () => {
  it('stand at the left edge, and beside one another where their lines are close', () => {
    expect(placeLabels([label(10, 100)], room)).toEqual([{ left: 4, shift: 0 }]);
    expect(lefts([label(10, 100), label(25, 80), label(100, 80)])).toEqual([4, 108, 4]);
  });

  it('are left out where there is no room left', () => {
    const crowd = [1, 2, 3, 4, 5].map((y) => label(y + 200, 290));
    const around = Array.from({ length: 6 }, (_, row) =>
      label(row < 3 ? 120 + row * 26 : 150 + row * 26, 290),
    );
    expect(lefts([...around, ...crowd]).slice(6)).toEqual([4, undefined, undefined, undefined, undefined]);
  });

  it('stand off their line where others have it, once all that have room on theirs stand there', () => {
    // An order at about the price of a hedged pair, and one that has the row below for itself.
    const pair = [label(100, 228, true), label(101, 228, true)];
    const places = placeLabels([...pair, label(102, 228), label(160, 228)], room);
    expect(places.map((place) => place?.shift)).toEqual([0, 21, -42, 0]);
  });

  it('stand above or below their line rather than nowhere, where they must be found', () => {
    // A hedged pair at about one price, on a phone.
    const pair = [label(100, 228, true), label(101, 228, true), label(102, 228, true)];
    expect(placeLabels(pair, room)).toEqual([
      { left: 4, shift: 0 },
      { left: 4, shift: 21 },
      { left: 4, shift: 42 },
    ]);
    // But not out of the pane.
    expect(placeLabels([label(5, 290), label(395, 290), label(396, 290, true)], room)[2]?.shift).toBe(-42);
  });

  it('use a gap that one further down left open', () => {
    expect(lefts([label(0, 100), label(18, 50), label(36, 100)])).toEqual([4, 108, 4]);
  });

  it('never cover one another, whatever the lines', () => {
    const any = fc.record({
      y: fc.integer({ min: 0, max: 200 }),
      width: fc.integer({ min: 20, max: 200 }),
      isFirst: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 40 }), (labels) => {
        const places = placeLabels(labels, room);
        const boxes = labels.flatMap(({ y, width }, index) => {
          const place = places[index];
          if (place === undefined) return [];
          return [{ y: y + place.shift, from: place.left, to: place.left + width }];
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
