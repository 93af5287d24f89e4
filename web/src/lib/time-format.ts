/** Times as the trader reads them: the browser's own time zone, 24 hours, fixed width. */

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** "14:03:59" */
export const formatClock = (atMs: number): string => clock.format(atMs);
/** "23 Nov, 14:03:59" */
export const formatDayAndClock = (atMs: number): string => dayAndClock.format(atMs);

/** "07:59:12"; what is left never goes below zero. */
export function formatCountdown(leftMs: number): string {
  const totalSec = Math.max(0, Math.floor(leftMs / 1000));
  const parts = [Math.floor(totalSec / 3600), Math.floor(totalSec / 60) % 60, totalSec % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** How long ago, in one unit: "4 s", "3 min", "2 h". */
export function formatAge(ageMs: number): string {
  const sec = Math.max(0, Math.round(ageMs / 1000));
  if (sec < 60) return `${sec} s`;
  if (sec < 3600) return `${Math.floor(sec / 60)} min`;
  return `${Math.floor(sec / 3600)} h`;
}
