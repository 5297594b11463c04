import { ThalwegError } from '../../base/index.ts';
import {
  specificationProblems,
  specificationSchema,
  type Specification,
  type SpecificationCheck,
  type SpecificationSource,
} from '../../contract/index.ts';
import { applyAssignments, parseAssignment, parseSpecification, studyInput } from '../../studies/index.ts';

/**
 * The specification that a request means, every default filled in. Throws `USAGE`, `STUDY_UNKNOWN`, and `SPECIFICATION_INVALID`
 * with the key and the nearest valid one.
 */
export function specificationOf(source: SpecificationSource): Specification {
  const assignments = source.assignments.map(parseAssignment);
  return parseSpecification(inputOf(source), source.study ?? 'specification', assignments);
}

/** The same with everything that is wrong, each at its key. Throws `USAGE` and `STUDY_UNKNOWN`. */
export function checkOf(source: SpecificationSource): SpecificationCheck {
  const input = inputOf(source);
  const problems = specificationProblems(input).map(({ path, message }) => ({
    path: path.map((key) => (typeof key === 'number' ? key : String(key))),
    message,
  }));
  return { input, problems, specification: problems.length === 0 ? specificationSchema.parse(input) : null };
}

function inputOf({ specification, study, scale, assignments: texts }: SpecificationSource): unknown {
  const assignments = texts.map(parseAssignment);
  if ((specification === undefined) === (study === undefined)) {
    const got = study === undefined ? 'neither' : 'both';
    throw new ThalwegError('USAGE', `request: expected either a specification or a study, got ${got}`);
  }
  if (study === undefined && scale !== undefined)
    throw new ThalwegError(
      'USAGE',
      `scale: expected a study, got a specification, which says itself how long it trains`,
    );
  return applyAssignments(study === undefined ? specification : studyInput(study, scale, assignments), assignments);
}
