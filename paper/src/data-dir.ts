/** Where Perpdeck keeps what must survive a restart: PERPDECK_DATA_DIR, or the platform's own folder for it. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export function dataDir(): string {
  const chosen = process.env.PERPDECK_DATA_DIR;
  if (chosen !== undefined && chosen !== '') return chosen;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'perpdeck');
  if (process.platform === 'win32') return join(process.env.LOCALAPPDATA ?? homedir(), 'perpdeck');
  return join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'perpdeck');
}
