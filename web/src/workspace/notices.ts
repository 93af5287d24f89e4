/** Short news for the trader that belongs to no one panel: fills, rejections, what went wrong. Newest last. */
import { createStore } from 'zustand/vanilla';

export type NoticeTone = 'buy' | 'sell' | 'problem' | 'plain';

export interface Notice {
  readonly id: number;
  readonly tone: NoticeTone;
  readonly title: string;
  readonly text: string;
  /** What can be done about it, while it is shown. */
  readonly action?: { readonly label: string; run(): void };
  /** News of one run have one place between them: the newest, which says how many came before it. */
  readonly run?: 'fills';
  /** Of its run, while the run was on the screen. */
  readonly before?: number;
}

export type News = Omit<Notice, 'id' | 'before'>;

/** More than these would cover the screen: the oldest gives way. */
const NOTICES_MAX = 4;
/** Long enough to read two lines; a problem stays longer. */
const SHOWN_MS = 5_000;
const PROBLEM_SHOWN_MS = 12_000;
/** What waits for a decision. */
const QUESTION_SHOWN_MS = 30_000;

export const noticeStore = createStore<{ notices: readonly Notice[] }>(() => ({ notices: [] }));

let lastId = 0;

export function dismissNotice(id: number): void {
  noticeStore.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
}

function added(notices: readonly Notice[], news: News, id: number): readonly Notice[] {
  const earlier = news.run && notices.find(({ run }) => run === news.run);
  if (earlier === undefined) return [...notices, { ...news, id }];
  const others = notices.filter((notice) => notice !== earlier);
  return [...others, { ...news, id, before: (earlier.before ?? 0) + 1 }];
}

export function notify(notice: News): void {
  lastId += 1;
  const id = lastId;
  noticeStore.setState(({ notices }) => ({ notices: added(notices, notice, id).slice(-NOTICES_MAX) }));
  const shownMs = notice.tone === 'problem' ? PROBLEM_SHOWN_MS : SHOWN_MS;
  setTimeout(() => dismissNotice(id), notice.action === undefined ? shownMs : QUESTION_SHOWN_MS);
}
