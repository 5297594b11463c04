import { dirname, isAbsolute, join } from 'node:path';
import { messageOf, ThalwegError } from '../base/index.ts';
import {
  describeProblem,
  formatPath,
  specificationSchema,
  type Path,
  type Specification,
  type Sweep,
  type SweepCell,
} from '../contract/index.ts';
import {
  applyAssignments,
  isSpecificationFile,
  overlaps,
  parseKey,
  readMappingFile,
  studyInput,
  type Assignment,
} from '../studies/index.ts';

/** The specification of a cell. Throws `SPECIFICATION_INVALID`, with the axis and the value at fault. */
export type CellSpecification = (cell: SweepCell) => Specification;

/**
 * What makes the specification of each cell: the base, with the changes of the file and then those of the command line. Throws
 * `SPECIFICATION_INVALID` for a base that there is not.
 */
export function cellSpecifications(
  { base, scale, set, stop }: Sweep,
  file: string,
  commandLine: readonly Assignment[],
): CellSpecification {
  const input = baseInput(base, scale, file);
  const common: Assignment[] = [
    ...Object.entries(set).map(([key, value]) => ({ path: parseKey(key), value })),
    ...commandLine,
    ...(stop.nonFinite === undefined
      ? []
      : [{ path: ['onNonFinite'], value: stop.nonFinite === 'stop' ? 'stop' : 'continue' }]),
  ];
  return (cell) => {
    const own = Object.entries(cell).map(([key, value]) => ({ path: parseKey(key), value }));
    const assignments = [...common, ...own];
    const plain = applyAssignments(input(assignments), assignments, `${file}:`);
    const result = specificationSchema.safeParse(plain);
    if (result.success) return result.data;
    const { path, message } = describeProblem(result.error.issues, plain);
    throw new ThalwegError('SPECIFICATION_INVALID', originOf(path, own, common, commandLine, file) + message);
  };
}

/** The base as it is written; a study depends on what is set. */
function baseInput(
  base: Sweep['base'],
  scale: Sweep['scale'],
  file: string,
): (assignments: readonly Assignment[]) => unknown {
  const isStudy = typeof base === 'string' && !isSpecificationFile(base);
  if (scale !== undefined && !isStudy)
    throw new ThalwegError(
      'SPECIFICATION_INVALID',
      `${file}: scale: expected a study as base, got a specification, which says itself how long it trains`,
    );
  return naming(`${file}: base`, () => {
    if (typeof base !== 'string') return () => base;
    if (isStudy) {
      studyInput(base, scale);
      return (assignments) => studyInput(base, scale, assignments);
    }
    const content = readMappingFile(isAbsolute(base) ? base : join(dirname(file), base));
    return () => content;
  });
}

function naming<T>(subject: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ThalwegError)) throw error;
    throw new ThalwegError('SPECIFICATION_INVALID', `${subject}: ${messageOf(error)}`, { cause: error });
  }
}

/** Where a problem comes from: the axis with its value, a change, or the base. */
function originOf(
  path: Path,
  own: readonly Assignment[],
  common: readonly Assignment[],
  commandLine: readonly Assignment[],
  file: string,
): string {
  const isCause = (assignment: Assignment): boolean => overlaps(assignment.path, path);
  const place = (set: Path): string => {
    const inside = formatPath(path);
    return path.length > 0 && inside !== formatPath(set) ? `${inside}: ` : '';
  };
  const axis = own.find(isCause);
  if (axis) return `${file}: axis ${formatPath(axis.path)}, value ${JSON.stringify(axis.value)}: ${place(axis.path)}`;
  const change = common.findLast(isCause);
  if (change && commandLine.includes(change)) return `--set ${formatPath(change.path)}: ${place(change.path)}`;
  if (change) return `${file}: set ${formatPath(change.path)}: ${place(change.path)}`;
  return `${file}: base: ${path.length > 0 ? `${formatPath(path)}: ` : ''}`;
}
