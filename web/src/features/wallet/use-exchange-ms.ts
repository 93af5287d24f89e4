/** Seconds of the exchange's clock, while somebody looks. Epoch ms. */
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { connectionStore } from '../../exchange/connection.ts';

export function useExchangeMs(): number {
  const offsetMs = useStore(connectionStore, ({ status }) => status?.clockOffsetMs ?? 0);
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return nowMs + offsetMs;
}
