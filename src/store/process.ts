import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';

/**
 * A process, told apart from a later one with the same number. On Linux `started` is its start time in clock ticks
 * since boot, `machine` the id of that boot and `space` its space of process numbers (containers have their own); elsewhere
 * `machine` is the host's name and the other two are null.
 */
export const processIdentitySchema = z.strictObject({
  pid: z.int().positive(),
  started: z.string().nullable(),
  machine: z.string(),
  space: z.string().nullable(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** Whether signals of this process reach that one: it lives on this machine, in this space of process numbers. */
export const isReachable = (identity: ProcessIdentity): boolean =>
  identity.machine === machine() && identity.space === processSpace();

/** The identity of this process. */
export const processIdentity = (): ProcessIdentity => ({
  pid: process.pid,
  started: startTime(process.pid),
  machine: machine(),
  space: processSpace(),
});

/**
 * True while that very process lives. One on another machine counts as dead: its folder was copied here, or lies on a
 * network disk, where SQLite's log cannot be shared. One in another container of this machine cannot be seen and
 * counts as alive.
 */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.machine !== machine()) return false;
  if (identity.space !== processSpace()) return true;
  if (identity.started !== null) return startTime(identity.pid) === identity.started;
  try {
    process.kill(identity.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/<pid>/stat; null for a process that has ended (a zombie too) and on other systems. */
function startTime(pid: number): string | null {
  const stat = readOrNull(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The second field is the program's name in parentheses, which may hold spaces and parentheses itself.
  const [state, ...fields] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return state === undefined || state === 'Z' || state === 'X' ? null : (fields[18] ?? null);
}

const machine = (): string =>
  readOrNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? hostname();

const processSpace = (): string | null => readOrNull(() => readlinkSync('/proc/self/ns/pid'));

function readOrNull(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
