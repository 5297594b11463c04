import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

/**
 * The system's Chromium (or that of `CHROMIUM_PATH`), without a GPU, which asks nothing of any other machine.
 *
 * @param webgpu whether pages have WebGPU, on SwiftShader; default: they have none
 */
export const launchChromium = ({ webgpu = false } = {}): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      ...(webgpu ? ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'] : ['--disable-gpu']),
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
