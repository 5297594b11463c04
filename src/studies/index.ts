export { applyAssignments, parseAssignment, type Assignment } from './assignment.ts';
export { findStudy, studies } from './catalogue.ts';
export { specificationJsonSchema } from './json-schema.ts';
export { resolveQuantities, type QuantitiesRequest } from './quantities.ts';
export { parseSpecification, resolveSpecification, type SpecificationRequest } from './resolve.ts';
export { defaultScale, scales, type Study, type StudyChoices } from './study.ts';
