import { ThalwegError } from '../base/index.ts';
import {
  describeProblem,
  formatPath,
  specificationSchema,
  valueAt,
  type Path,
  type Scale,
  type Specification,
} from '../contract/index.ts';
import { applyAssignments, parseAssignment, type Assignment } from './assignment.ts';
import { findStudy } from './catalogue.ts';
import { isSpecificationFile, readMappingFile } from './specification-file.ts';
import { defaultScale } from './study.ts';

/** What a user asks for on the command line. */
export interface SpecificationRequest {
  /** Name of a study, or path of a .yaml, .yml or .json file. */
  readonly target: string;
  /** Only for a study; default `laptop`. */
  readonly scale?: Scale;
  /** `key=value` each, as `optimizer.learningRate=0.1`. */
  readonly sets?: readonly string[];
  readonly seed?: number;
  readonly device?: Specification['device'];
  readonly threads?: Specification['threads'];
  readonly name?: string;
  readonly onNonFinite?: Specification['onNonFinite'];
}

/**
 * The specification of a study or a file with the user's changes, every default filled in. Throws `STUDY_UNKNOWN`,
 * `SPECIFICATION_INVALID` (the message names the key and the nearest valid one) or `USAGE`.
 */
export function resolveSpecification(request: SpecificationRequest): Specification {
  const assignments = [...(request.sets ?? []).map(parseAssignment), ...optionAssignments(request)];
  const { target, scale } = request;
  const input = isSpecificationFile(target) ? fileInput(request) : studyInput(target, scale, assignments);
  return parseSpecification(applyAssignments(input, assignments), target, assignments);
}

/**
 * Checks plain data against the schema and fills in defaults. `subject` names its origin in the message of
 * `SPECIFICATION_INVALID`; a problem that one of `assignments` made is said to come from `--set`.
 */
export function parseSpecification(
  input: unknown,
  subject: string,
  assignments: readonly Assignment[] = [],
): Specification {
  const result = specificationSchema.safeParse(input);
  if (result.success) return result.data;
  const { path, message } = describeProblem(result.error.issues, input);
  const origin = assignments.some((assignment) => overlaps(assignment.path, path)) ? '--set' : `${subject}:`;
  throw new ThalwegError(
    'SPECIFICATION_INVALID',
    path.length === 0 ? `${subject}: ${message}` : `${origin} ${formatPath(path)}: ${message}`,
  );
}

function fileInput(request: SpecificationRequest): unknown {
  if (request.scale !== undefined) {
    throw new ThalwegError(
      'USAGE',
      `--scale: expected a study, got the file ${request.target}, which says itself how long it trains`,
    );
  }
  return readMappingFile(request.target);
}

/**
 * The specification of a study as it is written, before the assignments are made; they decide which of the study's variants
 * it is. Throws `STUDY_UNKNOWN`.
 */
export function studyInput(
  name: string,
  scale: Scale = defaultScale,
  assignments: readonly Assignment[] = [],
): unknown {
  const study = findStudy(name);
  const chosen = valueAt(applyAssignments(study.specification(scale), assignments), ['optimizer', 'name']);
  const specification = study.specification(scale, typeof chosen === 'string' ? { optimizer: chosen } : {});
  return { study: study.name, scale, ...specification };
}

function optionAssignments({ seed, device, threads, name, onNonFinite }: SpecificationRequest): Assignment[] {
  const options = Object.entries({ seed, device, threads, name, onNonFinite });
  return options.flatMap(([key, value]) => (value === undefined ? [] : [{ path: [key], value }]));
}

/** True when one path leads to the other: the problem lies in what was set, or around it. */
export function overlaps(a: Path, b: Path): boolean {
  return a.slice(0, b.length).every((key, depth) => String(key) === String(b[depth]));
}
