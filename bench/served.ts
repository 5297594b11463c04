import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** The built server over a folder of runs, in a process of its own as a user starts it. */
export class ServedRuns {
  readonly address: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, address: string) {
    this.#process = process;
    this.address = address;
  }

  static async start(runs: string): Promise<ServedRuns> {
    const main = new URL('../dist/cli/main.js', import.meta.url).pathname;
    const stdio = ['ignore', 'pipe', 'inherit'] as const;
    const child = spawn(process.execPath, [main, 'serve', '--runs', runs, '--port', '0'], { stdio: [...stdio] });
    for await (const line of createInterface({ input: child.stdout })) {
      const address = /http:\/\/[\d.:]+/.exec(line)?.[0];
      if (address) return new ServedRuns(child, address);
    }
    throw new Error('thalweg serve: expected an address, got an end (npm run build makes what is served)');
  }

  /** Memory of the process, and the most it ever had. */
  memory(): ProcessMemory {
    return memoryOf(this.#process.pid!);
  }

  /** Seconds of processor time so far. */
  seconds(): number {
    return processorSeconds(this.#process.pid!);
  }

  async stop(): Promise<void> {
    const end = once(this.#process, 'exit');
    this.#process.kill('SIGINT');
    await end;
  }
}

/** Bytes of a process. */
export interface ProcessMemory {
  readonly resident: number;
  readonly peak: number;
  /** Resident, with what several processes share divided among them. */
  readonly proportional: number;
}

/** What Linux says of the memory of a process. */
export function memoryOf(pid: number): ProcessMemory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const bytes = (text: string, name: string): number =>
    1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? NaN);
  return { resident: bytes(status, 'VmRSS'), peak: bytes(status, 'VmHWM'), proportional: bytes(rollup, 'Pss') };
}

/** Ticks of Linux's clock of processes, a second. */
const ticks = 100;

/** Processor time of a process, user and system, seconds. */
export function processorSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name may hold spaces; user and system time are the 12th and 13th fields behind it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}
