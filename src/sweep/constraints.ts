import { ThalwegError } from '../base/index.ts';
import {
  findRunKey,
  parseRunQuery,
  specificationFulfils,
  type Constraint,
  type FlatSpecification,
} from '../contract/index.ts';

/** Whether a specification may be in a sweep. */
export type Admission = (specification: FlatSpecification) => boolean;

/** Relative tolerance of a ratio at its bounds: 0.1/32 and 0.003125 are the same. */
const tolerance = 1e-9;

/**
 * The constraints of a sweep together; `keys` are those that some specification of it has. Throws `SPECIFICATION_INVALID` for one that
 * names no key or cannot be read.
 */
export function admission(constraints: readonly Constraint[], keys: readonly string[], file: string): Admission {
  const admissions = constraints.map((constraint, index) => {
    const subject = `${file}: constraints.${index}`;
    return typeof constraint === 'string'
      ? queryAdmission(constraint, keys, subject)
      : ratioAdmission(constraint, keys, subject);
  });
  return (specification) => admissions.every((admits) => admits(specification));
}

function queryAdmission(query: string, keys: readonly string[], subject: string): Admission {
  const { conditions, problems } = parseRunQuery(query, keys);
  if (problems.length > 0) throw invalid(subject, problems[0]!);
  return (specification) => specificationFulfils(specification, conditions);
}

/** A specification that lacks one of the two numbers has no ratio, and is left out. */
function ratioAdmission(
  { ratio, atLeast = -Infinity, atMost = Infinity }: Exclude<Constraint, string>,
  keys: readonly string[],
  subject: string,
): Admission {
  const [above, below] = ratio.map((name) => {
    const found = findRunKey(name, keys);
    if ('problem' in found) throw invalid(`${subject}.ratio`, found.problem);
    return found.key;
  });
  return (specification) => {
    const [numerator, denominator] = [specification[above!], specification[below!]];
    if (typeof numerator !== 'number' || typeof denominator !== 'number') return false;
    const quotient = numerator / denominator;
    const slack = tolerance * Math.abs(quotient);
    return quotient + slack >= atLeast && quotient - slack <= atMost;
  };
}

const invalid = (subject: string, message: string): ThalwegError =>
  new ThalwegError('SPECIFICATION_INVALID', `${subject}: ${message}`);
