/** What the exchange's socket tells in the tests of the relay, and a proxy on a clock of its own that relays it. */
import type { Status } from '#contract/status.ts';
import type { SeenFrame } from './fake-exchange.ts';
import { createManualTime, type ManualTime } from './manual-time.ts';
import { type BrowserTab, type Credentials, type Rig, startRig } from './rig.ts';

export const BOOK =
  '{"depth":30,"dts":1795475787262000002,"mts":1795475787262000001,"orderbook_p":{"asks":[["101","1"],["102","2"]],"bids":[["100","1"],["99","2"]]},"sequence":10,"symbol":"BTCUSDT","timestamp":1795475787262000003,"type":"snapshot"}';
export const BOOK_CHANGE =
  '{"depth":30,"dts":1795475787262000012,"mts":1795475787262000011,"orderbook_p":{"asks":[["101","0"]],"bids":[["100","7"]]},"sequence":12,"symbol":"BTCUSDT","timestamp":1795475787262000013,"type":"incremental"}';
export const TRADES =
  '{"dts":1,"mts":2,"sequence":5,"symbol":"BTCUSDT","trades_p":[[1795475787195000001,"Buy","92270","0.01"],[1795475786195000009,"Sell","92269","0.5"]],"type":"snapshot"}';
const CANDLES =
  '{"kline_p":[[1795475760,60,"1","1","3","1","2","7.1","65.4"],[1795475700,60,"1","1","1","1","1","5","50"]],"priceScale":0,"sequence":8,"symbol":"BTCUSDT","type":"snapshot"}';
export const PACK =
  '{"data":[["BTCUSDT","1"],["ETHUSDT","2"]],"fields":["symbol","lastRp"],"method":"perp_market24h_pack_p.update","timestamp":1795475787262000003,"type":"snapshot"}';
export const TICK = '{"tick_p":{"last":"92269.8","symbol":".MBTCUSDT","timestamp":1795475787728000001}}';

export const SNAPSHOTS: Readonly<Record<string, string>> = {
  'orderbook_p.subscribe': BOOK,
  'trade_p.subscribe': TRADES,
  'kline_p.subscribe': CANDLES,
  'perp_market24h_pack_p.subscribe': PACK,
  'tick_p.subscribe': TICK,
};

export const withSnapshots = ({ method, params }: SeenFrame) => {
  const snapshot = params.includes('ETHUSDT') ? undefined : SNAPSHOTS[method];
  return snapshot === undefined ? undefined : { followedBy: [snapshot] };
};

export const statuses = (tab: BrowserTab) =>
  tab.received
    .filter((text) => text.includes('"kind":"status"'))
    .map((text) => (JSON.parse(text) as { perpdeck: { status: Status } }).perpdeck.status);

/** Subscribes and waits for the answer. */
export async function subscribe(tab: BrowserTab, method: string, params: readonly unknown[]): Promise<void> {
  const id = tab.request(`${method}.subscribe`, params);
  await tab.frame(`"id":${id},`);
}

/** Signed in, with the exchange's market and account streams open. */
export async function startRelay(): Promise<{ rig: Rig; me: Credentials; time: ManualTime }> {
  const time = createManualTime();
  const rig = await startRig({ time, random: () => 0.5 });
  await rig.exchange.until(() => rig.exchange.subscribed('aop_p.subscribe').length === 1);
  await rig.exchange.until(() => rig.exchange.connectionsOpen() === 2);
  return { rig, me: await rig.signIn(), time };
}
