import { describe, expect, it } from 'vitest';
import { ThalwegError } from '../../../src/base/index.ts';
import type { Backend, Device } from '../../../src/runtime/index.ts';
import { createOrtBackend } from '../../../src/runtime/node/index.ts';
import { openBest } from '../../../src/runtime/node/best.ts';
import { whyNoCard, type MachineView } from '../../../src/runtime/node/graphics-card.ts';

/** Opens the devices in `there`; the others are missing. */
const opening =
  (there: readonly Device[], missing = 'RUNTIME_UNAVAILABLE' as const) =>
  async (device: Device): Promise<Backend> => {
    if (there.includes(device)) return { device } as Backend;
    throw new ThalwegError(missing, `device ${device}: no such thing; install it`, {
      cause: new Error('no such thing'),
    });
  };

async function best(there: readonly Device[], noCard: string | null): Promise<string> {
  let line = '';
  const { device } = await openBest(opening(there), noCard, (told) => (line = told));
  expect(line).toMatch(new RegExp(`^device auto: ${device}( |$)`));
  return line;
}

describe('the best device', () => {
  it('is cuda where it is there, then webgpu on a graphics card, then cpu, and a line says why', async () => {
    expect(await best(['cpu', 'webgpu', 'cuda'], null)).toBe('device auto: cuda');
    expect(await best(['cpu', 'webgpu'], null)).toBe('device auto: webgpu (cuda: no such thing)');
    expect(await best(['cpu'], null)).toBe('device auto: cpu (cuda: no such thing; webgpu: no such thing)');
  });

  it('is not webgpu on a software driver, which is not even opened', async () => {
    const line = 'device auto: cpu (cuda: no such thing; webgpu: no graphics card)';
    expect(await best(['cpu', 'webgpu'], 'no graphics card')).toBe(line);
  });

  it('is not looked for further where a device fails for another reason, and none but cpu need be there', async () => {
    const failing = (device: Device): Promise<Backend> =>
      Promise.reject(new ThalwegError(device === 'cuda' ? 'DEVICE_MEMORY' : 'USAGE', device));
    await expect(openBest(failing, null)).rejects.toMatchObject({ code: 'DEVICE_MEMORY' });
    await expect(openBest(opening([]), null)).rejects.toMatchObject({ message: /^device cpu: / });
  });

  it('is opened here, whatever it is', async () => {
    let line = '';
    const backend = await createOrtBackend({ device: 'auto', threads: 1, onChoice: (told) => (line = told) });
    expect(line.startsWith(`device auto: ${backend.device}`)).toBe(true);
    await backend.close();
  });
});

/** A machine with some files of devices and some variables. */
const machine = (
  files: Readonly<Record<string, readonly string[]>>,
  environment: MachineView['environment'] = {},
  platform = 'linux',
): MachineView => ({ platform, environment, list: (folder) => files[folder] ?? [] });

describe('a graphics card', () => {
  it('is there where the kernel has a file for one', () => {
    expect(whyNoCard(machine({ '/dev/dri': ['by-path', 'card0', 'renderD128'] }))).toBeNull();
    expect(whyNoCard(machine({ '/dev': ['null', 'nvidia0', 'nvidiactl'] }))).toBeNull();
    expect(whyNoCard(machine({ '/dev': ['dxg'] }))).toBeNull();
  });

  it('is not there without such a file, nor where only software drivers are named', () => {
    expect(whyNoCard(machine({ '/dev': ['null', 'nvidiactl'], '/dev/dri': ['card0'] }))).toMatch(/^no graphics card/);
    const card = { '/dev/dri': ['renderD128'] };
    for (const driver of ['/usr/lib/chromium/vk_swiftshader_icd.json', '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json'])
      expect(whyNoCard(machine(card, { VK_DRIVER_FILES: driver }))).toMatch(/^the driver in VK_DRIVER_FILES/);
    expect(whyNoCard(machine(card, { VK_DRIVER_FILES: '/a/lvp_icd.json:/a/radeon_icd.json' }))).toBeNull();
  });

  it('is taken for granted where it cannot be told', () => {
    expect(whyNoCard(machine({}, {}, 'darwin'))).toBeNull();
    expect(whyNoCard(machine({}, {}, 'win32'))).toBeNull();
  });
});
