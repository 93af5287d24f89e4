/** What became of a placement, by the proxy's journal. */
import type { RequestState } from './api.ts';

export interface PlacementOutcome {
  /** NONE: the journal has no such order, so none was sent. */
  readonly state: RequestState | 'NONE';
  /** Why, in words. */
  readonly note?: string;
}
