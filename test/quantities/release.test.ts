import { describe, expect, it } from 'vitest';
import { ThalwegError, type TensorType } from '../../src/base/index.ts';
import { quantityKinds } from '../../src/contract/index.ts';
import type { Tensor, Tree } from '../../src/graph/index.ts';
import { createQuantity } from '../../src/quantities/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { caseOf, measured, objectives } from '../curvature/support.ts';
import { quantityOf, runtimeOfFile } from './support.ts';

/** A runtime whose n-th compilation fails, and the programs that nobody has released. */
function failing(runtime: Runtime, n: number): { readonly runtime: Runtime; readonly alive: ReadonlySet<unknown> } {
  const alive = new Set<unknown>();
  let compiled = 0;
  const counting: Runtime = {
    ...runtime,
    async compile<I extends Tree<TensorType>, O extends Tree<Tensor>>(
      ...given: Parameters<typeof runtime.compile<I, O>>
    ) {
      if (++compiled === n) throw new ThalwegError('RUNTIME_FAILED', `compilation ${n}: expected to fail`);
      const program = await runtime.compile<I, O>(...given);
      alive.add(program);
      const release = program.release.bind(program);
      return Object.assign(program, {
        async release() {
          alive.delete(program);
          await release();
        },
      });
    },
  };
  return { runtime: counting, alive };
}

/** Most programs that a quantity is made of here, and one more. */
const most = 12;

describe('a quantity', () => {
  const runtime = runtimeOfFile();

  it.each(quantityKinds.filter((kind) => kind !== 'top-scaling'))(
    'of kind %s leaves no program behind, whichever of its compilations fails, and none when it is released',
    async (kind) => {
      // Chunks of three and of one, and a penalty: all programs that there can be.
      const network = measured(runtime(), caseOf(objectives['L2 penalty']!, 7), 3);
      const smooth = kind === 'per-example-hessian-trace' ? { method: 'hutchinson' as const } : {};
      for (let n = 1; n <= most; n++) {
        const broken = failing(runtime(), n);
        const setting = { network: { ...network, runtime: broken.runtime }, seed: 1 };
        const made = await createQuantity(quantityOf(kind, smooth), setting).catch((error: unknown) => error);
        if (made instanceof Error) {
          expect(made.message).toContain(`compilation ${n}`);
        } else {
          expect(n).toBeGreaterThan(1);
          await (made as Awaited<ReturnType<typeof createQuantity>>).release();
        }
        expect([n, broken.alive.size]).toEqual([n, 0]);
        if (!(made instanceof Error)) return;
      }
      expect.unreachable(`${kind} compiles ${most} programs or more`);
    },
  );
});
