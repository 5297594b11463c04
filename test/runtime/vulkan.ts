import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** SwiftShader, a Vulkan driver on the CPU, as Debian's package `chromium` brings it. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * Makes this process use SwiftShader unless the environment names a Vulkan driver; must be called before the runtime
 * opens a device. False where there is no such driver; in CI that is an error, so that no test is left out in silence.
 */
export function useVulkanDriver(): boolean {
  process.env['XDG_RUNTIME_DIR'] ??= tmpdir();
  process.env['VK_DRIVER_FILES'] ??= swiftShader;
  const driver = process.env['VK_DRIVER_FILES'];
  if (existsSync(driver)) return true;
  if (process.env['CI']) throw new Error(`WebGPU tests: expected a Vulkan driver at ${driver}, found none`);
  return false;
}
