import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import type Pino from 'pino';
import { messageOf, ThalwegError } from '../base/index.ts';
import type { LogLine } from '../contract/index.ts';
import { parseLog, storeFailure, storing, type LogLevel } from './core/index.ts';

/** The writing side of `log.jsonl`. */
export interface RunLog {
  /** Adds a line, at once. Throws `STORE_FAILED`. */
  write(level: LogLevel, message: string): void;
  close(): void;
}

const require = createRequire(import.meta.url);
const newline = 0x0a;

/** Opens a log to add to it; a line that a killed process left unfinished is ended first. Throws `STORE_FAILED`. */
export function openLog(path: string): RunLog {
  const descriptor = storing(path, () => openSync(path, 'a+'));
  storing(path, () => endLine(descriptor));
  const pino = require('pino') as typeof Pino;
  const destination = pino.destination({ fd: descriptor, sync: true });
  let failure: unknown;
  destination.on('error', (error: unknown) => (failure = error));
  const logger = pino({ base: null }, destination);
  return {
    write(level, message) {
      failure = undefined;
      logger[level](message);
      if (failure !== undefined) throw storeFailure(path, failure);
    },
    close: () => closeSync(descriptor),
  };
}

function endLine(descriptor: number): void {
  const { size } = fstatSync(descriptor);
  const last = Buffer.alloc(1);
  if (size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== newline) writeSync(descriptor, '\n');
}

/**
 * The complete lines after byte `after`, and the offset to go on from. A line that no logger wrote (cut off by a killed
 * process) becomes a warning with its text. A log that does not exist yet is empty.
 */
export function readLog(path: string, after = 0): { lines: LogLine[]; offset: number } {
  const { lines, length } = parseLog(readFrom(path, after));
  return { lines, offset: after + length };
}

function readFrom(path: string, after: number): Buffer {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const bytes = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - after));
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, after));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw new ThalwegError('RUN_INVALID', `${path}: could not be read: ${messageOf(error)}`, { cause: error });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
