import { expect, it } from 'vitest';
import { dataDirParts } from './data-dir.ts';

const home = '/home/me';
it.each([
  ['the one that was chosen', 'linux', { PERPDECK_DATA_DIR: '/here', XDG_DATA_HOME: '/x' }, ['/here']],
  ['else the user’s own for data', 'linux', { PERPDECK_DATA_DIR: '' }, [home, '.local', 'share', 'perpdeck']],
  ['or the one named for it', 'linux', { XDG_DATA_HOME: '/x' }, ['/x', 'perpdeck']],
  ['on a Mac', 'darwin', {}, [home, 'Library', 'Application Support', 'perpdeck']],
  ['on Windows', 'win32', { LOCALAPPDATA: 'C:\\l' }, ['C:\\l', 'perpdeck']],
])('the data folder: %s', (_what, platform, env, parts) => {
  expect(dataDirParts({ env, platform, home })).toEqual(parts);
});
