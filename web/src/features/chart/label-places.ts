/**
 * Where the labels of lines stand: at the left end, over the oldest candles in view, further right where another one
 * is in the way. Pure.
 */

export interface LabelSize {
  /** Middle of the line, in pixels from the pane's top. */
  readonly y: number;
  readonly width: number;
}

/** Pixels from the pane's left edge; undefined where there is no room, so that none is drawn over another. */
export type LabelPlace = number | undefined;

export interface LabelRoom {
  /** Labels may fill the pane up to this far from its left edge. */
  readonly width: number;
  readonly labelHeight: number;
  readonly gap: number;
}

interface Placed {
  readonly y: number;
  readonly from: number;
  readonly to: number;
}

/** The first free stretch of a row that is wide enough, from the left edge on. */
function freePlace(taken: readonly Placed[], { width }: LabelSize, room: LabelRoom): LabelPlace {
  let from = room.gap;
  for (const { from: takenFrom, to } of [...taken].sort((a, b) => a.from - b.from)) {
    if (from + width + room.gap <= takenFrom) break;
    from = Math.max(from, to + room.gap);
  }
  return from + width <= room.width ? from : undefined;
}

/** In the order given: the first ones have the first choice. */
export function placeLabels(labels: readonly LabelSize[], room: LabelRoom): LabelPlace[] {
  const placed: Placed[] = [];
  return labels.map((label) => {
    const beside = placed.filter(({ y }) => Math.abs(y - label.y) < room.labelHeight + 1);
    const from = freePlace(beside, label, room);
    if (from !== undefined) placed.push({ y: label.y, from, to: from + label.width });
    return from;
  });
}
