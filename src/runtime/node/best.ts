import { ThalwegError } from '../../base/index.ts';
import type { Backend, Device } from '../backend.ts';
import { isUnavailable, reasonOf } from '../ort/index.ts';

/** What is tried before the processor, the best first. */
const preferred = ['cuda', 'webgpu'] as const satisfies readonly Device[];

/**
 * The best device that is there: `cuda`, then `webgpu` on a graphics card, then `cpu`. Throws what `open` throws of `cpu`, and of
 * another device what is not that it is missing.
 *
 * @param open opens a device
 * @param whyNoCard why WebGPU would compute on the processor, which is no gain over `cpu`; null: it would not
 * @param onChoice told which device it is and why no better one
 */
export async function openBest(
  open: (device: Device) => Promise<Backend>,
  whyNoCard: string | null,
  onChoice?: (line: string) => void,
): Promise<Backend> {
  const without: string[] = [];
  const chosen = (backend: Backend): Backend => {
    onChoice?.(`device auto: ${backend.device}${without.length > 0 ? ` (${without.join('; ')})` : ''}`);
    return backend;
  };
  for (const device of preferred) {
    const opened = device === 'webgpu' && whyNoCard !== null ? whyNoCard : await attempt(() => open(device));
    if (typeof opened !== 'string') return chosen(opened);
    without.push(`${device}: ${opened}`);
  }
  return chosen(await open('cpu'));
}

/** The device, or why it is not there. */
async function attempt(open: () => Promise<Backend>): Promise<Backend | string> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof ThalwegError) || !isUnavailable(error)) throw error;
    return reasonOf(error.cause ?? error);
  }
}
