/**
 * Questions at the terminal. What is hidden is read as bytes and never becomes text; where nobody sits at a terminal,
 * each answer is a line of standard input.
 */
import type { ReadStream } from 'node:tty';

const LINE_BYTES_MAX = 4 * 1024;
const CTRL_C = 0x03;
const CTRL_D = 0x04;
const BACKSPACES = new Set([0x08, 0x7f]);
const LINE_ENDS = new Set([0x0a, 0x0d]);

/** The person pressed Ctrl-C, or there is no more input. */
export class InputEndedError extends Error {
  override readonly name = 'InputEndedError';
  override readonly message = 'Nothing was changed.';
}

export interface Terminal {
  /** Shown while it is typed; the fallback where nothing is. */
  ask(question: string, fallback?: string): Promise<string>;
  /** Not shown. Whoever gets the bytes zeroes them. */
  askHidden(question: string): Promise<Buffer>;
  close(): void;
}

export interface TerminalNeeds {
  readonly input: NodeJS.ReadStream;
  readonly output: Pick<NodeJS.WriteStream, 'write'>;
}

export function openTerminal({ input, output }: TerminalNeeds): Terminal {
  const isTerminal = input.isTTY === true;
  const reader = createByteReader(input);
  if (isTerminal) (input as ReadStream).setRawMode(true);

  const readLine = async (isShown: boolean): Promise<Buffer> => {
    const line = Buffer.alloc(LINE_BYTES_MAX);
    let length = 0;
    for (;;) {
      const byte = await reader.next();
      if (byte === undefined && length > 0 && !isTerminal) break;
      if (byte === undefined || (isTerminal && (byte === CTRL_C || byte === CTRL_D))) {
        line.fill(0);
        if (isTerminal) output.write('\n');
        throw new InputEndedError();
      }
      if (LINE_ENDS.has(byte)) {
        if (byte === 0x0d) reader.skip(0x0a);
        break;
      }
      if (isTerminal && BACKSPACES.has(byte)) {
        if (length === 0) continue;
        length = startOfLastCharacter(line, length);
        if (isShown) output.write('\b \b');
        continue;
      }
      if (length < LINE_BYTES_MAX) line[length++] = byte;
      if (isTerminal && isShown) output.write(Uint8Array.of(byte));
    }
    const answer = Buffer.from(line.subarray(0, length));
    line.fill(0);
    output.write('\n');
    return answer;
  };

  return {
    async ask(question, fallback) {
      output.write(fallback === undefined ? `${question}: ` : `${question} [${fallback}]: `);
      const answer = (await readLine(true)).toString('utf8').trim();
      return answer === '' && fallback !== undefined ? fallback : answer;
    },
    askHidden(question) {
      output.write(`${question}: `);
      return readLine(false);
    },
    close() {
      reader.close();
      if (isTerminal) (input as ReadStream).setRawMode(false);
    },
  };
}

/** Where the last UTF-8 character begins. */
function startOfLastCharacter(line: Buffer, length: number): number {
  let at = length - 1;
  while (at > 0 && ((line[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  return at;
}

function createByteReader(input: NodeJS.ReadStream) {
  const chunks: Buffer[] = [];
  let at = 0;
  let skipped: number | undefined;
  let isOver = false;
  let wake: () => void = () => {};

  const hear = (chunk: Buffer) => {
    chunks.push(chunk);
    wake();
  };
  const end = () => {
    isOver = true;
    wake();
  };
  input.on('data', hear);
  input.once('end', end);
  const take = (): number | undefined => {
    const [chunk] = chunks;
    const byte = chunk?.[at];
    if (chunk === undefined || byte === undefined) return undefined;
    chunk[at] = 0;
    at += 1;
    if (at >= chunk.length) {
      chunks.shift();
      at = 0;
    }
    return byte;
  };

  return {
    /** undefined: the input has ended. */
    async next(): Promise<number | undefined> {
      for (;;) {
        const byte = take();
        const toSkip = skipped;
        skipped = undefined;
        if (byte !== undefined && byte === toSkip) continue;
        if (byte !== undefined) return byte;
        if (toSkip !== undefined) skipped = toSkip;
        if (isOver) return undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    /** The next byte, if it is this one, belongs to the line end before it. */
    skip(byte: number) {
      skipped = byte;
    },
    close() {
      input.off('data', hear);
      input.off('end', end);
      input.pause();
    },
  };
}
