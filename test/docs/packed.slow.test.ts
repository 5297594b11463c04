import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, type Rollup } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from './markdown.ts';

const call = promisify(execFile);

/** A project of a user's: outside it only the dependencies of the package are found, in this checkout. */
mkdirSync(join(root, 'test-output'), { recursive: true });
const project = mkdtempSync(join(root, 'test-output', 'packed-'));
const installed = join(project, 'node_modules', 'thalweg');
afterAll(() => rmSync(project, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  const path = join(project, name);
  writeFileSync(path, text);
  return path;
};

/** Scripts in the page of a project that consists of one module. */
async function bundled(source: string): Promise<string> {
  write('page.js', source);
  write('index.html', '<script type="module" src="/page.js"></script>');
  const output = (await build({
    root: project,
    configFile: false,
    logLevel: 'error',
    build: { write: false, modulePreload: false, minify: false, target: 'es2022' },
  })) as Rollup.RollupOutput;
  return output.output.map((part) => (part.type === 'chunk' ? part.code : '')).join('\n');
}

beforeAll(async () => {
  expect(existsSync(join(root, 'dist', 'index.js')), 'dist is there (npm run build makes it)').toBe(true);
  const { stdout } = await call('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', project], {
    cwd: root,
  });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  mkdirSync(installed, { recursive: true });
  await call('tar', ['-xzf', join(project, filename), '-C', installed, '--strip-components', '1']);
  write('package.json', JSON.stringify({ name: 'of-a-user', private: true, type: 'module' }));
});

describe('the packed package in an empty project', () => {
  it('has every entry that it names, without tests and sources of this checkout', () => {
    const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
      exports: Record<string, string>;
    };
    for (const path of Object.values(exports)) expect(existsSync(join(installed, path)), path).toBe(true);
    for (const folder of ['src', 'test', 'bench', 'tools'])
      expect(existsSync(join(installed, folder)), folder).toBe(false);
  });

  it('differentiates and runs in Node', async () => {
    const path = write(
      'node.js',
      `import { scalar, scalarValue } from 'thalweg';
       import { grad } from 'thalweg/autodiff';
       import { mul, square } from 'thalweg/ops';
       import { asHost, createRuntime } from 'thalweg/runtime';
       import { createOrtBackend } from 'thalweg/runtime/node';
       const runtime = createRuntime(await createOrtBackend({ device: 'cpu', threads: 1 }));
       const slope = await runtime.compile(({ x }) => ({ slope: grad((at) => mul(square(at), 3))(x) }), { x: { dtype: 'float32', shape: [] } });
       console.log(scalarValue(asHost((await slope.run({ x: scalar(2, 'float32') })).slope)));
       await runtime.close();`,
    );
    expect((await call(process.execPath, [path], { cwd: project })).stdout).toBe('12\n');
  });

  it('has its command', async () => {
    const { stdout } = await call(process.execPath, [join(installed, 'dist', 'cli', 'main.js'), '--version'], {
      cwd: project,
    });
    expect(stdout.trim()).toBe(
      (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version,
    );
  });

  it('has types that a strict project compiles with', async () => {
    write(
      'typed.ts',
      `import { executeRun, resolveSpecification, type OwnProbe } from 'thalweg';
       import { createHessian, type MeasuredNetwork } from 'thalweg/curvature';
       import { networkFromOnnx } from 'thalweg/onnx';
       export const probe: OwnProbe = { name: 'p', create: () => Promise.resolve({ release: () => Promise.resolve() }) };
       export const hessian = (network: MeasuredNetwork): Promise<number> => createHessian(network).then(({ size }) => size);
       // @ts-expect-error: a scale that there is not
       resolveSpecification({ target: 'quickstart', scale: 'huge' });
       export { executeRun, networkFromOnnx };`,
    );
    const options = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--target',
      'es2022',
      '--module',
      'nodenext',
      '--types',
      'node',
    ];
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    await call(process.execPath, [tsc, ...options, 'typed.ts'], { cwd: project }).catch((error: { stdout: string }) => {
      throw new Error(error.stdout);
    });
  });
});

const inBrowsers = ['graph', 'ops', 'autodiff', 'runtime', 'nn', 'optim', 'train', 'statistics', 'linop', 'curvature'];
const alsoInBrowsers = ['landscape', 'quantities', 'probes', 'theory', 'claims', 'figures', 'onnx'];

describe('a page that Vite builds with the packed package', () => {
  it('can import every area but those for Node and data: nothing of them is only for Node', async () => {
    const areas = [...inBrowsers, ...alsoInBrowsers];
    const imports = areas.map((area) => `import * as ${area} from 'thalweg/${area}';`).join('\n');
    const code = await bundled(`${imports}\nglobalThis.areas = { ${areas.join(', ')} };`);
    expect(code.length).toBeGreaterThan(500_000);
    expect(code).not.toMatch(/from ?["']node:|require\(["']node:|__vite-browser-external/);
  });
});
