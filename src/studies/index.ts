export { applyAssignments, parseAssignment, parseKey, type Assignment } from './assignment.ts';
export { findStudy, studies } from './catalogue.ts';
export { agrees, type Evidence, type EvidenceTrial } from './evidence.ts';
export type {
  Claim,
  ComputationOptions,
  ComputationRequest,
  Computed,
  ComputedExperiment,
  Experiment,
  Paper,
  PaperFigure,
  PaperLetter,
  PaperTable,
  TrainingExperiment,
} from './paper.ts';
export { resolveQuantities, type QuantitiesRequest } from './quantities.ts';
export {
  overlaps,
  parseSpecification,
  resolveSpecification,
  studyInput,
  type SpecificationRequest,
} from './resolve.ts';
export { isSpecificationFile, parseMapping, readMappingFile, readTextFile } from './specification-file.ts';
export { defaultScale, scales, type Study, type StudyChoices } from './study.ts';
