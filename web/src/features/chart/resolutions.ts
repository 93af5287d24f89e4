/** The candle lengths on offer and how they are called; the chosen one is remembered across reloads. */
import { isResolution, RESOLUTIONS_SEC, type ResolutionSec } from '#contract/vocabulary.ts';

const NAMES: Readonly<Record<ResolutionSec, string>> = {
  60: '1m',
  180: '3m',
  300: '5m',
  900: '15m',
  1800: '30m',
  3600: '1h',
  7200: '2h',
  10800: '3h',
  14400: '4h',
  21600: '6h',
  43200: '12h',
  86400: '1D',
  604800: '1W',
  2592000: '1M',
  7776000: '3M',
  31104000: '1Y',
};

export const resolutionName = (resolutionSec: ResolutionSec): string => NAMES[resolutionSec];

/** One click away; the others are in the menu beside them. */
export const MAIN_RESOLUTIONS: readonly ResolutionSec[] = [60, 300, 900, 3600, 14400, 86400];
export const OTHER_RESOLUTIONS: readonly ResolutionSec[] = RESOLUTIONS_SEC.filter(
  (resolutionSec) => !MAIN_RESOLUTIONS.includes(resolutionSec),
);

const STORAGE_KEY = 'perpdeck.resolution';
const FIRST_RESOLUTION: ResolutionSec = 900;

export function rememberedResolution(): ResolutionSec {
  const remembered = Number(localStorage.getItem(STORAGE_KEY));
  return isResolution(remembered) ? remembered : FIRST_RESOLUTION;
}

export function rememberResolution(resolutionSec: ResolutionSec): void {
  localStorage.setItem(STORAGE_KEY, String(resolutionSec));
}
