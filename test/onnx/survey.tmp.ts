import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { ThalwegError, toFloat64 } from '../../src/base/index.ts';
import { createOrtBackend } from '../../src/runtime/node/index.ts';
import { convertTest, derivatives, floatOf, readTest, runReference, runRuntime } from './conformance.ts';
const backend = await createOrtBackend({ device: 'cpu', threads: 1 });
const cmp = (got: ArrayLike<number>, want: ArrayLike<number>) => {
  if (got.length !== want.length) return `length ${got.length} vs ${want.length}`;
  let worst = 0, at = -1;
  for (let i = 0; i < got.length; i++) { if (Object.is(got[i], want[i]) || got[i] === want[i]) continue; const d = Math.abs(got[i]! - want[i]!) - 1e-3 * Math.abs(want[i]!) ; if (!(d <= worst)) { worst = d; at = i; } }
  return at >= 0 && !(worst <= 1e-4) ? `at ${at}: ${got[at]} vs ${want[at]}` : '';
};
const lines: string[] = []; const t0=Date.now();
for (const set of process.argv[2] ? process.argv[2].split(',') : ['node', 'pytorch-converted'])
  for (const name of readdirSync(`/tmp/ot/${set}`).sort()) {
    if (process.argv[3] && !new RegExp(process.argv[3]).test(name)) continue;
    const dir = `/tmp/ot/${set}/${name}`;
    if (!existsSync(`${dir}/model.onnx`)) continue;
    const sets = readdirSync(dir).filter((d) => d.startsWith('test_data_set'));
    const rd = (k: string) => { const r: Uint8Array[] = []; for (let i = 0; existsSync(`${dir}/${sets[0]}/${k}_${i}.pb`); i++) r.push(readFileSync(`${dir}/${sets[0]}/${k}_${i}.pb`)); return r; };
    let stage = 'read'; let msg = 'pass';
    const start = Date.now();
    try {
      const test = readTest(name, readFileSync(`${dir}/model.onnx`), rd('input'), rd('output'));
      stage = 'convert'; const c = convertTest(test, floatOf(test));
      stage = 'reference'; const a = runReference(c); a.forEach((v, i) => { const e = cmp(v, toFloat64(test.outputs[i]!)); if (e) throw new Error(`mismatch out ${i} ${e}`); });
      stage = 'runtime'; const b = await runRuntime(backend, c); b.forEach((v, i) => { const e = cmp(v, toFloat64(test.outputs[i]!)); if (e) throw new Error(`mismatch out ${i} ${e}`); });
      stage = 'derivative'; const d = derivatives(test); if (d && !(Math.abs(d.rules - d.difference) <= 1e-5 * d.scale + 1e-7)) throw new Error(`rules ${d.rules} difference ${d.difference} scale ${d.scale}`);
    } catch (e) { msg = `${stage}: ${e instanceof ThalwegError ? e.code : 'RAW ' + (e as Error).constructor.name} ${(e as Error).message}`; }
    lines.push(`${name}\t${msg}\t${Date.now() - start}`);
  }
writeFileSync('/tmp/survey.txt', lines.join('\n'));
console.log(lines.length, lines.filter((l) => l.includes('\tpass\t')).length, 'pass', (Date.now()-t0)/1000, 's');
process.exit(0);
