import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { encodeModel, int } from '../../src/graph/index.ts';
import { realData } from '../data/support.ts';
import { modelOf, node, weights } from '../onnx/files.ts';
import { openLab } from './site.ts';

const patient = { timeout: 60_000 };

/** A network for MNIST-1D: forty inputs, sixteen rectified units, ten classes. */
const network = encodeModel(
  modelOf(
    ['batch', 40],
    { a: weights('a', [16, 40]), b: weights('b', [16]), c: weights('c', [10, 16]), d: weights('d', [10]) },
    [
      node('Gemm', ['x', 'a', 'b'], 'h', { transB: int(1) }),
      node('Relu', ['h'], 'r'),
      node('Gemm', ['r', 'c', 'd'], 'scores', { transB: int(1) }),
    ],
  ),
);

/** What readers drop on the page. */
export function describeOwnFiles(browser: () => Browser): void {
  describe('files of one’s own in the lab', () => {
    it('make a walk of a network of one’s own, which stays', async () => {
      const { page, defects, updates } = await openLab(browser(), '?lesson=walk');
      const file = { name: 'mine.onnx', mimeType: 'application/octet-stream', buffer: Buffer.from(network) };
      await page.locator('input[type=file]').setInputFiles(file);
      await page.waitForURL(/model=mine\.onnx/);
      await page.getByText('826 parameters').waitFor(patient);
      await expect.poll(updates, patient).toBeGreaterThan(3);
      await page.reload();
      await page.getByText('826 parameters').waitFor(patient);
      expect(defects).toEqual([]);
    });

    it('are MNIST, when its four files are there', async () => {
      const { page, defects, updates } = await openLab(browser(), '?lesson=walk');
      const folder = join(realData, 'mnist');
      const [first, ...others] = readdirSync(folder).map((name) => join(folder, name));
      await page.locator('input[type=file]').setInputFiles([first!]);
      await page.getByText('MNIST still lacks').waitFor(patient);
      await page.locator('input[type=file]').setInputFiles(others);
      await page.waitForURL(/data=mnist(&|$)/, patient);
      await page.getByText('5,000 examples').waitFor(patient);
      await expect.poll(updates, patient).toBeGreaterThan(3);
      expect(defects).toEqual([]);
    });

    it('are refused where they are something else', async () => {
      const { page } = await openLab(browser(), '?lesson=walk');
      const alert = page.getByRole('alert');
      const other = {
        name: 'train-labels-idx1-ubyte',
        mimeType: 'application/octet-stream',
        buffer: Buffer.from('no'),
      };
      await page.locator('input[type=file]').setInputFiles(other);
      await alert.getByText('train-labels-idx1-ubyte: expected one of the four files of MNIST').waitFor(patient);
      await page.locator('input[type=file]').setInputFiles({ ...other, name: 'net.onnx' });
      await alert.getByText('onnx').waitFor(patient);
    });
  });
}
