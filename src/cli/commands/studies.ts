import { scales, studies as catalogue } from '../../studies/index.ts';
import { writeJson, writeLine, type Io } from '../io.ts';
import { formatPairs } from '../table.ts';

/** `thalweg studies`. */
export async function studies(options: { readonly json?: boolean }, io: Io): Promise<number> {
  if (options.json === true) {
    writeJson(
      io.stdout,
      catalogue.map(({ name, title, description, rows, scales }) => ({ name, title, description, rows, scales })),
    );
    return 0;
  }
  const texts = catalogue.map((study) => {
    const pairs = [['rows', study.rows.join(', ')], ...scales.map((scale) => [scale, study.scales[scale]])] as [
      string,
      string,
    ][];
    return `${study.name}: ${study.title}\n  ${study.description}\n${formatPairs(pairs)}`;
  });
  writeLine(io.stdout, texts.join('\n\n'));
  return 0;
}
