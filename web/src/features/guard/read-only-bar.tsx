/** For as long as the trader's limits let nothing be opened, in every tab: it is said before an order is refused. */
import { useStore } from 'zustand';
import { connectionStore } from '../../exchange/connection.ts';
import { fetchGuard, saveLimits } from '../../exchange/guard.ts';
import { faultSentence } from '../../exchange/rest.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { NoticeBar } from '../../ui/notice-bar.tsx';
import { notify } from '../../workspace/notices.ts';

/** The other limits stay as they are now, whoever set them. The status tells what came of it. */
async function lift(): Promise<void> {
  const state = await fetchGuard();
  const saved = state.ok ? await saveLimits({ ...state.value.limits, isReadOnly: false }) : state;
  if (!saved.ok) notify({ tone: 'problem', title: 'Still read only', text: faultSentence(saved.problem) });
}

export function ReadOnlyBar() {
  const isReadOnly = useStore(connectionStore, ({ status }) => status?.isReadOnly === true);
  if (!isReadOnly) return null;
  return (
    <NoticeBar tone="warn" title="READ ONLY" text="Nothing is opened: cancels and reduce-only orders pass">
      <ConfirmButton
        text="Lift read only"
        question="Press again to lift"
        title="Orders may be opened again; the other limits stay"
        onConfirm={() => void lift()}
      />
    </NoticeBar>
  );
}
