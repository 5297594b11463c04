import { readFileSync } from 'node:fs';

/**
 * The most memory that this process has had resident, bytes. Linux keeps it for the program that runs (`VmHWM`), where
 * `resourceUsage` counts what the process was before it became that program: a copy of the one that started it.
 */
export function peakMemory(): number {
  const kilobytes = process.platform === 'linux' ? highWaterMark() : null;
  return 1024 * (kilobytes ?? process.resourceUsage().maxRSS);
}

function highWaterMark(): number | null {
  const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return match ? Number(match[1]) : null;
}
