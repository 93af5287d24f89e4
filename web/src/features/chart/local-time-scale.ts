/** The library's time scale, with the boundaries of hours, days and months taken from the trader's own clock. */
import {
  defaultHorzScaleBehavior,
  type IHorzScaleBehavior,
  type Time,
  type TimeChartOptions,
} from 'lightweight-charts';
import { shownDate, weightAfter } from './time-axis.ts';

/** The library types its default scale without the options that only a scale of times has. */
export type LocalTimeScale = IHorzScaleBehavior<Time> & { options(): TimeChartOptions };

export function createLocalTimeScale(resolutionSec: number): LocalTimeScale {
  const LibraryScale = defaultHorzScaleBehavior();
  const scale = new LibraryScale() as LocalTimeScale;
  scale.fillWeightsForPoints = (points, from) => {
    const dateAt = (index: number): Date | undefined => {
      const point = points[index];
      return point && shownDate(Number(point.originalTime), resolutionSec);
    };
    let before = dateAt(from - 1);
    for (let index = from; index < points.length; index++) {
      const point = points[index];
      const date = dateAt(index);
      if (point === undefined || date === undefined) continue;
      // The very first one has nothing before it: a label there would only crowd its neighbours.
      (point as { timeWeight: number }).timeWeight = before === undefined ? 0 : weightAfter(before, date);
      before = date;
    }
  };
  return scale;
}
