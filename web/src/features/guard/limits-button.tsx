/** Opens the limits, where there is a key to hold them for. */
import { lazy, Suspense, useState } from 'react';
import { useStore } from 'zustand';
import { connectionStore } from '../../exchange/connection.ts';
import { Button } from '../../ui/button.tsx';

/** Seldom needed: loaded when it is. */
const LimitsDialog = lazy(async () => ({ default: (await import('./limits-dialog.tsx')).LimitsDialog }));

export function LimitsButton() {
  const [isOpen, setIsOpen] = useState(false);
  const canTrade = useStore(connectionStore, ({ status }) => status?.hasKey === true);
  if (!canTrade) return null;
  return (
    <>
      <Button kind="quiet" title="What no order may exceed" onClick={() => setIsOpen(true)}>
        Limits
      </Button>
      {isOpen && (
        <Suspense fallback={null}>
          <LimitsDialog onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
