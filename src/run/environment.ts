import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, platform, release } from 'node:os';
import type { OutcomeFile, RunFile } from '../contract/index.ts';
import type { Backend } from '../runtime/index.ts';

/** Thalweg's own version, from its package. */
export function packageVersion(): string {
  const url = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { version: string }).version;
}

/** What a run's numbers may depend on beside its specification. */
export function describeEnvironment(backend: Backend): RunFile['environment'] {
  return { ...describeMachine(), onnxruntime: backend.version, device: backend.device, threads: backend.threads };
}

let machine: OutcomeFile['environment'] | undefined;

/** This program and the machine it runs on. Both stay what they are, and asking git takes a process: it is asked once. */
export function describeMachine(): OutcomeFile['environment'] {
  machine ??= {
    thalweg: packageVersion(),
    node: process.version,
    platform: `${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model ?? 'unknown',
    revision: gitRevision(),
  };
  return machine;
}

/** Revision of the checkout this process works in, or null where there is none. */
function gitRevision(): string | null {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}
