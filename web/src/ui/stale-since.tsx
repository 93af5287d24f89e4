/** Beside what is dimmed: since when it has been old. Nothing while it is not. */
import { formatClock } from '../lib/time-format.ts';
import controls from './controls.module.css';

export function StaleSince({
  feed,
}: {
  readonly feed: { readonly state: string; readonly sinceMs?: number };
}) {
  if (feed.state !== 'stale' || feed.sinceMs === undefined) return null;
  return (
    <span className={controls.stale} title="Nothing new has come since then">
      stale since {formatClock(feed.sinceMs)}
    </span>
  );
}
