/** The course of one order: from the click to the private stream's word, and the id to name to the exchange's support. */
import { useState } from 'react';
import { useStore } from 'zustand';
import type { Order } from '#contract/model.ts';
import { connectionStore } from '../../exchange/connection.ts';
import { type OrderTrace, orderTraceStore } from '../../exchange/order-trace.ts';
import { formatClock } from '../../lib/time-format.ts';
import { Button } from '../../ui/button.tsx';
import { CrossIcon } from '../../ui/icons.tsx';
import { lookAtOrder, lookedAtOrderStore } from '../../workspace/looked-at-order.ts';
import styles from './order-timeline.module.css';
import { type Step, stepsOf } from './steps.ts';

export function OrderTimeline() {
  const order = useStore(lookedAtOrderStore, (state) => state.order);
  const trace = useStore(orderTraceStore, (traces) => order && traces.get(order.clOrdID));
  const offsetMs = useStore(connectionStore, ({ status }) => status?.clockOffsetMs ?? 0);
  if (order === undefined) return null;
  return (
    <section className={styles.timeline} aria-label="Order timeline">
      <h3 className={styles.title}>
        {order.symbol} {order.side.toLowerCase()}
      </h3>
      <ol className={styles.steps}>
        {stepsOf(order, trace, offsetMs).map((step) => (
          <StepItem key={step.name} step={step} />
        ))}
      </ol>
      {trace === undefined && (
        <span className={styles.note}>Placed elsewhere, or before this page was loaded</span>
      )}
      <Ids order={order} trace={trace} />
      <Button kind="icon" label="Close the timeline" onClick={() => lookAtOrder(undefined)}>
        <CrossIcon />
      </Button>
    </section>
  );
}

const millis = (atMs: number): string => String(Math.floor(((atMs % 1000) + 1000) % 1000)).padStart(3, '0');

function StepItem({ step: { name, title, atMs, afterMs } }: { readonly step: Step }) {
  return (
    <li className={styles.step} title={title}>
      <span className={styles.name}>{name}</span>
      <span className={styles.time}>
        {afterMs === undefined
          ? `${formatClock(atMs)}.${millis(atMs)}`
          : `${afterMs < 0 ? '' : '+'}${afterMs.toFixed(1)} ms`}
      </span>
    </li>
  );
}

function Ids({ order, trace }: { readonly order: Order; readonly trace: OrderTrace | undefined }) {
  return (
    <span className={styles.ids}>
      {trace?.tracingID !== undefined && <CopyButton name="tracing id" text={trace.tracingID} />}
      <CopyButton name="order id" text={order.orderID} />
    </span>
  );
}

function CopyButton({ name, text }: { readonly name: string; readonly text: string }) {
  const [copied, setCopied] = useState<string>();
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(text);
  };
  return (
    <Button kind="quiet" title={text} onClick={() => void copy()}>
      {copied === text ? 'Copied' : `Copy ${name}`}
    </Button>
  );
}
