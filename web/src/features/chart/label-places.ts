/**
 * Where the labels of lines stand: at the left end, over the oldest candles in view, further right where another one
 * is in the way; and, where a row is full, a few rows up or down, those first that must be found. Pure.
 */

export interface LabelSize {
  /** Middle of the line, in pixels from the pane's top. */
  readonly y: number;
  readonly width: number;
  /** Leaves its line before others get what they leave over: what closes a position is needed when it is crowded. */
  readonly isFirst: boolean;
}

export interface LabelPlace {
  /** Pixels from the pane's left edge. */
  readonly left: number;
  /** Pixels from its line's middle to its own: 0 on the line, above zero below it. */
  readonly shift: number;
}

export interface LabelRoom {
  /** Labels may fill the pane up to this far from its left edge. */
  readonly width: number;
  /** Of the pane: no label is shifted out of it. */
  readonly height: number;
  readonly labelHeight: number;
  readonly gap: number;
}

interface Placed {
  readonly y: number;
  readonly from: number;
  readonly to: number;
}

/** Rows away from the line, the nearest first. Further off nobody would see whose label it is. */
const SHIFTS = [0, 1, -1, 2, -2, 3, -3];
const ON_LINE = [0];

/** The first free stretch of a row that is wide enough, from the left edge on. */
function freePlace(taken: readonly Placed[], { width }: LabelSize, room: LabelRoom): number | undefined {
  let from = room.gap;
  for (const { from: takenFrom, to } of [...taken].sort((a, b) => a.from - b.from)) {
    if (from + width + room.gap <= takenFrom) break;
    from = Math.max(from, to + room.gap);
  }
  return from + width <= room.width ? from : undefined;
}

function placeOf(
  label: LabelSize,
  shifts: readonly number[],
  placed: readonly Placed[],
  room: LabelRoom,
): LabelPlace | undefined {
  const row = room.labelHeight + 1;
  for (const rows of shifts) {
    const shift = rows * row;
    const y = label.y + shift;
    const isInside = y >= row / 2 && y <= room.height - row / 2;
    if (rows !== 0 && !isInside) continue;
    const beside = placed.filter((one) => Math.abs(one.y - y) < row);
    const left = freePlace(beside, label, room);
    if (left !== undefined) return { left, shift };
  }
  return undefined;
}

/**
 * In the order given: the first ones have the first choice. Then those that found no room on their line get a place off
 * it. Undefined where there is no room at all: none is drawn over another.
 */
export function placeLabels(labels: readonly LabelSize[], room: LabelRoom): (LabelPlace | undefined)[] {
  const placed: Placed[] = [];
  const take = (label: LabelSize, shifts: readonly number[]) => {
    const place = placeOf(label, shifts, placed, room);
    if (place !== undefined) {
      placed.push({ y: label.y + place.shift, from: place.left, to: place.left + label.width });
    }
    return place;
  };
  const places = labels.map((label) => take(label, label.isFirst ? SHIFTS : ON_LINE));
  return labels.map((label, index) => places[index] ?? take(label, SHIFTS));
}
