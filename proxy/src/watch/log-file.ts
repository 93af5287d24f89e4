/** An append-only log file, readable by its owner alone, that is put aside when full; sizes in bytes. */
import { closeSync, fchmodSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

const FILE_BYTES_MAX = 10 * 1024 * 1024;
const FILES_KEPT = 5;

export interface LogFile {
  write(line: string): void;
  close(): void;
}

export interface LogFileOptions {
  readonly path: string;
  /** The last look at every line: whatever must not be in a log is taken out here. */
  scrub(line: string): string;
  readonly bytesMax?: number;
}

/** @throws if the file cannot be opened. */
export function openLogFile({ path, scrub, bytesMax = FILE_BYTES_MAX }: LogFileOptions): LogFile {
  const open = () => {
    const opened = openSync(path, 'a', 0o600);
    // An existing file keeps its mode on opening, whatever was asked for.
    fchmodSync(opened, 0o600);
    return { fd: opened, bytes: fstatSync(opened).size };
  };
  let file = open();
  let isClosed = false;

  const putAside = () => {
    closeSync(file.fd);
    rmSync(`${path}.${FILES_KEPT - 1}`, { force: true });
    for (let age = FILES_KEPT - 2; age >= 1; age--) renameIfThere(`${path}.${age}`, `${path}.${age + 1}`);
    renameIfThere(path, `${path}.1`);
    file = open();
  };

  return {
    write(line) {
      if (isClosed) return;
      // A disk that is full must not stop an order: the line is lost, the proxy goes on.
      try {
        const bytes = Buffer.from(scrub(line), 'utf8');
        if (file.bytes > 0 && file.bytes + bytes.length > bytesMax) putAside();
        writeSync(file.fd, bytes);
        file.bytes += bytes.length;
      } catch {}
    },
    close() {
      isClosed = true;
      closeSync(file.fd);
    },
  };
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
