/** For as long as the exchange turns this machine's address away: what gets through, and when that is tried again. */
import { useStore } from 'zustand';
import { connectionStore } from '../../exchange/connection.ts';
import { formatClock } from '../../lib/time-format.ts';
import { NoticeBar } from '../../ui/notice-bar.tsx';

export function BlockedBar() {
  const block = useStore(connectionStore, ({ status }) => status?.block);
  if (block === undefined) return null;
  const since = formatClock(block.sinceMs);
  const text = `It has answered ${block.status} since ${since}, as it does after too many requests: orders are not sent, a cancel once in ten seconds`;
  return (
    <NoticeBar tone="down" title="THE EXCHANGE TURNS THIS ADDRESS AWAY" text={text}>
      <span>Next try at {formatClock(block.nextTryMs)}</span>
    </NoticeBar>
  );
}
