import { existsSync, readdirSync } from 'node:fs';

/** What tells whether a machine has a graphics card. */
export interface MachineView {
  readonly platform: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Names in a folder; none where it is not there. */
  readonly list: (folder: string) => readonly string[];
}

/** This machine. */
export const thisMachine: MachineView = {
  platform: process.platform,
  environment: process.env,
  list: (folder) => (existsSync(folder) ? readdirSync(folder) : []),
};

/** Vulkan drivers that compute on the processor: SwiftShader and Mesa's lavapipe, by the names of their files. */
const softwareDriver = /swiftshader|lvp_icd|lavapipe|llvmpipe/i;

/** What the kernel has for a card: a render node of any maker, NVIDIA's own, and that of the Linux inside Windows. */
const cardFiles: readonly (readonly [folder: string, name: RegExp])[] = [
  ['/dev/dri', /^renderD\d+$/],
  ['/dev', /^(nvidia\d+|dxg)$/],
];

/**
 * Why WebGPU would compute on the processor here: the drivers that the environment names are software, or Linux has no file for a card,
 * without which no driver reaches one. Null where there is a card, and where it cannot be told: other systems, whose adapters are cards
 * as a rule, and a card that has no Vulkan driver beside software that has.
 */
export function whyNoCard({ platform, environment, list }: MachineView = thisMachine): string | null {
  if (platform !== 'linux') return null;
  const named = environment['VK_DRIVER_FILES'] ?? environment['VK_ICD_FILENAMES'] ?? '';
  const drivers = named.split(':').filter((file) => file !== '');
  if (drivers.length > 0 && drivers.every((file) => softwareDriver.test(file)))
    return 'the driver in VK_DRIVER_FILES computes on the processor';
  if (cardFiles.some(([folder, name]) => list(folder).some((file) => name.test(file)))) return null;
  return 'no graphics card (nothing like /dev/dri/renderD128)';
}
