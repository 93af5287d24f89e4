/** Panels that nobody looks at first: loaded when they are looked at. */
import { type ComponentType, lazy, Suspense } from 'react';

function later(load: () => Promise<ComponentType>): ComponentType {
  const Panel = lazy(async () => ({ default: await load() }));
  return () => (
    <Suspense fallback={null}>
      <Panel />
    </Suspense>
  );
}

export const OrderHistory = later(
  async () => (await import('../features/order-history/order-history.tsx')).OrderHistory,
);
export const ClosedPositions = later(
  async () => (await import('../features/order-history/closed-positions.tsx')).ClosedPositions,
);
export const FundingFees = later(
  async () => (await import('../features/order-history/funding-fees.tsx')).FundingFees,
);
export const Fills = later(async () => (await import('../features/order-history/fills.tsx')).Fills);
export const AccountFacts = later(
  async () => (await import('../features/wallet/account-facts.tsx')).AccountFacts,
);
export const OrderTimeline = later(
  async () => (await import('../features/order-timeline/order-timeline.tsx')).OrderTimeline,
);
